"""Whatever comes in by the command line: every item gets an answer or a named error, and JSON comes out."""

import functools
import json
import operator
from datetime import date, timedelta
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clbdesk.cli import (
    EXIT_DONE,
    EXIT_REFUSED,
    growth,
    hearing,
    identifiers,
    main,
    vaccination,
    vision,
)
from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import CellResult, Correction
from clbdesk.domain.contact import VisionTest as AcuityTest
from clbdesk.domain.visits import ContactMoment

TODAY = date(2026, 11, 23)
ATTEMPTS = settings(max_examples=120)
DAYS = {"birth_date", "measured_on", "on"}
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["MBR", "L4", "2020-02-30", "2016-05-03", "own", "9999-12-31", "0001-01-01"])
)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
COMMANDS = [growth, hearing, vision, vaccination]
MEASURED = {"measured_on": "2023-10-09", "height_cm": 98.1, "weight_kg": "14.9"}
HEARD = {"500": {"result": "pass"}, "1000": {"result": "fail", "level_db": 35, "state": "done"}}
SPOKEN = {"srt_db": "-9.8", "sd_db": 1.0, "touched_limit": False, "attempt": 1, "state": "done"}
EYE = {
    "logmar": "0.1",
    "state": "done",
    "state_reason": "",
    "cooperation": "good",
}
DOSE = {"product": "MBR", "date": "2018-05-14", "source": "vaccinnet"}
# A whole item of each command, with every field that it knows.
FIELDS: dict[ModuleType, dict[str, Any]] = {
    growth: {
        "id": "a",
        "sex": "F",
        "birth_date": "2020-03-04",
        "measured_on": "2026-11-23",
        "height_cm": "121.5",
        "weight_kg": 24.8,
        "head_cm": 51,
        "mother_cm": 168,
        "father_cm": "180",
        "previous": [MEASURED],
    },
    hearing: {
        "id": "a",
        "moment": "LO6",
        "audiometry": {"right": HEARD, "left": HEARD},
        "spin": {"right": SPOKEN, "left": SPOKEN},
    },
    vision: {
        "id": "a",
        "moment": "LO1",
        "test": "LOGMAR",
        "right": EYE,
        "left": EYE,
        "correction": "none",
        "known": False,
        "eye_position": {
            "reflexes": "symmetric",
            "cover_near": "none",
            "cover_far": "eso",
            "signs": ["lid"],
        },
        "colour": "good",
        "stereo": "60",
        "distance_cm": 300,
        "occlusion": "patch",
        "first_eye": "right",
        "on": "2026-11-23",
    },
    vaccination: {
        "id": "a",
        "birth_date": "2016-05-03",
        "on": "2026-11-23",
        "stage": "L4",
        "special_education": False,
        "history": [DOSE, DOSE | {"date": "2017"}],
        "flags": {"dutch_schedule": True},
    },
}
KNOWN = {growth: growth._KNOWN, vision: vision._KNOWN, vaccination: vaccination._KNOWN}
# Without one of these there is nothing to judge.
NEEDED = {
    growth: {"sex", "birth_date", "measured_on"},
    hearing: {"moment"},
    vision: {"moment", "test"},
    vaccination: {"birth_date", "on"},
}
CODES = {
    "before_birth",
    "contradiction",
    "impossible",
    "invalid_id",
    "missing",
    "not_a_boolean",
    "not_a_choice",
    "not_a_date",
    "not_a_list",
    "not_a_number",
    "not_a_text",
    "not_an_array",
    "not_an_object",
    "not_earlier",
    "out_of_range",
    "repeated_field",
    "unknown_field",
    "unknown_product",
    "unknown_value",
}


def is_plain(answers):
    """Whether it is one JSON document without NaN, as other programs read it."""
    json.dumps(answers, allow_nan=False)
    return True


def check(command, items):
    answers = command.run(items)
    assert len(answers) == len(items)
    assert is_plain(answers)
    for answer in answers:
        if "error" in answer:
            error = answer["error"]
            assert error.keys() == {"code", "field", "message"}
            assert error["code"] in CODES, error
            assert error["message"]
    return answers


@pytest.mark.parametrize("command", COMMANDS)
@ATTEMPTS
@given(st.lists(JSON, max_size=4))
def test_any_json_is_answered_item_by_item(command, items):
    check(command, items)


def places(value, path=()):
    """The path of every value inside an item, the item itself left out."""
    if path:
        yield path
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*path, key))


def put(item, path, value):
    """A copy of an item with another value at one place."""
    changed = json.loads(json.dumps(item))  # nothing in it is in two places
    *way, last = path
    functools.reduce(operator.getitem, way, changed)[last] = value
    return changed


def written(path):
    """A path as errors name it: `history[1].date`."""
    names = (f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)
    return "".join(names).lstrip(".")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_whole_item_is_judged_and_holds_every_field_of_its_command(command):
    (answer,) = command.run([FIELDS[command]])
    assert "error" not in answer
    assert set(KNOWN.get(command, FIELDS[command])) == set(FIELDS[command])


@pytest.mark.parametrize("command", COMMANDS)
@ATTEMPTS
@given(st.data())
def test_an_item_with_one_wild_value_is_judged_or_the_error_names_its_place(command, data):
    item = FIELDS[command]
    path = data.draw(st.sampled_from(list(places(item))))
    wild = put(item, path, data.draw(JSON))
    (answer,) = check(command, [wild])
    if "error" in answer:
        named = answer["error"]["field"]
        inside = named.startswith(written(path)) or written(path).startswith(named)
        # Another day can put an earlier measurement or a dose on the wrong side of it.
        assert inside or path[-1] in DAYS, (named, path)


@pytest.mark.parametrize("command", COMMANDS)
@ATTEMPTS
@given(st.data())
def test_an_item_without_some_fields_is_judged_unless_one_is_needed(command, data):
    gone = data.draw(st.sets(st.sampled_from(sorted(FIELDS[command]))))
    item = {name: value for name, value in FIELDS[command].items() if name not in gone}
    (answer,) = check(command, [item])
    nothing = command is hearing and {"audiometry", "spin"} <= gone
    assert ("error" in answer) is bool(nothing or gone & NEEDED[command])


@pytest.mark.parametrize("command", COMMANDS)
@ATTEMPTS
@given(st.data())
def test_a_field_that_nobody_reads_is_named(command, data):
    name = data.draw(st.text(max_size=8).filter(lambda text: text not in FIELDS[command]))
    (answer,) = check(command, [FIELDS[command] | {name: data.draw(JSON)}])
    assert (answer["error"]["code"], answer["error"]["field"]) == ("unknown_field", name)


def tenths(low, high):
    """Numbers with one decimal, as text and as JSON numbers."""
    whole = st.integers(low * 10, high * 10)
    return whole.map(lambda each: f"{each / 10:.1f}") | whole.map(lambda each: each / 10)


def some(**fields):
    """Any of these fields, and null as what is not known."""
    return st.fixed_dictionaries(
        {}, optional={name: st.none() | value for name, value in fields.items()}
    )


def one_of(texts):
    return st.sampled_from(sorted(texts))


LENGTHS = {"height_cm": tenths(45, 210), "weight_kg": tenths(2, 180)}
# A value may stand beside a test that was done, and beside one that cannot be trusted.
WITH_VALUE = one_of([ExamState.DONE, ExamState.UNRELIABLE])


@st.composite
def children(draw):
    """Whoever can be measured: born, and measured before on days before this one."""
    birth = draw(st.dates(date(2000, 1, 1), date(2026, 1, 1)))
    on = draw(st.dates(birth + timedelta(days=2), TODAY))
    days = draw(st.lists(st.dates(birth, on - timedelta(days=1)), max_size=3))
    return {
        "id": draw(st.integers() | st.text(max_size=5)),
        "sex": draw(one_of("FM")),
        "birth_date": birth.isoformat(),
        "measured_on": on.isoformat(),
        "previous": [{"measured_on": day.isoformat()} | draw(some(**LENGTHS)) for day in days],
    } | draw(
        some(
            **LENGTHS,
            head_cm=tenths(30, 65),
            mother_cm=tenths(130, 200),
            father_cm=tenths(140, 210),
        )
    )


LEVELS = st.integers(-2, 24).map(lambda step: step * 5)
CELLS = st.dictionaries(
    one_of(hearing._FREQUENCIES),
    st.sampled_from(sorted(CellResult)).flatmap(
        lambda result: st.fixed_dictionaries(
            {"result": st.just(result)},
            optional={"state": one_of(hearing._ALLOWED[result]), "level_db": LEVELS},
        )
    ),
)
SPIN_EARS = st.fixed_dictionaries(
    {
        "srt_db": tenths(-30, 10),
        "sd_db": tenths(0, 20),
        "touched_limit": st.booleans(),
    },
    optional={"attempt": st.sampled_from([1, 2]), "state": WITH_VALUE},
)
MOMENTS = one_of(ContactMoment)
EARS_HEARD = st.fixed_dictionaries({"moment": MOMENTS}).flatmap(
    lambda item: st.one_of(
        *(
            st.fixed_dictionaries({name: some(right=ear, left=ear)}).map(item.__or__)
            for name, ear in (("audiometry", CELLS), ("spin", SPIN_EARS))
        )
    )
)
EYES = st.fixed_dictionaries(
    {"logmar": st.integers(-25, 100).map(lambda step: f"{step * 0.02:.2f}")},
    optional={"state": WITH_VALUE},
)
EYES_SEEN = st.builds(
    lambda needed, other: needed | other,
    st.fixed_dictionaries({"moment": MOMENTS, "test": one_of(AcuityTest)}),
    some(
        right=EYES,
        left=EYES,
        correction=one_of(Correction),
        known=st.booleans(),
        colour=one_of(["good", "wrong", "doubtful"]),
        stereo=one_of(vision._STEREO),
        eye_position=some(
            reflexes=one_of(["symmetric", "asymmetric", "failed"]),
            cover_near=one_of(vision._COVER),
            cover_far=one_of(vision._COVER),
            signs=st.lists(one_of(vision._SIGNS), max_size=2),
        ),
    ),
)


@pytest.mark.parametrize(
    "command, items",
    [(growth, children()), (hearing, EARS_HEARD), (vision, EYES_SEEN)],
    ids=["growth", "hearing", "vision"],
)
@ATTEMPTS
@given(st.data())
def test_every_valid_item_is_judged(command, items, data):
    item = data.draw(items)
    (answer,) = check(command, [item])
    assert "error" not in answer, item
    assert answer["id"] == item.get("id")
    for signal in answer["signals"]:
        assert signal["rule_id"]
        assert signal["level"] in {"info", "check", "doctor"}
        assert signal["text"].strip()


DAY_TEXTS = st.dates(date(1, 1, 1), date(9999, 12, 31)).map(date.isoformat)
DOSES = st.fixed_dictionaries(
    {
        "product": st.sampled_from(["MBR", "Hexyon", "HBV", "Engerix-B", "HPV", "Boostrix", "BCG"])
        | st.text(max_size=8),
        "date": DAY_TEXTS | DAY_TEXTS.map(lambda day: day[:7]) | DAY_TEXTS.map(lambda day: day[:4]),
        "source": st.sampled_from(["own", "vaccinnet", "document", "oral"]),
    }
)
VACCINATIONS = st.fixed_dictionaries(
    {
        "id": st.integers(),
        "birth_date": DAY_TEXTS,
        "on": DAY_TEXTS,
        "stage": st.sampled_from([None, *["K1", "KK3", "L1", "L6", "S1", "S3", "S7"]]),
        "special_education": st.booleans(),
        "history": st.lists(DOSES, max_size=5),
    }
)


@settings(max_examples=400)
@given(VACCINATIONS)
def test_any_dates_at_all_are_judged_or_named(item):
    check(vaccination, [item])


@pytest.mark.parametrize(
    "field, birth, on",
    [
        ("birth_date", "0001-01-01", "2026-01-01"),
        ("birth_date", "1899-12-31", "2026-01-01"),
        ("on", "2016-05-03", "2200-01-01"),
        ("birth_date", "9999-05-01", "9999-12-31"),
        ("on", "2016-05-03", "2016-05-02"),
    ],
)
def test_a_day_that_no_pupil_can_have_is_named(field, birth, on):
    (answer,) = vaccination.run([{"id": 1, "birth_date": birth, "on": on}])
    assert (answer["error"]["code"], answer["error"]["field"]) == ("out_of_range", field)


@pytest.mark.parametrize(
    "text, answered",
    [
        (b'[{"id":"\\ud800"}]', True),
        (b'\xef\xbb\xbf[{"id":1}]', True),
        (b"[" + b"9" * 5000 + b"]", False),
        (b"[" * 100_000, False),
        (b"\xff\xfe", False),
        (b"", False),
        (b"{}", False),
        (b"[NaN, 1e400, Infinity]", True),
    ],
)
@pytest.mark.parametrize("command", ["vaccination", "growth", "hearing", "vision"])
def test_any_file_is_answered_in_utf_8_or_refused(tmp_path, capfd, command, text, answered):
    path = tmp_path / "in.json"
    path.write_bytes(text)
    assert main([command, str(path), "--json"]) == (EXIT_DONE if answered else EXIT_REFUSED)
    out, told = capfd.readouterr()
    if answered:
        assert isinstance(json.loads(out.encode("utf-8")), list)
    else:
        assert (out, told.startswith("clbdesk: ")) == ("", True)


@settings(max_examples=200)
@given(
    st.dates(date(2005, 1, 1), TODAY),
    st.lists(
        st.tuples(
            st.sampled_from(["MBR", "Hexyon", "HBV", "Engerix-B", "HPV", "Boostrix", "Tetravac"]),
            st.integers(0, 7000),
            st.sampled_from(["own", "vaccinnet", "document", "oral"]),
            st.sampled_from([10, 7, 4]),
        ),
        max_size=6,
    ),
    st.sampled_from([None, "K1", "L1", "L4", "S1", "S3", "S7"]),
    st.booleans(),
)
def test_every_valid_vaccination_is_judged_with_all_that_the_contract_names(
    birth, told, stage, special
):
    days = [
        (product, birth + timedelta(days=after), source, cut)
        for product, after, source, cut in told
    ]
    history = [
        {"product": product, "date": day.isoformat()[:cut], "source": source}
        for product, day, source, cut in days
        if day <= TODAY
    ]
    item = {
        "id": 1,
        "birth_date": birth.isoformat(),
        "on": TODAY.isoformat(),
        "stage": stage,
        "special_education": special,
        "history": history,
    }
    (answer,) = vaccination.run([item])
    assert is_plain(answer)
    assert [dose["index"] for dose in answer["doses"]] == list(range(len(history)))
    for dose in answer["doses"]:
        assert dose["antigens"]
        for verdict in dose["antigens"].values():
            assert verdict["counts"] in (True, False, "doctor")
            assert (verdict["dose_number"] is None) == (verdict["counts"] is False)
            assert verdict["rule_id"]
    states = {"due", "not_yet", "complete", "doctor", "outside_programme"}
    for advice in answer["advice"]:
        assert advice["state"] in states
        assert advice["free"] in (True, False, None)
        assert advice["rule_ids"]
        assert advice["text"]
    assert answer["edition"]


@settings(max_examples=300)
@given(st.text() | st.from_regex(r"[0-9. -]{9,16}") | st.integers(0, 10**11).map("{:011d}".format))
def test_any_number_is_answered_as_valid_or_not(text):
    (answer,) = identifiers.run_insz([text], TODAY)
    assert is_plain(answer)
    assert answer.keys() == {"number", "valid", "kind", "birth_date", "sex"}
    if not answer["valid"]:
        assert (answer["kind"], answer["birth_date"], answer["sex"]) == (None, None, None)
    elif answer["birth_date"]:
        assert date.fromisoformat(answer["birth_date"]) <= TODAY


@given(st.integers(0, 999_999_999), st.sampled_from([1900, 2000]))
def test_of_every_number_with_right_check_digits_one_other_digit_makes_it_wrong(nine, century):
    prefix = "2" if century == 2000 else ""
    check_digits = 97 - int(f"{prefix}{nine:09d}") % 97
    right, wrong = f"{nine:09d}{check_digits:02d}", f"{nine:09d}{check_digits % 97 + 1:02d}"
    answers = identifiers.run_insz([right, wrong], TODAY)
    if answers[0]["valid"] and answers[1]["valid"]:
        # The other century may give a number that is right as well: then it is another birth.
        assert answers[0]["birth_date"] != answers[1]["birth_date"] or not answers[0]["birth_date"]


GS = st.sampled_from(["\x1d", "^]", ""])


@st.composite
def codes(draw):
    """A code as a scanner types it, and what it says."""
    body = draw(st.text("0123456789", min_size=13, max_size=13))
    weights = [3, 1] * 7
    total = sum(int(digit) * weight for digit, weight in zip(reversed(body), weights, strict=False))
    gtin = f"{body}{-total % 10}"
    expiry = draw(st.dates(date(2020, 1, 1), date(2049, 12, 31)))
    lot = draw(st.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789-", min_size=1, max_size=20))
    separator = draw(st.sampled_from(["\x1d", "^]"]))
    start = draw(st.sampled_from(["", "]d2", "]d2\x1d", "\x1d"]))
    return f"{start}01{gtin}17{expiry:%y%m%d}10{lot}{separator}21SER1", gtin, expiry, lot


@settings(max_examples=200)
@given(codes())
def test_a_code_with_its_separators_is_read_whole(code):
    text, gtin, expiry, lot = code
    (answer,) = identifiers.run_barcode([text])
    assert answer == {
        "gtin": gtin,
        "lot": lot,
        "expiry": expiry.isoformat(),
        "complete": True,
    }


@settings(max_examples=300)
@given(st.text() | st.from_regex(r"(01[0-9]{14}|17[0-9]{6}|10[A-Z0-9]{1,6}|21[0-9]{4}|\x1d){0,6}"))
def test_any_text_is_read_as_far_as_it_is_certain(text):
    (answer,) = identifiers.run_barcode([text])
    assert is_plain(answer)
    assert answer.keys() == {"gtin", "lot", "expiry", "complete"}
    if answer["complete"]:
        assert answer["gtin"]
        assert answer["lot"]
        assert answer["expiry"]


@given(st.lists(JSON, max_size=3))
def test_what_is_no_text_is_named(items):
    answers = [*identifiers.run_insz(items, TODAY), *identifiers.run_barcode(items)]
    for item, answer in zip([*items, *items], answers, strict=True):
        assert ("error" in answer) is not isinstance(item, str)
