"""What no vaccination history may ever bring about, tried on thousands of invented ones."""

from datetime import date, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clbdesk.domain.vaccination import DoseSource
from clbdesk.standards.vaccination.advice import as_if_given
from clbdesk.standards.vaccination.needs import AdviceState
from clbdesk.standards.vaccination.ruleset import RuleRole
from clbdesk.standards.vaccination.situation import STAGES, Situation
from clbdesk.standards.vaccination.validity import Counts
from tests.builders.vaccination import doses, judge, signed_rules

VACCINNET = DoseSource.VACCINNET
# A product that gives the series by itself, of full strength.
BY_SERIES = {
    "DTP": "Tetravac",
    "IPV": "Imovax Polio",
    "HBV": "Engerix-B",
    "MBR": "MBR",
    "HPV": "Gardasil 9",
}
# Hepatitis B and HPV have another scheme for who starts earlier, so an earlier day may count too.
ONE_SCHEME = frozenset({"DTP", "IPV", "MBR"})
PRODUCTS = st.sampled_from(
    ["Hexyon", "Tetravac", "Boostrix", "MBR", "Gardasil 9", "HBV", "Engerix-B", "Imovax Polio"]
)
BIRTH, ON = date(2012, 3, 1), date(2026, 11, 22)
DAYS = st.dates(date(2012, 4, 15), ON)
ENTRIES = st.tuples(PRODUCTS, DAYS.map(date.isoformat), st.just(VACCINNET))
HISTORIES = st.lists(ENTRIES, max_size=8)
ATTEMPTS = settings(max_examples=150)


def judged(history, stage="S3", on=ON):
    return judge(BIRTH.isoformat(), on.isoformat(), *history, stage=stage, rules=signed_rules())


def need_of(result, series):
    return next(one for one in result.advice if series in one.series)


@ATTEMPTS
@given(st.lists(ENTRIES, max_size=8).flatmap(lambda all_: st.permutations(list(enumerate(all_)))))
def test_every_dose_is_worth_the_same_in_whatever_order_it_was_entered(shuffled):
    entered = [entry for _, entry in sorted(shuffled, key=lambda pair: pair[0])]
    # Two equal doses of one day: which of them is called the double does not matter.
    assume(len({(day, source) for _, day, source in entered}) == len(entered))
    straight = judged(entered).doses
    other = judged([entry for _, entry in shuffled]).doses
    for place, (index, _) in enumerate(shuffled):
        worth = [(v.series, v.counts, v.dose_number, v.rule_id) for v in straight[index]]
        assert [(v.series, v.counts, v.dose_number, v.rule_id) for v in other[place]] == worth


@ATTEMPTS
@given(HISTORIES, ENTRIES)
def test_an_invalid_dose_after_all_others_never_completes_a_series_nor_counts_down(entered, extra):
    last = max((day for _, day, _ in entered), default="2012-01-01")
    assume(extra[1] > last)
    before, after = judged(entered), judged([*entered, extra])
    for verdict in after.doses[-1]:
        if verdict.counts is not Counts.NO or verdict.series not in BY_SERIES:
            continue
        old, new = need_of(before, verdict.series), need_of(after, verdict.series)
        if new.state is AdviceState.COMPLETE:
            assert old.state is AdviceState.COMPLETE
        if old.state is new.state is AdviceState.DUE and verdict.series in {"MBR", "HPV", "HBV"}:
            assert new.left >= old.left


@ATTEMPTS
@given(HISTORIES, st.sampled_from(sorted(BY_SERIES)), st.sampled_from(STAGES))
def test_the_first_day_of_an_advice_is_one_on_which_a_dose_counts(entered, series, stage):
    found = need_of(judged(entered, stage), series)
    assume(found.state in (AdviceState.DUE, AdviceState.NOT_YET))
    assume(found.earliest is not None)
    history = doses(*entered)
    product = "Boostrix" if found.vaccine == "dTpa" else BY_SERIES[series]
    for day, wanted in ((found.earliest, True), (found.earliest - timedelta(days=6), False)):
        if day < max((date.fromisoformat(one.on) for one in history), default=BIRTH):
            continue
        situation = Situation(BIRTH, day, stage)
        verdict = next(
            one.verdict
            for one in as_if_given(product, history, situation, signed_rules())
            if one.verdict.series == series
        )
        if verdict.rule_id == "DUP":
            continue
        if wanted:
            assert verdict.counts is not Counts.NO, (found.earliest, verdict)
        elif series in ONE_SCHEME and found.earliest > BIRTH + timedelta(days=6):
            assert verdict.counts is not Counts.YES or verdict.dose_number != found.dose_number


@ATTEMPTS
@given(HISTORIES, PRODUCTS, DAYS)
def test_a_valid_dose_never_brings_the_next_one_before_its_minimum(entered, product, day):
    history = [*entered, (product, day.isoformat(), VACCINNET)]
    result = judged(history)
    rules = signed_rules()
    for verdict in result.doses[-1]:
        if verdict.counts is Counts.NO or verdict.series not in BY_SERIES:
            continue
        found = need_of(result, verdict.series)
        if found.state not in (AdviceState.DUE, AdviceState.NOT_YET) or found.earliest is None:
            continue
        schemes = ("",) if verdict.series in ONE_SCHEME else ("2", "3")
        limits = [
            row
            for scheme in schemes
            for row in rules.dose_rules(verdict.series, scheme, found.dose_number, "adult")
            if row.role is RuleRole.LIMIT and row.interval
        ]
        if limits:
            assert found.earliest >= min(row.interval.after(day) for row in limits)
        assert found.recommended >= found.earliest


@ATTEMPTS
@given(HISTORIES, st.sampled_from(STAGES))
def test_no_advice_recommends_a_day_before_the_first_valid_one(entered, stage):
    for one in judged(entered, stage).advice:
        if one.earliest and one.recommended:
            assert one.recommended >= one.earliest
        if one.state is AdviceState.NOT_YET:
            assert one.recommended > ON
        if one.state is AdviceState.COMPLETE:
            assert one.free is None


@ATTEMPTS
@given(HISTORIES, st.sampled_from([*STAGES, None]), st.booleans())
def test_every_series_is_answered_once_whatever_the_history(entered, stage, special):
    result = judge(BIRTH.isoformat(), ON.isoformat(), *entered, stage=stage, special=special)
    series = [each for one in result.advice for each in one.series]
    assert sorted(series) == ["DTP", "HBV", "HPV", "IPV", "MBR", "MenACWY"]
    assert all(one.text and one.rule_ids for one in result.advice)
