"""After the needle in a real vault: who may leave, what an incident leaves behind, who had a lot."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
from msgspec.structs import replace

from clbdesk.domain.follow_up import Task, TaskKind
from clbdesk.domain.incident import (
    Incident,
    IncidentMark,
    IncidentOutcome,
    IncidentType,
    Stamp,
    VaccinationError,
)
from clbdesk.domain.vaccination import Dose, DoseStatus, Observation, ValidityOverride
from clbdesk.errors import Defect, Refused
from clbdesk.ids import PupilId, RecordId
from clbdesk.services.desk import User
from clbdesk.services.history import open_history, open_record
from clbdesk.services.lot_recall import recall_lot
from clbdesk.services.move import move_record
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.services.records import withdraw
from clbdesk.services.side_effect import has_reactions, side_effect_report
from clbdesk.services.vaccination_entry import RowEntry
from clbdesk.services.vaccination_incident import (
    IncidentEntry,
    IncidentView,
    open_incident,
    record_incident,
)
from clbdesk.services.vaccination_lines import history_lines
from clbdesk.services.vaccination_observation import list_watched, release
from clbdesk.services.vaccination_plan import PlanState
from clbdesk.services.vaccination_saving import record_vaccination
from clbdesk.services.vaccination_session import open_session, record_session
from clbdesk.services.visit_papers import VisitList, visit_paper
from clbdesk.standards.vaccination.validity import Counts
from tests.builders.vaccination_visit import (
    AN,
    ELS,
    VISIT,
    VaccinationVisit,
    full_entry,
    opened_visit,
)


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[VaccinationVisit]:
    """An open session with one lot of dTpa."""
    with opened_visit(tmp_path) as made:
        made.lot("dTpa", "Boostrix", "AC37B2210")
        made.open_session()
        yield made


def given(visit: VaccinationVisit, name: str = "Finn") -> PupilOnVisit:
    """A pupil who just got dTpa."""
    pupil = visit.pupil(name)
    visit.consent(pupil)
    visit.give(pupil)
    return pupil


def of_pupil(visit: VaccinationVisit, pupil: PupilOnVisit) -> IncidentView:
    return open_incident(visit.desk(), VISIT, pupil.pupil_id)


# --- observation ---


@pytest.mark.parametrize("user", [AN, ELS])
@pytest.mark.parametrize("minutes, has_left", [(5, False), (14, False), (20, True)])
def test_after_a_second_needle_the_minutes_begin_again(
    visit: VaccinationVisit, user: User, minutes: int, has_left: bool
) -> None:
    """At the same table or another one, and also when the pupil had been let go."""
    visit.lot("HPV", "Gardasil 9", "X098765")
    visit.open_session(ELS)
    finn = given(visit)
    visit.station.clock.advance(timedelta(minutes=minutes))
    if has_left:
        (one,) = list_watched(visit.desk(), VISIT)
        release(visit.desk(), one)
    view = open_session(visit.desk(), VISIT)
    record_session(visit.desk(), view, visit.session_entry(view), view.base)
    visit.consent(finn, "HPV")
    needle = visit.station.clock.now()

    visit.give(finn, user, rows=(RowEntry("HPV", give=True, side="right"),))

    (watched,) = list_watched(visit.desk(), VISIT)
    assert watched.left(needle) >= timedelta(minutes=15)
    assert watched.until - needle < timedelta(minutes=16)
    visit.station.clock.advance(timedelta(minutes=16))
    release(visit.desk(), watched)
    assert list_watched(visit.desk(), VISIT) == ()
    assert all(one.body.ended_at for one in visit.found(Observation)), "after every needle"


def test_who_was_about_to_leave_stays_for_a_needle_that_came_since(
    visit: VaccinationVisit,
) -> None:
    visit.lot("HPV", "Gardasil 9", "X098765")
    visit.open_session(ELS)
    finn = given(visit)
    (shown,) = list_watched(visit.desk(), VISIT)
    visit.consent(finn, "HPV")
    visit.station.clock.advance(timedelta(minutes=16))
    visit.give(finn, ELS, rows=(RowEntry("HPV", give=True, side="right"),))

    with pytest.raises(Refused, match="too_soon"):
        release(visit.desk(), shown)


def test_a_correction_of_what_went_in_leaves_the_minutes_as_they_were(
    visit: VaccinationVisit,
) -> None:
    finn = given(visit)
    (before,) = list_watched(visit.desk(), VISIT)
    visit.station.clock.advance(timedelta(minutes=5))
    view = visit.view(finn)
    entry = full_entry(view, rows=(RowEntry("dTpa", give=True, side="right"),))
    record_vaccination(visit.desk(), view, entry, view.base, reason="tikfout")

    (after,) = list_watched(visit.desk(), VISIT)
    assert after.until == before.until


def test_a_pupil_may_leave_when_the_minutes_are_over(visit: VaccinationVisit) -> None:
    finn = given(visit)
    visit.station.clock.advance(timedelta(minutes=5))
    lars = given(visit, "Lars")
    visit.station.clock.advance(timedelta(minutes=10))
    now = visit.station.clock.now()

    first, second = list_watched(visit.desk(), VISIT)

    assert (first.pupil_id, second.pupil_id) == (finn.pupil_id, lars.pupil_id)
    assert first.is_over(now)
    assert first.left(now) == timedelta(0)
    assert timedelta(minutes=4) < second.left(now) <= timedelta(minutes=5)
    release(visit.desk(), first)
    assert [one.pupil_id for one in list_watched(visit.desk(), VISIT)] == [lars.pupil_id]
    (record,) = [one.body for one in visit.found(Observation) if one.body.pupil_id == finn.pupil_id]
    assert record.ended_at == now
    assert record.early_reason == ""


def test_leaving_early_asks_a_reason_that_is_kept(visit: VaccinationVisit) -> None:
    given(visit)
    (finn,) = list_watched(visit.desk(), VISIT)

    with pytest.raises(Refused) as caught:
        release(visit.desk(), finn, "  ")
    assert caught.value.key == "vaccination.too_soon"
    release(visit.desk(), finn, "opgehaald door een ouder")

    (record,) = visit.found(Observation)
    assert record.body.early_reason == "opgehaald door een ouder"
    assert record.revision.reason == "opgehaald door een ouder"
    with pytest.raises(Refused) as twice:
        release(visit.desk(), finn, "nog eens")
    assert twice.value.key == "vaccination.let_go_already"


# --- incidents ---


def test_an_incident_keeps_its_stamps_and_the_doses_of_the_visit(visit: VaccinationVisit) -> None:
    finn = given(visit)
    (dose,) = [one for one in visit.found(Dose) if one.body.session_id]
    view = of_pupil(visit, finn)
    began = view.began_at
    marks = (
        Stamp(mark=IncidentMark.ADRENALINE, at=began + timedelta(seconds=25)),
        Stamp(mark=IncidentMark.EMERGENCY_CALL, at=began + timedelta(seconds=60)),
        Stamp(mark=IncidentMark.ADRENALINE, at=began + timedelta(minutes=5)),
    )
    visit.station.clock.advance(timedelta(minutes=20))

    record_incident(
        visit.desk(),
        view,
        IncidentEntry(
            IncidentType.ANAPHYLAXIS,
            began,
            marks,
            adrenaline_dose="0,5 mg",
            signs="netelroos",
            outcome=IncidentOutcome.HOSPITAL,
        ),
    )

    (incident,) = visit.found(Incident)
    assert incident.revision.occurred_at == began
    assert incident.revision.pupil_id == finn.pupil_id
    assert incident.body.stamps == marks
    assert incident.body.dose_ids == (dose.record_id,)
    assert (view.doses[0].product, view.doses[0].lot) == ("Boostrix", "AC37B2210")
    assert not visit.found(Task)


def test_a_needlestick_is_an_incident_of_staff_that_names_no_pupil(
    visit: VaccinationVisit,
) -> None:
    finn = given(visit)
    view = of_pupil(visit, finn)

    entry = IncidentEntry(IncidentType.NEEDLESTICK, view.began_at, staff_id=ELS.staff_id)
    record_incident(visit.desk(), view, entry)

    (incident,) = visit.found(Incident)
    assert incident.revision.pupil_id is None
    assert incident.body.pupil_id is None
    assert incident.body.staff_id == ELS.staff_id
    assert incident.body.dose_ids == ()
    timeline = open_history(visit.desk(), VISIT, finn.pupil_id)
    assert "incident" not in {row.kind for row in timeline.rows}


def test_a_vaccination_error_keeps_the_dose_voids_it_and_leaves_a_task(
    visit: VaccinationVisit,
) -> None:
    finn = given(visit)
    before = visit.view(finn)
    (dose,) = before.saved.doses
    view = of_pupil(visit, finn)

    entry = IncidentEntry(
        IncidentType.VACCINATION_ERROR,
        view.began_at,
        error=VaccinationError.EXPIRED,
        dose_ids=(dose.record_id,),
    )
    record_incident(visit.desk(), view, entry)

    (after,) = visit.view(finn).saved.doses
    assert after.body.status is DoseStatus.GIVEN
    assert after.body.lot == dose.body.lot
    assert after.body.validity_override is ValidityOverride.INVALID
    assert after.revision.reason == "vaccinatiefout"
    (incident,) = visit.found(Incident)
    (task,) = visit.found(Task)
    assert task.body.task is TaskKind.INFORM_PARENTS
    assert task.body.origin_id == incident.record_id
    assert task.body.text == "vaccinatiefout bij dTpa: vervallen"
    rows = open_history(visit.desk(), VISIT, finn.pupil_id).rows
    assert [row.counts for row in rows if row.record_id == dose.record_id] == [Counts.NO]


def test_a_void_dose_leaves_the_pupil_due_again_and_stands_in_the_history(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    visit.consent(finn)
    assert visit.view(finn).plan.vaccines[0].state is PlanState.PLANNED
    wrong = Dose(
        pupil_id=finn.pupil_id,
        status=DoseStatus.GIVEN,
        vaccine="dTpa",
        product="Boostrix",
        on="2026-03-02",
        validity_override=ValidityOverride.INVALID,
    )
    visit.save(wrong, pupil_id=finn.pupil_id)

    view = visit.view(finn)

    line = next(one for one in history_lines(view) if one.on == "02 mrt 2026")
    assert line.counts is Counts.NO
    assert "telt niet: vaccinatiefout" in line.why
    dtp = next(one for one in view.plan.judged.advice if one.vaccine == "dTpa")
    assert dtp.dose_number == 6


def test_what_the_type_of_an_incident_needs_is_asked(visit: VaccinationVisit) -> None:
    finn = given(visit)
    view = of_pupil(visit, finn)
    nobody = open_incident(visit.desk(), VISIT, None)
    error = IncidentType.VACCINATION_ERROR

    def refused(view: IncidentView, entry: IncidentEntry) -> str:
        with pytest.raises(Refused) as caught:
            record_incident(visit.desk(), view, entry)
        return caught.value.key

    at = view.began_at
    assert refused(view, IncidentEntry(None, at)) == "vaccination.incident_type"
    assert refused(nobody, IncidentEntry(IncidentType.SYNCOPE, at)) == "vaccination.incident_pupil"
    assert refused(view, IncidentEntry(error, at)) == "vaccination.incident_error"
    wrong = VaccinationError.DOUBLE_DOSE
    assert refused(view, IncidentEntry(error, at, error=wrong)) == "vaccination.incident_dose"
    with pytest.raises(Defect):
        record_incident(
            visit.desk(), view, IncidentEntry(error, at, error=wrong, dose_ids=(RecordId("x"),))
        )
    assert not visit.found(Incident)


# --- the report of a side effect ---


def words_of(pdf: bytes) -> str:
    """All text of a document."""
    with pypdfium2.PdfDocument(pdf) as document:
        return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)


def test_a_report_of_a_side_effect_is_filled_in_and_names_nobody(visit: VaccinationVisit) -> None:
    finn = given(visit)
    view = of_pupil(visit, finn)
    began = view.began_at
    marks = (Stamp(mark=IncidentMark.ADRENALINE, at=began + timedelta(seconds=25)),)
    assert not has_reactions(visit.desk(), VISIT)
    assert side_effect_report(visit.desk(), VISIT) is None
    needle = IncidentEntry(IncidentType.NEEDLESTICK, began)
    record_incident(visit.desk(), view, needle)
    assert side_effect_report(visit.desk(), VISIT) is None
    record_incident(
        visit.desk(),
        view,
        IncidentEntry(
            IncidentType.ALLERGY,
            began,
            marks,
            signs="netelroos op de arm",
            outcome=IncidentOutcome.RECOVERED,
        ),
    )

    printed = side_effect_report(visit.desk(), VISIT)

    assert printed is not None
    assert (printed.pages, printed.missing) == (1, "")
    text = words_of(printed.pdf)
    for part in (
        "F. P. · 14 j 7 m · man",
        "Boostrix",
        "lot AC37B2210",
        "linkerbovenarm",
        "Allergie",
        "netelroos op de arm",
        "adrenaline",
        "Hersteld",
        "An Janssens, verpleegkundige",
        "www.eenbijwerkingmelden.be",
    ):
        assert part in text
    assert "Peeters" not in text
    with visit.station.vault.read() as reader:
        last = list(reader.access_lines())[-1]
    assert (last.action, last.kind, last.pupil_id) == ("print", "incident", finn.pupil_id)


def test_the_reports_of_a_visit_stand_in_afdrukken(visit: VaccinationVisit) -> None:
    finn = given(visit)
    with pytest.raises(Refused, match=r"side_effect\.none"):
        visit_paper(visit.desk(), VISIT, VisitList.SIDE_EFFECTS)
    record_incident(
        visit.desk(),
        of_pupil(visit, finn),
        IncidentEntry(type=IncidentType.ALLERGY, began_at=visit.station.clock.now(), signs="rood"),
    )
    words = words_of(visit_paper(visit.desk(), VISIT, VisitList.SIDE_EFFECTS).pdf)
    assert "lot AC37B2210" in words
    assert "Finn" not in words


# --- recall ---


def test_everybody_who_got_a_lot_is_found_whatever_case_and_spaces(
    visit: VaccinationVisit,
) -> None:
    finn = given(visit)
    given(visit, "Lars")
    visit.pupil("Noor")

    found = recall_lot(visit.desk(), " ac37 b2210 ")

    assert [one.given_name for one in found.found] == ["Finn", "Lars"]
    assert found.found[0].pupil_id == finn.pupil_id
    assert found.found[0].school == "SO Ter Linde"
    assert (found.found[0].class_name, found.found[0].on) == ("3A", "2026-11-23")
    assert found.quarantined is None
    with visit.station.vault.read() as reader:
        last = list(reader.access_lines())[-1]
    assert (last.action, last.reason, last.staff_id) == ("recall", "ac37 b2210", AN.staff_id)
    assert found.unnamed == 0
    assert recall_lot(visit.desk(), "ZZ").found == ()
    assert recall_lot(visit.desk(), " ").found == ()


def test_a_lot_number_that_was_put_right_recalls_by_the_new_number_only(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    dose = Dose(
        pupil_id=finn.pupil_id,
        status=DoseStatus.GIVEN,
        vaccine="dTpa",
        lot="Q1",
        on="2026-11-20",
    )
    first = visit.station.save(dose, pupil_id=finn.pupil_id)
    now = {"pupil_id": finn.pupil_id, "record_id": first.record_id, "base": (first.rev_id,)}

    def found(lot: str) -> list[RecordId]:
        return [one.record_id for one in recall_lot(visit.desk(), lot).found]

    visit.save(replace(dose, lot="q 2"), **now)
    assert (found("Q1"), found("Q2")) == ([], [first.record_id])
    visit.save(replace(dose, lot="Q3"), **now)
    assert (found("Q2"), found("Q3")) == ([first.record_id],) * 2, "two versions: both count"


def test_a_dose_that_moved_or_was_wrong_recalls_who_has_it_now(visit: VaccinationVisit) -> None:
    finn, lars, noor = given(visit), visit.pupil("Lars"), visit.pupil("Noor")
    (needle,) = visit.view(finn).saved.doses
    typed = [
        visit.save(
            Dose(
                pupil_id=one.pupil_id,
                status=DoseStatus.GIVEN,
                vaccine="dTpa",
                lot=lot,
                on="2026-11-20",
            ),
            pupil_id=one.pupil_id,
        )
        for one, lot in ((lars, "ac37b2210"), (noor, "AC37 B 2210"))
    ]

    def found() -> list[str]:
        return [one.given_name for one in recall_lot(visit.desk(), "AC37b2210").found]

    assert found() == ["Finn", "Lars", "Noor"]
    move_record(visit.desk(), needle.record_id, visit.pupil("Mila").pupil_id)
    withdraw(visit.desk(), typed[:1], "foutief ingevoerd")
    assert found() == ["Mila", "Noor"]


def test_who_got_the_lot_and_has_no_name_here_any_more_is_counted(
    visit: VaccinationVisit,
) -> None:
    given(visit)
    for somebody in ("gone-1", "gone-1", "gone-2"):
        visit.save(
            Dose(
                pupil_id=PupilId(somebody),
                status=DoseStatus.GIVEN,
                vaccine="dTpa",
                lot="AC37B2210",
                on="2026-11-20",
            ),
            pupil_id=PupilId(somebody),
        )
    found = recall_lot(visit.desk(), "AC37B2210")
    assert [one.given_name for one in found.found] == ["Finn"]
    assert found.unnamed == 2, "pupils, not doses"


def test_a_dose_given_elsewhere_opens_where_its_pupil_is_listed(visit: VaccinationVisit) -> None:
    finn = visit.pupil()
    visit.save(
        Dose(
            pupil_id=finn.pupil_id,
            status=DoseStatus.GIVEN,
            vaccine="dTpa",
            lot="Q1",
            on="2026-11-20",
        ),
        pupil_id=finn.pupil_id,
    )
    assert [one.visit_id for one in recall_lot(visit.desk(), "q1").found] == [VISIT]


def test_the_dossier_says_place_and_day_of_a_dose_in_words(visit: VaccinationVisit) -> None:
    finn = given(visit)
    (dose,) = visit.view(finn).saved.doses
    text = open_record(visit.desk(), finn.pupil_id, dose.record_id)
    said = {field.label: field.value for field in text.fields}
    assert said["Plaats"] == "bovenarm"
    assert said["Datum"] == "23 nov 2026"
    year = visit.dose(finn.pupil_id, "MBR", "2013")
    text = open_record(visit.desk(), finn.pupil_id, year)
    assert {field.label: field.value for field in text.fields}["Datum"] == "2013"
