"""Which page belongs to which name; imported one by one, when a page is first shown."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from clbdesk.bootstrap import Program
    from ui.pages.base import Page, Work
    from ui.pages.step import StepPage

# name → (module, class); pages that need the program itself take it as second argument.
_PAGES = {
    "conflicts": ("conflicts", "ConflictsPage"),
    "care_meeting": ("care_meeting", "CareMeetingPage"),
    "care_topic": ("care_topic", "CareTopicPage"),
    "class_list": ("class_list", "ClassListPage"),
    "vaccination_list": ("vaccination_list", "VaccinationListPage"),
    "vaccination_session": ("vaccination_session", "VaccinationSessionPage"),
    "search": ("search", "SearchPage"),
    "history": ("history", "HistoryPage"),
}
_WITH_PROGRAM = {
    "synchronise": ("synchronise", "SynchronisePage"),
    "enrol_colleague": ("enrol_colleague", "EnrolColleaguePage"),
    "visits": ("visits", "VisitsPage"),
    "rules": ("rules", "RulesPage"),
    "fault": ("fault", "FaultPage"),
}
# Steps by the name of contact_steps.csv.
_STEPS: dict[str, tuple[str, str]] = {
    "questionnaire": ("questionnaire", "QuestionnairePage"),
    "growth": ("growth", "GrowthPage"),
    "vision": ("vision", "VisionPage"),
    "hearing": ("hearing", "HearingPage"),
    "decision": ("decision", "DecisionPage"),
    "vaccination": ("vaccination", "VaccinationPage"),
}


def page_makers(program: Program) -> Mapping[str, Callable[[Work], Page]]:
    """A maker for every page of the window."""

    def plain(module: str, name: str) -> Callable[[Work], Page]:
        return lambda work: getattr(import_module(f"ui.pages.{module}"), name)(work)

    def with_program(module: str, name: str) -> Callable[[Work], Page]:
        return lambda work: getattr(import_module(f"ui.pages.{module}"), name)(work, program)

    makers = {page: plain(*where) for page, where in _PAGES.items()}
    makers |= {page: with_program(*where) for page, where in _WITH_PROGRAM.items()}
    makers["pupil"] = _pupil_page
    return makers


def _pupil_page(work: Work) -> Page:
    from ui.pages.pupil import PupilPage

    steps: dict[str, StepPage] = {
        step: getattr(import_module(f"ui.pages.{module}"), name)()
        for step, (module, name) in _STEPS.items()
    }
    return PupilPage(work, steps)


def pages() -> tuple[str, ...]:
    """The names of all pages."""
    return (*_PAGES, *_WITH_PROGRAM, "pupil")


def steps() -> tuple[str, ...]:
    """The names of all steps that have a page."""
    return tuple(_STEPS)
