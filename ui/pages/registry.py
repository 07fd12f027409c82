"""Which page belongs to which name; imported one by one, when a page is first shown."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from clbdesk.bootstrap import Program
    from ui.pages.base import Page, Work
    from ui.pages.step import StepPage

# name → module:class; pages that need the program itself take it as second argument.
_PAGES = {
    "conflicts": "ui.pages.conflicts:ConflictsPage",
    "care_meeting": "ui.pages.care_meeting:CareMeetingPage",
    "care_guide": "ui.pages.care_guide:CareGuidePage",
    "care_topic": "ui.pages.care_topic:CareTopicPage",
    "guidance_request": "ui.pages.guidance_request:GuidanceRequestPage",
    "released_summary": "ui.pages.released_summary:ReleasedSummaryPage",
    "request_answer": "ui.pages.request_answer:RequestAnswerPage",
    "border_check": "ui.pages.border_check:BorderCheckPage",
    "safety_concern": "ui.pages.safety_concern:SafetyConcernPage",
    "meeting_texts": "ui.pages.meeting_texts:MeetingTextsPage",
    "school_output": "ui.pages.school_output:SchoolOutputPage",
    "class_list": "ui.pages.class_list:ClassListPage",
    "grid": "ui.pages.grid:GridPage",
    "vaccination_list": "ui.pages.vaccination_list:VaccinationListPage",
    "consent_stack": "ui.pages.consent_stack:ConsentStackPage",
    "vaccination_session": "ui.pages.vaccination_session:VaccinationSessionPage",
    "vaccination_close": "ui.pages.vaccination_close:VaccinationClosePage",
    "observation": "ui.pages.observation:ObservationPage",
    "lot_recall": "ui.pages.lot_recall:LotRecallPage",
    "print": "ui.pages.print:PrintPage",
    "search": "ui.pages.search:SearchPage",
    "link": "ui.pages.link:LinkPage",
    "day_close": "ui.pages.day_close:DayClosePage",
    "objection": "ui.pages.objection:ObjectionPage",
    "audiogram": "ui.pages.audiogram:AudiogramPage",
    "history": "ui.pages.history:HistoryPage",
    "growth_print": "ui.pages.growth_print:GrowthPrintPage",
    "emergency": "ui.pages.emergency:EmergencyPage",
    "earlier_doses": "ui.pages.earlier_doses:EarlierDosesPage",
    "access_request": "ui.pages.access_request:AccessRequestPage",
    "capacity": "ui.pages.capacity:CapacityPage",
    "signal_report": "ui.pages.signal_report:SignalReportPage",
    "intervention": "ui.pages.intervention:InterventionPage",
    "school_message": "ui.pages.school_message:SchoolMessagePage",
    "follow_up": "ui.pages.follow_up:FollowUpPage",
}
_WITH_PROGRAM = {
    "synchronise": "ui.pages.synchronise:SynchronisePage",
    "enrol_colleague": "ui.pages.enrol_colleague:EnrolColleaguePage",
    "visits": "ui.pages.visits:VisitsPage",
    "rules": "ui.pages.rules:RulesPage",
    "settings": "ui.pages.settings:SettingsPage",
    "fault": "ui.pages.fault:FaultPage",
}
# Steps by the name of contact_steps.csv.
_STEPS = {
    "questionnaire": "ui.pages.questionnaire:QuestionnairePage",
    "growth": "ui.pages.growth:GrowthPage",
    "vision": "ui.pages.vision:VisionPage",
    "hearing": "ui.pages.hearing:HearingPage",
    "doctor": "ui.pages.doctor:DoctorPage",
    "signals": "ui.pages.signals:SignalsPage",
    "decision": "ui.pages.decision:DecisionPage",
    "vaccination": "ui.pages.vaccination:VaccinationPage",
}


def page_makers(program: Program) -> Mapping[str, Callable[[Work], Page]]:
    """A maker for every page of the window."""

    def plain(where: str) -> Callable[[Work], Page]:
        return lambda work: cast("Page", _load(where)(work))

    def with_program(where: str) -> Callable[[Work], Page]:
        return lambda work: cast("Page", _load(where)(work, program))

    makers = {page: plain(where) for page, where in _PAGES.items()}
    makers |= {page: with_program(where) for page, where in _WITH_PROGRAM.items()}
    makers["pupil"] = _pupil_page
    return makers


def _pupil_page(work: Work) -> Page:
    from ui.pages.pupil import PupilPage

    def maker(where: str) -> Callable[[], StepPage]:
        return lambda: cast("StepPage", _load(where)())

    return PupilPage(work, {step: maker(where) for step, where in _STEPS.items()})


def _load(where: str) -> Callable[..., object]:
    """The class behind "module:Class"."""
    module, _, name = where.partition(":")
    return cast("Callable[..., object]", getattr(import_module(module), name))


def pages() -> tuple[str, ...]:
    """The names of all pages."""
    return (*_PAGES, *_WITH_PROGRAM, "pupil")


def steps() -> tuple[str, ...]:
    """The names of all steps that have a page."""
    return tuple(_STEPS)
