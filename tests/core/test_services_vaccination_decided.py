"""A doctor decides per vaccine: yes to one and no to another, on one day for one pupil."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from clbdesk.domain.body import decode
from clbdesk.domain.follow_up import Task, TaskKind
from clbdesk.domain.vaccination import (
    DoctorDecision,
    Dose,
    DoseStatus,
    NotGivenReason,
    Prescreen,
    VaccinationSession,
)
from clbdesk.errors import Refused
from clbdesk.services.class_list import open_class_list
from clbdesk.services.letter_vaccination import notices_of_visit
from clbdesk.services.reading import all_standing
from clbdesk.services.vaccination import VaccinationView
from clbdesk.services.vaccination_catch_up import catch_up_parts
from clbdesk.services.vaccination_entry import RowEntry, VaccinationEntry
from clbdesk.services.vaccination_saving import record_vaccination
from clbdesk.standards.vaccination.prescreen import decision_on
from tests.builders.vaccination_visit import (
    AN,
    MAES,
    VISIT,
    VaccinationVisit,
    full_entry,
    opened_visit,
)

MAY, NOT = DoctorDecision.MAY_TODAY, DoctorDecision.NOT_GIVEN


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[VaccinationVisit]:
    """A session with dTpa and HPV."""
    with opened_visit(tmp_path) as made:
        made.lot("dTpa", "Boostrix", "AC37B2210")
        made.lot("HPV", "Gardasil 9", "X098765")
        made.open_session(MAES)
        made.open_session(AN)
        yield made


def with_a_yes(view: VaccinationView, **changes: object) -> VaccinationEntry:
    """Both planned, and the pupil says to have had a severe reaction once."""
    entry = full_entry(view)
    answers = dict(entry.answers or {}) | {"reaction": True}
    remarks = {"reaction": "netelroos"}
    return replace(entry, answers=answers, remarks=remarks, **changes)


def given_today(visit: VaccinationVisit) -> dict[str, DoseStatus]:
    return {
        one.body.vaccine: one.body.status
        for one in visit.found(Dose)
        if one.revision.visit_id == VISIT
    }


def test_a_doctor_says_yes_to_one_vaccine_and_no_to_another(visit: VaccinationVisit) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa", "HPV")
    view = visit.view(finn, MAES)
    rows = (
        RowEntry("dTpa", give=True, side="left"),
        RowEntry("HPV", give=False, reason=NotGivenReason.OTHER, reason_text="arts: niet geven"),
    )
    entry = with_a_yes(
        view, rows=rows, decisions={"dTpa": MAY, "HPV": NOT}, doctor_reason="netelroos na HPV"
    )

    record_vaccination(visit.desk(MAES), view, entry, view.base)

    assert given_today(visit) == {"dTpa": DoseStatus.GIVEN, "HPV": DoseStatus.NOT_GIVEN}
    (prescreen,) = visit.found(Prescreen)
    assert decision_on(prescreen.body, "dTpa") is DoctorDecision.MAY_TODAY
    assert decision_on(prescreen.body, "HPV") is DoctorDecision.NOT_GIVEN
    assert decision_on(prescreen.body, "MBR") is None


def test_a_yes_to_one_vaccine_lifts_nothing_of_another(visit: VaccinationVisit) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa", "HPV")
    view = visit.view(finn, MAES)
    entry = with_a_yes(view, decisions={"dTpa": MAY}, doctor_reason="mag")
    with pytest.raises(Refused) as caught:
        record_vaccination(visit.desk(MAES), view, entry, view.base)
    assert "Vraag 3 is met ja beantwoord" in str(caught.value.values["reason"])


@pytest.mark.parametrize("decision", [one for one in DoctorDecision if one is not MAY])
def test_what_a_doctor_decided_against_is_given_by_nobody_also_without_any_yes(
    visit: VaccinationVisit, decision: DoctorDecision
) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa", "HPV")
    view = visit.view(finn, MAES)
    off = tuple(
        RowEntry(one, give=False, reason=NotGivenReason.DOCTOR_DECIDES) for one in ("dTpa", "HPV")
    )
    entry = full_entry(view, rows=off, decisions={"HPV": decision}, doctor_reason="gesprek")
    record_vaccination(visit.desk(MAES), view, entry, view.base)

    again = visit.view(finn, AN)
    with pytest.raises(Refused) as caught:
        record_vaccination(visit.desk(), again, full_entry(again), again.base, reason="toch")
    assert "Een arts besliste" in str(caught.value.values["reason"])

    only = full_entry(again, rows=(RowEntry("dTpa", give=True, side="left"),))
    record_vaccination(visit.desk(), again, only, again.base, reason="dTpa mag")
    assert given_today(visit)["dTpa"] is DoseStatus.GIVEN
    (prescreen,) = visit.found(Prescreen)
    assert decision_on(prescreen.body, "HPV") is decision, "a nurse leaves a decision as it is"
    assert prescreen.body.doctor_id == MAES.staff_id


def test_only_a_doctor_decides(visit: VaccinationVisit) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa", "HPV")
    view = visit.view(finn)
    entry = with_a_yes(view, decisions={"dTpa": MAY, "HPV": MAY}, doctor_reason="mag")
    with pytest.raises(Refused):
        record_vaccination(visit.desk(), view, entry, view.base)


def test_only_the_vaccine_that_a_doctor_decided_not_to_give_is_caught_up_by_nobody(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa", "HPV")
    view = visit.view(finn, MAES)
    off = tuple(RowEntry(one, give=False, reason=NotGivenReason.OTHER) for one in ("dTpa", "HPV"))
    entry = full_entry(view, rows=off, decisions={"HPV": NOT}, doctor_reason="gesprek")
    record_vaccination(visit.desk(MAES), view, entry, view.base)

    listed = open_class_list(visit.desk(), VISIT).rows
    with visit.station.vault.read() as reader:
        sessions = all_standing(reader.heads(kinds=("vaccination_session",)), VaccinationSession)
        (part,) = catch_up_parts(reader, sessions[0], listed)

    assert isinstance(part.body, Task)
    assert part.body.task is TaskKind.CATCH_UP_VACCINATION
    assert part.body.text.startswith("dTpa – ")


def test_the_notice_promises_the_vaccine_that_no_doctor_decided_against(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa", "HPV")
    view = visit.view(finn, MAES)
    rows = (
        RowEntry("dTpa", give=False, reason=NotGivenReason.ILL),
        RowEntry("HPV", give=False, reason=NotGivenReason.OTHER),
    )
    entry = full_entry(view, rows=rows, decisions={"HPV": NOT}, doctor_reason="gesprek")
    record_vaccination(visit.desk(MAES), view, entry, view.base)
    visit.save(
        Dose(
            pupil_id=finn.pupil_id,
            status=DoseStatus.GIVEN,
            vaccine="MBR",
            product="M-M-RVaxPro",
            on="2026-11-23",
        ),
        pupil_id=finn.pupil_id,
        visit_id=VISIT,
    )

    with visit.station.vault.read() as reader:
        (notice,) = notices_of_visit(visit.desk(), reader, VISIT)

    assert notice.not_given == ("dTpa",)


def test_a_decision_of_an_older_program_is_about_every_vaccine() -> None:
    old = decode(
        b'{"pupil_id":"p","visit_id":"v","answers":{},"doctor_decision":"not_given"}', Prescreen
    )
    for vaccine in ("dTpa", "HPV", "MBR"):
        assert decision_on(old, vaccine) is DoctorDecision.NOT_GIVEN


def test_what_a_doctor_decided_against_at_another_table_stops_this_one_too(
    visit: VaccinationVisit,
) -> None:
    finn = visit.pupil()
    visit.consent(finn, "dTpa", "HPV")
    elsewhere = Prescreen(
        pupil_id=finn.pupil_id,
        visit_id=VISIT,
        answers={},
        decisions={"HPV": NOT},
        doctor_reason="gesprek",
        doctor_id=MAES.staff_id,
    )
    visit.save(elsewhere, pupil_id=finn.pupil_id, visit_id=VISIT)
    own = Prescreen(pupil_id=finn.pupil_id, visit_id=VISIT, answers={"ill": False})
    visit.save(own, pupil_id=finn.pupil_id, visit_id=VISIT)

    view = visit.view(finn)
    with pytest.raises(Refused) as caught:
        record_vaccination(visit.desk(), view, full_entry(view), view.base)
    assert "Een arts besliste over HPV: niet geven." in str(caught.value.values["reason"])

    only = full_entry(view, rows=(RowEntry("dTpa", give=True, side="left"),))
    record_vaccination(visit.desk(), view, only, view.base)
    assert given_today(visit) == {"dTpa": DoseStatus.GIVEN}
