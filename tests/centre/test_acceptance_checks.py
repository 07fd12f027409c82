"""The acceptance checks of handbook 3 §10 at the centre, each by trying to break it: 6, 8, 10, 11."""

from __future__ import annotations

import argparse
import json
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from sqlalchemy import select

from clbdesk.centre import access
from clbdesk.centre import administration as office
from clbdesk.centre.access_review import access_of_pupil
from clbdesk.centre.fhir import Choice, write_fhir
from clbdesk.centre.objection import Objection
from clbdesk.centre.on_board import on_board
from clbdesk.centre.schema import ALARM
from clbdesk.centre.signal_report import Half, publish_report, signal_report
from clbdesk.centre.transfer import write_transfer
from clbdesk.centre.writing import Entry, write
from clbdesk.cli import centre as commands
from clbdesk.domain.care import CareDomain
from clbdesk.domain.data_class import DataClass
from clbdesk.domain.device import AccessLine
from clbdesk.domain.kinds import KINDS, derived_record_id
from clbdesk.domain.people import SchoolLevel
from clbdesk.domain.revision import Compartment, Role
from clbdesk.domain.rights import class_of
from clbdesk.domain.school_signal import Signal, SignalPriority, SignalSort, SignalSource
from clbdesk.domain.scopes import PushOutcome
from clbdesk.domain.shielding import Flag, Shielding
from clbdesk.domain.small_cells import shown_table
from clbdesk.domain.visits import Visit, VisitKind
from clbdesk.errors import Refused
from clbdesk.ids import RecordId
from clbdesk.storage.access_log import digest_of_line, first_link
from tests.builders.centres import records_by_pupil
from tests.centre.test_access_review import seen_now
from tests.core.test_everything_typed_can_be_asked_for import ABOUT_A_PUPIL, Marker

TOLD = date(2026, 11, 2)
LETTER = b"%PDF-1.4 wij verzetten ons"
# Handbook 3 §2.7 T5, kind by kind: who, leerplicht (no kind yet), vaccination, contacts, reports.
OF_A_CONTACT_OR_VACCINE = {
    DataClass.IDENTITY,
    DataClass.MEASURES,
    DataClass.EXAMINATION,
    DataClass.CONCLUSION,
    DataClass.VACCINATION,
}


# --- 6: transfer with an objection ---


def fill(built, pupil_id) -> set[str]:
    """One record of every kind about a pupil; the kinds that the centre holds now."""
    laptop = built.laptop("LAP-01", built.nurse)
    entries, pushed = [], []
    for name in ABOUT_A_PUPIL:
        body = Marker().struct(KINDS[name].shape)
        if hasattr(body, "pupil_id"):
            body = msgspec.structs.replace(body, pupil_id=pupil_id)
        if name in {"pupil", "shielding", "enrolment"}:
            continue
        if KINDS[name].compartment is None:
            author = {"author": built.nurse, "pupil_id": pupil_id}
            pushed.append(laptop.revision(body, **author))
        else:
            entries.append(Entry(RecordId(built.centre.ids.new()), body, pupil_id=pupil_id))
    with built.centre.store.writing() as tx:
        write(tx, built.centre, entries)
    assert {one.outcome for one in laptop.push(*pushed)} == {PushOutcome.OK}
    return set(ABOUT_A_PUPIL) - {"shielding"}


def unpacked(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def letter(tmp_path):
    path = tmp_path / "Verzet Peeters.PDF"
    path.write_bytes(LETTER)
    return path


def test_check_6_despite_an_objection_only_what_must_goes_with_the_copy_of_the_letter(
    built, tmp_path, letter
):
    pupil = built.pupils[0]
    held = fill(built, pupil)
    out = tmp_path / "overdracht.zip"

    told = write_transfer(built.centre, out, pupil, TOLD, letter)

    files = unpacked(out)
    assert files.pop("verzet.pdf") == LETTER
    document = json.loads(files.pop("dossier.json"))
    assert files == {}, "nothing else is in the bundle, and no name of a child in its file names"
    kinds = {one["kind"] for one in document["records"]}
    assert kinds == {one for one in held if class_of(one) in OF_A_CONTACT_OR_VACCINE}
    assert {"pupil", "dose", "consent", "growth", "contact", "conclusion", "letter"} <= kinds
    stays = {"competence", "guardian", "school_message", "access_request", "transition"}
    assert not kinds & stays
    assert stays <= held, "there was something to keep back"
    assert told.kept_back
    assert document["kept_back"]
    assert not any(one in json.dumps(document) for one in stays), "nor does it say what"


def test_check_6_without_an_objection_all_goes_and_only_after_the_term(built, tmp_path):
    pupil = built.pupils[0]
    held = fill(built, pupil)
    out = tmp_path / "overdracht.zip"
    yesterday = (built.clock.now() - timedelta(days=1)).date()
    with pytest.raises(Refused, match=r"transfer\.term_runs"):
        write_transfer(built.centre, out, pupil, yesterday)
    assert not out.exists()

    told = write_transfer(built.centre, out, pupil, date(2026, 11, 1))

    assert set(told.records) == held
    assert not told.kept_back
    assert list(unpacked(out)) == ["dossier.json"]
    (line,) = [one for one in access_of_pupil(built.centre, pupil) if one.action == "export"]
    assert line.kind == "transfer"


def test_check_6_a_flag_goes_along_and_another_pupil_does_not(built, tmp_path, letter):
    laptop = built.laptop("LAP-01", built.nurse)
    item, other = built.growth(laptop, 0, "130.1"), built.growth(laptop, 1, "128.8")
    flag = Shielding(
        item_id=RecordId(item.record_id),
        pupil_id=built.pupils[0],
        flags=(Flag.CONFIDENTIAL_SOURCE,),
        reason="gezegd door de buur",
    )
    where = {"author": built.nurse, "pupil_id": built.pupils[0]}
    shielding_id = derived_record_id("shielding", item.record_id)
    laptop.push(item, other, laptop.revision(flag, record_id=shielding_id, **where))
    out = tmp_path / "overdracht.zip"
    write_transfer(built.centre, out, built.pupils[0], TOLD, letter)
    document = unpacked(out)["dossier.json"].decode()
    records = {one["kind"]: one for one in json.loads(document)["records"]}
    assert records["growth"]["flags"] == ["confidential_source"]
    assert "128.8" not in document
    assert built.pupils[1] not in document


def test_check_6_two_versions_are_chosen_first_and_an_empty_letter_is_no_letter(
    built, tmp_path, letter
):
    one, two = built.laptop("LAP-01", built.nurse), built.laptop("LAP-02", built.nurse)
    one.push(built.growth(one, 0, "130.1"))
    two.push(built.growth(two, 0, "182.4"))
    out = tmp_path / "overdracht.zip"
    with pytest.raises(Refused, match=r"transfer\.two_versions"):
        write_transfer(built.centre, out, built.pupils[0], TOLD, letter)
    letter.write_bytes(b"")
    with pytest.raises(Refused, match=r"transfer\.letter_size"):
        write_transfer(built.centre, out, built.pupils[1], TOLD, letter)
    assert not out.exists()


# --- 8: the lost laptop ---


def test_check_8_exactly_the_pupils_and_kinds_of_the_last_contact(built):
    """Not what came to the centre since, not what was given back, not what another laptop has."""
    lost, other = built.laptop("LAP-01", built.nurse), built.laptop("LAP-02", built.nurse)
    lost.push(built.growth(lost, 0, "130.1"))
    lost.take(built.visit_id)
    given = [one.revision for one in lost.pull(built.visit_id)[1]]
    seen_now(built, lost)
    built.clock.advance(timedelta(hours=1))
    other.take(built.visit_id)
    other.push(built.growth(other, 1, "128.0"))

    found = on_board(built.centre, lost.device.device_id)

    held = {one.pupil_id: sum(one.kinds.values()) for one in found.pupils}
    assert held == records_by_pupil(given)
    assert found.kinds["growth"] == 1
    assert {one.pupil_id for one in found.pupils} == set(built.pupils)


def test_check_8_both_sides_of_a_laptop_count_with_the_names_that_a_meeting_brings(built):
    """A care meeting lists nobody, and still puts every name of the school on the laptop."""
    meeting = office.plan_visit(
        built.centre,
        Visit(school_id=built.school_id, on=date(2026, 11, 24), kinds=(VisitKind.CARE_MEETING,)),
    )
    lost = built.laptop("LAP-01", built.nurse, built.psychologist)
    guidance = replace(lost, compartment=Compartment.GUIDANCE, epoch="epoch-2")
    guidance.take(meeting)
    brought = {one.revision.pupil_id for one in guidance.pull(meeting)[1]} - {None}
    seen_now(built, lost)
    found = on_board(built.centre, lost.device.device_id)
    assert brought == set(built.pupils)
    assert {one.pupil_id for one in found.pupils} == brought
    assert [one.compartment for one in found.visits] == ["guidance"]
    assert "growth" not in found.kinds

    lost.push(built.growth(lost, 0, "130.1"))
    lost.take(built.visit_id)
    lost.pull(built.visit_id)
    seen_now(built, lost)
    both = on_board(built.centre, lost.device.device_id)
    assert {one.compartment for one in both.visits} == {"guidance", "medical"}
    assert both.kinds["growth"] == 1


# --- 9: the chain, at the centre ---


@pytest.mark.parametrize("how", ["changed", "left out", "other line"])
def test_check_9_a_chain_that_somebody_touched_is_an_alarm(built, how):
    laptop = built.laptop("LAP-01", built.nurse)
    made, previous = [], first_link(laptop.epoch)
    for number in range(1, 4):
        line = AccessLine(
            number=number,
            at=built.clock.now(),
            staff_id=built.nurse,
            role=Role.NURSE,
            action="open",
            kind="pupil",
            record_id=built.pupils[0],
            pupil_id=built.pupils[0],
            reason="visit",
            previous=previous,
            digest="",
        )
        line = msgspec.structs.replace(line, digest=digest_of_line(line))
        previous = line.digest
        made.append(line)
    tell(built, laptop, *made[:1])
    assert alarms(built) == set()
    if how == "changed":
        tell(built, laptop, msgspec.structs.replace(made[1], reason="history"))
    elif how == "left out":
        tell(built, laptop, made[2])
    else:
        again = msgspec.structs.replace(made[0], staff_id=built.doctor, digest="")
        tell(built, laptop, msgspec.structs.replace(again, digest=digest_of_line(again)))
    assert len(alarms(built)) == 1


def tell(built, laptop, *lines) -> None:
    with built.centre.store.writing() as tx:
        access.receive(
            tx,
            built.centre.centre_id,
            laptop.device.device_id,
            laptop.compartment,
            laptop.epoch,
            lines,
            built.clock.now(),
        )


def alarms(built) -> set[str]:
    with built.centre.store.reading() as tx:
        return set(tx.execute(select(ALARM.c.code)).scalars())


# --- 10: the office, filtered on the server ---


def answer_of(ask) -> str:
    """What the centre says, be it an objection."""
    try:
        return repr(ask())
    except Objection as refused:
        return refused.code


@pytest.mark.parametrize("role", [Role.ADMINISTRATION, Role.DIRECTOR])
@pytest.mark.parametrize("side", [Compartment.MEDICAL, Compartment.GUIDANCE])
def test_check_10_the_server_gives_the_office_no_word_whatever_its_laptop_asks(built, role, side):
    """Take, pull, verify, saying that it is in hand, and pushing: every way a laptop has."""
    nurse = built.laptop("LAP-01", built.nurse)
    nurse.push(built.growth(nurse, 0, "130.1"))
    person = office.add_staff(built.centre, "Ria Admin", [role])
    laptop = built.laptop("LAP-05", person, compartment=side, epoch="epoch-5")
    laptop.hello(in_hand=(built.visit_id,))
    for ask in (
        lambda: laptop.take(built.visit_id),
        lambda: laptop.pull(built.visit_id),
        lambda: laptop.pull("centre"),
        laptop.verify,
    ):
        told = answer_of(ask)
        assert "130.1" not in told
        assert "growth" not in told
    (result,) = laptop.push(built.growth(laptop, 0, "99.9", author=person, role=role))
    assert result.outcome is PushOutcome.QUARANTINE


def test_check_10_a_shared_laptop_gives_the_office_nothing_of_the_nurse_and_guidance_no_health(
    built, tmp_path
):
    """The wall is in what each vault receives; a file for others leaves shielded words out."""
    nurse = built.laptop("LAP-01", built.nurse)
    nurse.push(built.growth(nurse, 0, "130.1"))
    person = office.add_staff(built.centre, "Ria Admin", [Role.ADMINISTRATION])
    shared = built.laptop(
        "LAP-06", person, built.psychologist, compartment=Compartment.GUIDANCE, epoch="epoch-6"
    )
    shared.take(built.visit_id)
    texts = [one.revision.body for one in shared.pull(built.visit_id)[1]]
    assert texts
    assert not any("130.1" in one for one in texts)
    out = tmp_path / "out.json"
    write_fhir(built.centre, out, Choice(pupils=(built.pupils[1],)))
    assert "130.1" not in out.read_text(encoding="utf-8")


# --- 11: four in a cell ---


def signal(built, theme: str) -> Signal:
    return Signal(
        school_id=built.school_id,
        level=SchoolLevel.PRIMARY,
        domain=CareDomain.HEALTH,
        theme=theme,
        sort=SignalSort.NEED,
        source=SignalSource.CONTACT,
        priority=SignalPriority.USUAL,
        text="drie klassen",
        on=date(2026, 11, 23),
    )


def test_check_11_four_is_never_shown_nor_found_by_subtracting_or_by_asking_again(built):
    laptop = built.laptop("LAP-07", built.nurse)
    counts = {"sleep": 9, "mouth": 4, "movement": 6}
    pushed = [
        laptop.revision(signal(built, theme), author=built.nurse, school_id=built.school_id)
        for theme, count in counts.items()
        for _ in range(count)
    ]
    assert {one.outcome for one in laptop.push(*pushed)} == {PushOutcome.OK}
    built.clock.set(datetime(2027, 2, 20, 9, tzinfo=UTC))
    half = Half(2026, 1)
    report = signal_report(built.centre, built.school_id, half)
    (health,) = [one for one in report.domains if one.total is not None or one.themes]
    shown = {one.theme: one.count for one in health.themes}
    hidden = [name for name, count in shown.items() if count is None]

    assert 4 not in shown.values()
    assert len(hidden) >= 2 or health.total is None, "one empty cell is the total minus the rest"
    with pytest.raises(Refused):
        signal_report(built.centre, built.school_id, half, 4)
    publish_report(built.centre, built.school_id, half)
    with pytest.raises(Refused):
        signal_report(built.centre, built.school_id, half, 7)


def test_check_11_after_filtering_to_one_class_there_is_still_no_four(built):
    """Nine in the school, four of them noted in one class: no way leads from the nine to the four."""
    other = office.plan_visit(
        built.centre,
        Visit(school_id=built.school_id, on=date(2026, 11, 24), kinds=(VisitKind.VACCINATION,)),
    )
    laptop = built.laptop("LAP-07", built.nurse)
    pushed = [
        laptop.revision(
            msgspec.structs.replace(signal(built, theme), text=f"klas {class_name}"),
            author=built.nurse,
            school_id=built.school_id,
            visit_id=visit_id,
        )
        for theme, class_name, visit_id, count in (
            ("sleep", "4A", built.visit_id, 5),
            ("sleep", "4B", other, 4),
            ("movement", "4A", built.visit_id, 6),
            ("mouth", "4B", other, 7),
        )
        for _ in range(count)
    ]
    assert {one.outcome for one in laptop.push(*pushed)} == {PushOutcome.OK}
    built.clock.set(datetime(2027, 2, 20, 9, tzinfo=UTC))
    report = signal_report(built.centre, built.school_id, Half(2026, 1))

    told = json.loads(msgspec.json.encode(report))
    shown = {theme["count"] for domain in told["domains"] for theme in domain["themes"]}
    assert 9 in shown, "of the school as a whole it may be told"
    assert 4 not in shown
    assert not any(one in json.dumps(told) for one in ("4A", "4B", built.visit_id, other))
    parser = argparse.ArgumentParser()
    commands.add_parser(parser.add_subparsers())
    for narrower in ("--class", "--visit", "--since", "--author"):
        with pytest.raises(SystemExit):
            parser.parse_args(["centre", "signals", "De Kring", "2026-1", narrower, "4B"])


def test_check_11_laying_the_table_by_class_beside_that_of_the_school_hides_it_too():
    """Should somebody divide by class all the same, the rule is applied after the filter."""
    by_class = {"4A": {"4A/sleep": 5, "4A/movement": 6}, "4B": {"4B/sleep": 4, "4B/mouth": 7}}
    shown = shown_table(by_class, lambda _cell: 5, 5)
    assert shown.groups["4B"].cells["4B/sleep"] is None
    assert shown.groups["4B"].total is None
    one_class = shown_table({"4B": by_class["4B"]}, lambda _cell: 5, 5)
    assert one_class.groups["4B"].cells["4B/sleep"] is None
    assert one_class.total is None or one_class.groups["4B"].cells["4B/mouth"] is None
