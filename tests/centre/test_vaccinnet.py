"""Deliveries at the centre: from a dose on a laptop to accepted, corrected, withdrawn or by hand."""

from __future__ import annotations

import argparse
import json
import re
import stat
import time
from threading import Thread

import msgspec
import pytest
from sqlalchemy import select

from clbdesk.centre import history, ledger, upkeep, vaccinnet
from clbdesk.centre.schema import DELIVERY_STEP, EXPORT, REVISION
from clbdesk.centre.vaccinnet_history import take_history_in
from clbdesk.centre.writing import Entry, write
from clbdesk.cli import centre as centre_commands
from clbdesk.cli import export
from clbdesk.domain.delivery import DeliveryState, Step
from clbdesk.domain.revision import RevisionStatus
from clbdesk.errors import Refused
from clbdesk.ids import RecordId
from tests.builders.vaccinnet import INSZ, OTHER_INSZ, PUPIL, own_dose, prepare, settings

S = DeliveryState


@pytest.fixture
def school(built):
    """A centre that can deliver, and a nurse's laptop."""
    prepare(built)
    return built, built.laptop("LAP-01", built.nurse)


def dose_of(school, pupil=0, *, base=None, **changes):
    """Push a dose of a pupil, or a new version of one; its revision."""
    built, laptop = school
    status = changes.pop("revision_status", RevisionStatus.FINAL)
    body = own_dose(built.pupils[pupil], built.doctor, **changes)
    revision = laptop.revision(
        body,
        author=built.nurse,
        pupil_id=built.pupils[pupil],
        visit_id=built.visit_id,
        school_id=built.school_id,
        record_id=base.record_id if base else None,
        base=(base.rev_id,) if base else (),
        status=status,
        reason="verkeerd genoteerd" if base else None,
    )
    (answer,) = laptop.push(revision)
    assert answer.outcome in ("ok", "conflict"), answer
    return revision


def state_of(built, revision):
    overview = vaccinnet.overview(built.centre, frozenset(S))
    return next(line for line in overview.lines if line.dose == revision.record_id)


def answer(path, **line):
    path.write_text(json.dumps(line) + "\n", "utf-8")
    return path


def test_a_dose_goes_out_once_and_is_accepted(school, tmp_path):
    built, _ = school
    dose = dose_of(school)
    assert state_of(built, dose).state == S.READY
    out = tmp_path / "batch.xml"
    batch = vaccinnet.write_vaccinnet_batch(built.centre, out)
    assert batch.requests == {"add": 1}
    assert f'dose="{dose.record_id}"' in out.read_text("utf-8")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert state_of(built, dose).state == S.DELIVERED
    assert vaccinnet.write_vaccinnet_batch(built.centre, tmp_path / "again.xml") is None
    assert not (tmp_path / "again.xml").exists()
    told = answer(
        tmp_path / "a.jsonl", dose=dose.record_id, status="accepted", vaccination_id="V-1"
    )
    done = vaccinnet.take_answers_in(built.centre, told)
    assert (done.accepted, done.failed, done.problems) == (1, 0, [])
    assert state_of(built, dose).state == S.ACCEPTED
    again = vaccinnet.take_answers_in(built.centre, told)
    assert (again.accepted, again.known, again.problems) == (0, 1, [])
    with built.centre.store.reading() as tx:
        (row,) = tx.execute(select(*EXPORT.c)).all()
    assert (row.export_id, row.kind, row.count) == (batch.batch_id, "vaccinnet", 1)


def test_two_batches_at_the_same_moment_send_a_dose_once(school, tmp_path):
    built, _ = school
    dose_of(school)
    done = []

    def send(name):
        done.append(vaccinnet.write_vaccinnet_batch(built.centre, tmp_path / name))

    senders = [Thread(target=send, args=(f"{number}.xml",)) for number in range(2)]
    # Both have begun, and neither can look at the doses, while somebody else writes.
    with built.centre.store.writing() as tx:
        ledger.bump(tx, built.centre.centre_id, 0)
        for sender in senders:
            sender.start()
        time.sleep(0.5)
        assert done == []
    for sender in senders:
        sender.join(timeout=30)

    assert [batch is None for batch in sorted(done, key=lambda one: one is None)] == [False, True]
    with built.centre.store.reading() as tx:
        assert len(tx.execute(select(DELIVERY_STEP.c.step)).all()) == 1


def test_a_correction_supplements_and_a_withdrawal_removes(school, tmp_path):
    built, _ = school
    dose = dose_of(school)
    deliver(built, tmp_path, "1", dose, vaccination_id="V-1")
    corrected = dose_of(school, base=dose, lot="Y-99")
    assert (state_of(built, dose).state, state_of(built, dose).request) == (S.READY, "supplement")
    text = deliver(built, tmp_path, "2", dose)
    assert 'action="aanvullen"' in text
    assert "Y-99" in text
    dose_of(school, base=corrected, lot="Y-99", revision_status=RevisionStatus.WITHDRAWN)
    text = deliver(built, tmp_path, "3", dose)
    assert re.search(r'action="verwijderen"[^>]*vaccination-id="V-1"', text)
    assert "kmehrmessage" not in text
    line = state_of(built, dose)
    assert (line.state, line.why) == (S.NOT_TO_DELIVER, ("withdrawn",))


def deliver(built, folder, name, dose, **said):
    """Write a batch and have it accepted; the text of the file."""
    out = folder / f"{name}.xml"
    batch = vaccinnet.write_vaccinnet_batch(built.centre, out)
    line = {"dose": dose.record_id, "status": "accepted", "batch": batch.batch_id, **said}
    done = vaccinnet.take_answers_in(built.centre, answer(folder / f"{name}.jsonl", **line))
    assert done.accepted == 1
    return out.read_text("utf-8")


def test_a_pupil_who_got_another_insz_since_is_for_a_person(school, tmp_path):
    built, _ = school
    dose = dose_of(school)
    deliver(built, tmp_path, "1", dose, vaccination_id="V-1")
    pupil = msgspec.structs.replace(PUPIL, insz="14221500324")
    with built.centre.store.writing() as tx:
        write(tx, built.centre, [Entry(RecordId(built.pupils[0]), pupil, pupil_id=built.pupils[0])])
    assert state_of(built, dose).why == ("insz_changed",)
    assert vaccinnet.write_vaccinnet_batch(built.centre, tmp_path / "2.xml") is None


def test_a_refused_dose_is_listed_with_the_words_of_the_register(school, tmp_path):
    built, _ = school
    dose = dose_of(school)
    vaccinnet.write_vaccinnet_batch(built.centre, tmp_path / "1.xml")
    told = answer(
        tmp_path / "a", dose=dose.record_id, status="failed", code="E7", message="lot onbekend"
    )
    assert vaccinnet.take_answers_in(built.centre, told).failed == 1
    (line,) = vaccinnet.overview(built.centre, frozenset({S.FAILED})).lines
    assert (line.code, line.message, line.days) == ("E7", "lot onbekend", 0)
    assert vaccinnet.note(built.centre, line.dose, Step.AGAIN, "nu wel") is S.READY
    assert vaccinnet.note(built.centre, line.dose, Step.BY_HAND, "An") is S.BY_HAND
    with pytest.raises(Refused):
        vaccinnet.note(built.centre, line.dose, Step.AGAIN, "nog eens")
    with pytest.raises(Refused):
        vaccinnet.note(built.centre, RecordId("nobody"), Step.AGAIN, "x")


def test_what_may_not_go_yet_stands_in_the_list_with_its_reason(school):
    built, _ = school
    built.clock.set(built.clock.now())
    dose_of(school, pupil=2)  # no INSZ
    ill = dose_of(school, status="not_given", reason="ill", lot="", product="")
    overview = vaccinnet.overview(built.centre, frozenset({S.NOT_TO_DELIVER}))
    why = {line.dose: line.why for line in overview.lines}
    assert sorted(why.values()) == [("no_insz",), ("not_given",)]
    assert why[ill.record_id] == ("not_given",)


def test_two_versions_of_a_dose_wait_for_a_person(school):
    built, laptop = school
    dose = dose_of(school)
    other = built.laptop("LAP-02", built.nurse)
    dose_of((built, other), base=dose, lot="B-1")
    dose_of(school, base=dose, lot="A-1")
    assert state_of(built, dose).why == ("two_versions",)
    assert laptop.count == 2


def test_a_needle_written_down_twice_goes_only_when_somebody_calls_both_real(school, tmp_path):
    built, _ = school
    one = dose_of(school)
    two = dose_of((built, built.laptop("LAP-02", built.nurse)))
    assert state_of(built, one).why == state_of(built, two).why == ("double",)
    assert vaccinnet.write_vaccinnet_batch(built.centre, tmp_path / "1.xml") is None
    assert vaccinnet.note(built.centre, two.record_id, Step.REAL, "nagevraagd") is S.READY
    dose_of(school, base=two, revision_status=RevisionStatus.WITHDRAWN)
    assert state_of(built, one).state == S.READY


def test_nothing_goes_while_the_centre_does_not_know_its_own_numbers(built, tmp_path):
    with pytest.raises(Refused) as refused:
        vaccinnet.write_vaccinnet_batch(built.centre, tmp_path / "x.xml")
    assert refused.value.key == "vaccinnet.not_set"
    assert not (tmp_path / "x.xml").exists()


def test_a_file_that_exists_is_never_written_over_and_nothing_is_marked(school, tmp_path):
    built, _ = school
    dose = dose_of(school)
    out = tmp_path / "batch.xml"
    out.write_text("of somebody", "utf-8")
    with pytest.raises(Refused):
        vaccinnet.write_vaccinnet_batch(built.centre, out)
    assert out.read_text("utf-8") == "of somebody"
    assert state_of(built, dose).state == S.READY


def test_answers_that_fit_nothing_are_named(school, tmp_path):
    built, _ = school
    dose, other = dose_of(school), dose_of(school, pupil=1)
    vaccinnet.write_vaccinnet_batch(built.centre, tmp_path / "1.xml")
    late = dose_of(school, pupil=1, vaccine="HPV", product="Gardasil 9", on="2026-11-22")
    lines = [
        {"dose": "nobody", "status": "accepted"},
        {"dose": late.record_id, "status": "accepted"},
        {"dose": dose.record_id, "status": "accepted", "batch": "older"},
        {"dose": other.record_id, "status": "accepted"},
        {"dose": other.record_id, "status": "failed"},
    ]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    done = vaccinnet.take_answers_in(built.centre, path)
    assert done.accepted == 1
    assert [(one.line, one.code) for one in done.problems] == [
        (1, "unknown_dose"),
        (2, "not_awaited"),
        (3, "other_batch"),
        (5, "twice"),
    ]


def test_late_is_said_only_when_the_centre_set_how_many_days_there_are(school):
    built, _ = school
    dose = dose_of(school, on="2026-11-10")
    assert state_of(built, dose).late is None
    vaccinnet.set_value(built.centre, "max_delay_days", "10")
    assert state_of(built, dose).late is True


def test_the_way_of_a_dose_is_kept_and_an_erasure_takes_the_words_of_the_register(school, tmp_path):
    built, _ = school
    dose = dose_of(school)
    vaccinnet.write_vaccinnet_batch(built.centre, tmp_path / "1.xml")
    told = answer(tmp_path / "a", dose=dose.record_id, status="failed", message="Wouters Emma")
    vaccinnet.take_answers_in(built.centre, told)
    upkeep.erase(built.centre, dose.record_id)
    with built.centre.store.reading() as tx:
        rows = tx.execute(select(*DELIVERY_STEP.c).order_by(DELIVERY_STEP.c.number)).all()
    assert [(row.number, row.step, row.message) for row in rows] == [
        (1, "sent", ""),
        (2, "failed", ""),
    ]


KMEHR = """<kmehrmessage xmlns="http://www.ehealth.fgov.be/standards/kmehr/schema/v1"><folder>
<patient><id S="ID-PATIENT" SV="1.0">{insz}</id></patient>{doses}</folder></kmehrmessage>"""
ONE = """<transaction><id S="LOCAL" SL="x" SV="1.0">{number}</id><item>
<cd S="CD-ITEM" SV="1.0">vaccine</cd>
<content><cd S="LOCAL" SL="VACCINNETCODE" SV="1.0">{code}</cd></content>
<beginmoment><date>{on}</date></beginmoment>
<lifecycle><cd S="CD-LIFECYCLE" SV="1.0">administrated</cd></lifecycle><batch>{lot}</batch></item>
</transaction>"""


def told_history(path, *doses, insz=INSZ):
    lines = "".join(
        ONE.format(**{"code": "MBR/GL001", "lot": "L", "on": "2017-06-01", **dose})
        for dose in doses
    )
    path.write_text(KMEHR.format(insz=insz, doses=lines), "utf-8")
    return path


def bodies(built):
    with built.centre.store.reading() as tx:
        rows = tx.execute(select(REVISION.c.body).where(REVISION.c.kind == "dose"))
        return [json.loads(one) for one in rows.scalars()]


def test_history_comes_in_once_and_our_own_doses_are_recognised(school, tmp_path):
    built, _ = school
    dose = dose_of(school)
    deliver(built, tmp_path, "1", dose, vaccination_id="V-1")
    path = told_history(
        tmp_path / "h.xml",
        {"number": "R-1"},
        {"number": dose.record_id, "on": "2026-11-23"},
        {"number": "V-1", "on": "2026-11-23"},
    )
    done = take_history_in(built.centre, path)
    assert (done.doses, done.entered, done.own, done.problems) == (3, 1, 2, [])
    again = take_history_in(built.centre, path)
    assert (again.entered, again.known, again.own) == (0, 1, 2)
    assert [one["source"] for one in bodies(built)] == ["own", "vaccinnet"]
    assert bodies(built)[1]["product"] == "Priorix"


def test_what_the_register_corrects_becomes_a_version_and_no_second_dose(school, tmp_path):
    built, _ = school
    take_history_in(built.centre, told_history(tmp_path / "1.xml", {"number": "R-1"}))
    path = told_history(tmp_path / "2.xml", {"number": "R-1", "lot": "L-2"})
    assert take_history_in(built.centre, path).entered == 1
    with built.centre.store.reading() as tx:
        rows = tx.execute(select(REVISION.c.record_id).where(REVISION.c.kind == "dose")).all()
    assert len(rows) == 2
    assert len(set(rows)) == 1


def test_a_dose_known_from_a_booklet_is_told_as_a_double_and_not_merged(school, tmp_path):
    built, _ = school
    booklet = dose_of(school, on="2017-06-02", source="document", lot="")
    done = take_history_in(built.centre, told_history(tmp_path / "h.xml", {"number": "R-1"}))
    assert [one.dose for one in done.doubles] == [booklet.record_id]
    assert done.entered == 1


def test_a_pupil_that_the_centre_does_not_know_is_a_problem(school, tmp_path):
    built, _ = school
    path = told_history(tmp_path / "h.xml", {"number": "R-1"}, insz="14221500324")
    assert [one.code for one in take_history_in(built.centre, path).problems] == ["pupil_unknown"]


def test_history_that_comes_again_never_undoes_what_somebody_corrected(school, tmp_path):
    built, laptop = school
    line = {
        "pupil": {"insz": OTHER_INSZ},
        "kind": "growth",
        "occurred_on": "2020-10-01",
        "source": "LARS",
        "body": {"state": "done", "on": "2020-10-01", "height_cm": "201.2", "weight_kg": "16.0"},
    }
    path = answer(tmp_path / "history.jsonl", **line)
    assert history.import_history(built.centre, path).entered == 1
    with built.centre.store.reading() as tx:
        row = tx.execute(select(*REVISION.c).where(REVISION.c.kind == "growth")).mappings().one()
    wrong = built.growth(laptop, 1, "101.2", record_id=row["record_id"], base=(row["rev_id"],))
    laptop.push(wrong)
    again = history.import_history(built.centre, path)
    assert (again.entered, again.known) == (0, 1)
    assert upkeep.verify(built.centre).is_sound


def test_the_commands_do_all_this(place, tmp_path):
    where = ["--keys", str(place.keys)]
    where += ["--data", str(place.data)] if place.data else ["--database", place.database]
    parser = argparse.ArgumentParser()
    parts = parser.add_subparsers()
    centre_commands.add_parser(parts)
    export.add_parser(parts)

    def ask(*words):
        options = parser.parse_args([*words, *where, "--json"])
        return json.loads(json.dumps(options.run(options)))

    ask("centre", "init")
    ask("centre", "staff", "add", "Mia Peeters", "--role", "doctor")
    ask("centre", "staff", "number", "Mia Peeters", "10000000001")
    pairs = ("software_id=S", "user_code=U", "organisation_nihdi=12345678")
    rows = ask("centre", "vaccinnet", "settings", *(f"--set={pair}" for pair in pairs))
    assert {row["name"] for row in rows} == {row.name for row in settings().rows}
    out = str(tmp_path / "batch.xml")
    assert ask("export", "vaccinnet", "--out", out)["batch_id"] is None
    listed = ask("centre", "vaccinnet", "list", "--state", "failed")
    assert listed["missing_settings"] == []
    assert listed["lines"] == []
    with pytest.raises(Refused):
        ask("centre", "vaccinnet", "again", "nobody", "--reason", "x")
