"""The vaccination card on paper: what is documented of a pupil, and only what the rules are sure of.

Nothing is left out silently: a dose in two versions, or one that is kept from the family or from
this user, keeps the whole card back, because a card with a gap invites a needle too many. Printing
is logged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clbdesk.clock import local_day
from clbdesk.domain.names import on_a_list
from clbdesk.domain.people import Pupil, School
from clbdesk.domain.vaccination import ConsentGiver, Dose, DoseSource, DoseStatus
from clbdesk.errors import Defect, Refused
from clbdesk.ids import PupilId, RecordId, SchoolId, VisitId
from clbdesk.reports.paper import Paper, Printed, bind
from clbdesk.reports.vaccination_card import CardDose, CardPaper, card_paper, cover_paper
from clbdesk.services.desk import Desk
from clbdesk.services.letter_states import withholds
from clbdesk.services.reading import Standing, all_standing, one_standing
from clbdesk.services.relation import (
    must_be_near,
    must_read,
    relations_to,
    visit_open_to,
)
from clbdesk.services.shielding import hidden_from, shieldings_of
from clbdesk.services.vaccination_facts import PupilFacts, entered, read_pupils
from clbdesk.services.visits import pupils_of
from clbdesk.standards.phrases import long_day, long_month
from clbdesk.standards.vaccination.advice import Advice, VaccinationJudgement, judge_vaccination
from clbdesk.standards.vaccination.history import Precision, When, is_understood
from clbdesk.standards.vaccination.needs import AdviceState
from clbdesk.standards.vaccination.products import named
from clbdesk.standards.vaccination.ruleset import ruleset
from clbdesk.standards.vaccination.sites import site
from clbdesk.standards.vaccination.validity import Counts, DoseVerdict
from clbdesk.storage.vault import Reader, UnitOfWork
from clbdesk.wording import say


@dataclass(frozen=True, slots=True)
class _Judged:
    """A pupil's doses with what the engine says of each; no verdict = it does not know the dose."""

    facts: PupilFacts
    found: VaccinationJudgement
    verdicts: Mapping[RecordId, tuple[DoseVerdict, ...]]


def print_card(desk: Desk, pupil_id: PupilId) -> Printed:
    """The card of one pupil, logged.

    Refused `card.two_versions` or `card.shielded` when it may not be printed as it stands.
    """
    with desk.vault.write() as work:
        pupil = one_standing(work, RecordId(pupil_id), Pupil)
        if pupil is None:
            raise Defect("card.unknown_pupil")
        must_be_near(desk, work, pupil_id)
        must_read(desk, "dose", relations_to(desk, work, pupil_id))
        paper = _paper(desk, work, pupil_id, pupil.body)
        _log(desk, work, pupil_id)
    return paper.printed()


def cards_of_visit(desk: Desk, visit_id: VisitId, school: str) -> Printed:
    """A card for everybody who got a vaccine on this visit, behind a list of who has one.

    Refused `card.nobody` when nobody got one yet.
    """
    papers: list[Paper] = []
    names: list[tuple[str, str, bool]] = []
    with desk.vault.write() as work:
        visit = visit_open_to(desk, work, visit_id)
        must_read(desk, "dose", desk.relations(visit.body.school_id if visit else None))
        classes = {one.pupil_id: one.class_name for one in pupils_of(work, visit_id)}
        given = _given_on(work, visit_id)
        pupils = {
            PupilId(one.record_id): one.body
            for one in all_standing(
                work.heads(kinds=("pupil",), pupil_ids=tuple(given & classes.keys())), Pupil
            )
        }
        for pupil_id, pupil in sorted(
            pupils.items(),
            key=lambda one: (classes[one[0]], *on_a_list(one[1].family_name, one[1].given_name)),
        ):
            try:
                papers.append(_paper(desk, work, pupil_id, pupil))
            except Refused:
                has = False
            else:
                has = True
                _log(desk, work, pupil_id)
            name = f"{pupil.family_name.upper()}, {pupil.given_name}"
            names.append((name, classes[pupil_id], has))
    if visit is None or not names:
        raise Refused("card.nobody")
    cover = cover_paper(desk.centre_name, school, visit.body.on, tuple(names))
    return bind([cover, *papers], say("card.cover_title"))


def _given_on(reader: Reader, visit_id: VisitId) -> set[PupilId]:
    return {
        one.body.pupil_id
        for one in all_standing(reader.heads(kinds=("dose",), visit_id=visit_id), Dose)
        if one.body.status is DoseStatus.GIVEN
    }


def _paper(desk: Desk, reader: Reader, pupil_id: PupilId, pupil: Pupil) -> Paper:
    today = local_day(desk.clock.now())
    facts = read_pupils(reader, {pupil_id: pupil}, today)[pupil_id]
    given = [one for one in facts.doses if one.body.status is DoseStatus.GIVEN]
    _refuse(desk, reader, pupil_id, facts)
    read = [(one.record_id, entered(one.body)) for one in given]
    known = [(record_id, dose) for record_id, dose in read if is_understood(dose)]
    found = judge_vaccination([dose for _, dose in known], facts.situation, ruleset())
    verdicts = {
        record_id: verdict for (record_id, _), verdict in zip(known, found.doses, strict=True)
    }
    judged = _Judged(facts, found, verdicts)
    schools = _schools(reader, given)
    ordered = sorted(given, key=lambda one: (one.body.on, one.body.vaccine, one.record_id))
    return card_paper(
        CardPaper(
            centre=desk.centre_name,
            name=f"{pupil.given_name} {pupil.family_name}",
            birth_date=pupil.birth_date,
            known_on=today,
            doses=tuple(_dose(one, judged, schools) for one in ordered),
            coming=tuple(_coming(judged)),
            unjudged=any(_is_unjudged(one, judged) for one in ordered),
        )
    )


def _refuse(desk: Desk, reader: Reader, pupil_id: PupilId, facts: PupilFacts) -> None:
    if any(one.is_conflict for one in facts.doses):
        raise Refused("card.two_versions")
    shieldings = shieldings_of(reader, pupil_id)
    kept = {item for item, one in shieldings.items() if withholds(one)}
    kept |= hidden_from(desk.user.staff_id, shieldings.values())
    alone = {
        one.record_id for one in facts.consents if one.body.giver is ConsentGiver.CAPABLE_MINOR
    }
    if any(one.record_id in kept or one.body.consent_id in alone for one in facts.doses):
        raise Refused("card.shielded")


def _schools(reader: Reader, doses: Iterable[Standing[Dose]]) -> dict[RecordId, str]:
    """Where the centre gave a dose, as far as the school is known on this laptop."""
    found: dict[SchoolId, str] = {}
    named_by: dict[RecordId, str] = {}
    for one in doses:
        school_id = one.revision.school_id
        if one.body.source is not DoseSource.OWN or school_id is None:
            continue
        if school_id not in found:
            school = one_standing(reader, RecordId(school_id), School)
            found[school_id] = school.body.name if school else ""
        named_by[one.record_id] = found[school_id]
    return named_by


def _dose(one: Standing[Dose], judged: _Judged, schools: Mapping[RecordId, str]) -> CardDose:
    body = one.body
    kind = named(body.product or body.vaccine)
    vaccine = kind.type.label if kind else body.vaccine
    if body.product and body.product != vaccine:
        vaccine = say("card.dose", vaccine=vaccine, product=body.product)
    school = schools.get(one.record_id, "")
    place = say("card.place_school", school=school) if school else ""
    arm = site(body.site)
    facts = (
        say("card.lot", lot=body.lot) if body.lot else "",
        place,
        arm.words(body.side) if arm else "",
        body.country if body.country != "BE" else "",
    )
    known = (_source(body), _worth(one, judged))
    return CardDose(
        on=_when(body.on),
        vaccine=vaccine,
        facts=" · ".join(part for part in facts if part),
        known=" · ".join(part for part in known if part),
    )


def _source(dose: Dose) -> str:
    if dose.source is DoseSource.ORAL:
        return say("card.oral")
    if dose.source is DoseSource.DOCUMENT:
        seen = dose.document_seen if dose.document_seen in {"original", "copy"} else "none"
        return say(f"card.document_{seen}")
    return say(f"card.source_{dose.source.value}")


def _worth(one: Standing[Dose], judged: _Judged) -> str:
    """Whether it counts, in the word that asks attention first; nothing for a hearsay dose."""
    if one.body.source is DoseSource.ORAL:
        return ""
    verdicts = judged.verdicts.get(one.record_id)
    if verdicts is None:
        return say("card.unread")
    if any(verdict.rule_id == "DUP" for verdict in verdicts):
        return say("card.counts_double")
    refused = [verdict.series for verdict in verdicts if verdict.counts is Counts.NO]
    if len(refused) == len(verdicts):
        return say("card.counts_no")
    if any(verdict.counts is Counts.DOCTOR for verdict in verdicts):
        return say("card.counts_doctor")
    if refused:
        return say("card.counts_partly", series=", ".join(refused))
    numbers = dict.fromkeys(verdict.dose_number for verdict in verdicts)
    if len(numbers) == 1:
        return say("card.counts_yes", number=next(iter(numbers)))
    return say("card.counts_combined")


def _is_unjudged(one: Standing[Dose], judged: _Judged) -> bool:
    return _worth(one, judged) == say("card.counts_doctor")


def _when(text: str) -> str:
    """As exactly as it is known: a day, a month, a year."""
    try:
        when = When.parse(text)
    except ValueError:
        return text
    if when.precision is Precision.DAY:
        return long_day(when.first)
    return long_month(when.first) if when.precision is Precision.MONTH else str(when.first.year)


def _coming(judged: _Judged) -> Iterable[tuple[str, str]]:
    """What follows: only where no dose of the series waits for a doctor."""
    for advice in judged.found.advice:
        if advice.free is False or not _is_sure(advice, judged):
            continue
        vaccine = _label(advice.vaccine)
        if advice.state is AdviceState.DUE:
            yield vaccine, say("card.next_now")
        elif advice.state is AdviceState.NOT_YET and advice.recommended is not None:
            yield vaccine, say("card.next_from", day=long_day(advice.recommended))


def _is_sure(advice: Advice, judged: _Judged) -> bool:
    return not any(
        verdict.counts is Counts.DOCTOR and verdict.series in advice.series
        for verdicts in judged.found.doses
        for verdict in verdicts
    )


def _label(vaccine: str) -> str:
    found = named(vaccine)
    return found.type.label if found else vaccine


def _log(desk: Desk, work: UnitOfWork, pupil_id: PupilId) -> None:
    desk.log(work, "print", kind="dose", pupil_id=pupil_id, reason="vaccination_card")
