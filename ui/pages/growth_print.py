"""Groeigrafieken on paper: which charts of a pupil, as they will be printed, and the printer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.clock import local_day
from clbdesk.services.growth_charts import open_charts, print_charts
from clbdesk.wording import say
from ui import actions, theme
from ui import format as show
from ui.actions import Key
from ui.bus import Severity
from ui.pages import shown
from ui.pages.base import Destination, Page, Work
from ui.pages.print_dialog import ask_printer
from ui.theme import Role, Size
from ui.widgets.card import Card
from ui.widgets.field_row import is_discreet
from ui.widgets.label import Label
from ui.widgets.paper import page_images, page_words
from ui.widgets.paper_view import PaperView
from ui.widgets.tick_box import TickBox

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from clbdesk.charts.growth_points import ChartMeasure
    from clbdesk.reports.paper import Printed
    from clbdesk.services.growth_charts import GrowthCharts
    from clbdesk.services.outcome import ChangeSet
    from clbdesk.services.pupil import PupilOnVisit

_LEFT = 300
_DPI = 96


class GrowthPrintPage(Page):
    """Every chart is ticked at first; Ctrl+Enter or Ctrl+P asks for the printer."""

    name: ClassVar[str] = "growth_print"
    prints_itself: ClassVar[bool] = True

    def __init__(self, work: Work) -> None:
        """Empty until a pupil is shown."""
        super().__init__(work)
        self._charts: GrowthCharts | None = None
        self.ticks: dict[ChartMeasure, TickBox] = {}
        self._choice = Card(say("growth.charts_chosen"), main=True)
        self._none = Label(say("growth.charts_none"), role=Role.SECONDARY, wrap=True)
        self._choice.body.addWidget(self._none)
        words = Label(say("growth.charts_words"), Size.QUIET, role=Role.SECONDARY, wrap=True)
        self._choice.body.addWidget(words)
        self._preview = Card("Voorbeeld")
        self.paper = PaperView("Voorbeeld van het document")
        self._preview.body.addWidget(self.paper, 1)
        self.fill_body(self._place())
        self.top_line.set_title(say("growth.charts"))
        self.banner.show()
        self.footer.primary_pressed.connect(self.print_chosen)
        actions.bind(self, Key.PRINT, self.print_chosen)

    def _place(self) -> QWidget:
        body = QWidget()
        columns = QHBoxLayout(body)
        columns.setContentsMargins(16, 12, 16, 8)
        columns.setSpacing(16)
        left = QVBoxLayout()
        left.addWidget(self._choice)
        left.addStretch(1)
        self._choice.setFixedWidth(theme.px(_LEFT))
        columns.addLayout(left)
        columns.addWidget(self._preview, 1)
        return body

    # --- arriving ---

    def arrive(self, to: Destination) -> None:
        """The charts of a pupil."""
        self._charts = None
        self._show_choice()
        if to.visit_id is not None and to.pupil_id is not None:
            call = partial(open_charts, self.work.desk, to.visit_id, to.pupil_id)
            self.ask(call, self._on_charts, partial(self.go_to_closed, to.pupil_id))

    def refresh(self, changes: ChangeSet) -> None:
        """Something of this pupil was saved meanwhile."""
        if self._charts is None or not self.isVisible():
            return
        at = self._charts.pupil.on_visit
        if at.pupil_id in changes.pupil_ids:
            self.ask(
                partial(open_charts, self.work.desk, at.visit_id, at.pupil_id), self._on_charts
            )

    def leave(self) -> None:
        """Nothing of a pupil stays on a page that is not looked at."""
        self.paper.show_pages(())

    def title_back(self) -> str:
        """Groeigrafieken."""
        return say("growth.charts")

    def show_discreet(self) -> None:
        """A pupil's values are not for who stands by (F9)."""
        self._draw()

    def _on_charts(self, charts: GrowthCharts) -> None:
        self._charts = charts
        self.banner.show_pupil(shown.banner(charts.pupil, local_day(self.work.desk.clock.now())))
        self._show_choice()
        first = next(iter(self.ticks.values()), None)
        (first or self.paper).setFocus(Qt.FocusReason.OtherFocusReason)
        self._draw()

    # --- which charts ---

    def _show_choice(self) -> None:
        for tick in self.ticks.values():
            tick.hide()
            tick.deleteLater()
        sheets = self._charts.sheets if self._charts else ()
        self.ticks = {measure: TickBox(sheet.title) for measure, sheet in sheets}
        for place, tick in enumerate(self.ticks.values()):
            tick.set_value(True)
            tick.edited.connect(self._draw)
            self._choice.body.insertWidget(place, tick)
        self._none.setVisible(self._charts is not None and not sheets)
        self._preview.setVisible(bool(sheets))
        self.footer.set_primary("Afdrukken…" if sheets else "")

    def _chosen(self) -> tuple[ChartMeasure, ...]:
        return tuple(measure for measure, tick in self.ticks.items() if tick.value())

    def _draw(self) -> None:
        charts, chosen = self._charts, self._chosen()
        self.paper.show_pages(())
        if charts is not None and chosen and not is_discreet():
            self.ask(partial(_preview, charts, chosen), self._on_paper)

    def _on_paper(self, paper: tuple[tuple[ChartMeasure, ...], tuple[QImage, ...], str]) -> None:
        chosen, pages, words = paper
        if chosen == self._chosen() and not is_discreet():
            self.paper.show_pages(pages, words)

    # --- the printer ---

    def print_chosen(self) -> None:
        """The ticked charts, to a printer that is asked for; nothing is written to disk."""
        if self._charts is None or not self.ticks:
            return
        if not self._chosen():
            self.say(say("growth.charts_choose"), Severity.ERROR)
            return
        at = self._charts.pupil.on_visit
        call = partial(print_charts, self.work.desk, at.visit_id, at.pupil_id, self._chosen())
        self.ask(call, self._on_printed)

    def _on_printed(self, printed: Printed) -> None:
        assert self._charts is not None
        pupil = self._charts.pupil.on_visit.pupil
        name = show.full_name(pupil.family_name, pupil.given_name)
        key = ask_printer(self, printed.pdf)
        if key.endswith("printed"):
            self.say(say("growth.charts_sent", name=name), Severity.OK)
        elif key:
            self.say(say("growth.charts_silent"), Severity.ERROR)


def to_paper(on_visit: PupilOnVisit) -> Destination:
    """Where the charts of a pupil are printed."""
    return Destination("growth_print", on_visit.visit_id, on_visit.pupil_id)


def _preview(
    charts: GrowthCharts, chosen: tuple[ChartMeasure, ...]
) -> tuple[tuple[ChartMeasure, ...], tuple[QImage, ...], str]:
    """The paper as pictures and words, made beside the window."""
    pdf = charts.paper(chosen).pdf
    return chosen, tuple(page_images(pdf, _DPI)), page_words(pdf)
