"""Groeigrafieken on paper: which charts of a pupil, as they will be printed, and the printer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.clock import local_day
from clbdesk.services.growth_charts import make_locked_charts, open_charts, print_charts
from clbdesk.wording import say
from ui import actions, theme
from ui.actions import Key
from ui.bus import Severity
from ui.pages import shown
from ui.pages.base import Destination, Page, Work
from ui.pages.print_dialog import ask_printer
from ui.pages.print_file import FileStrip, ask_file, written
from ui.theme import Role, Size
from ui.widgets.button import Button
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
    from clbdesk.services.visit_papers import LockedFile

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
        self.file = FileStrip()
        self.file.asked.connect(self._on_file_asked)
        self._preview = Card("Voorbeeld")
        self.paper = PaperView("Voorbeeld van het document")
        self._preview.body.addWidget(self.paper, 1)
        self.fill_body(self._place())
        self.top_line.set_title(say("growth.charts"))
        self.banner.show()
        self.footer.primary_pressed.connect(self.print_chosen)
        self._as_file = Button("Versleuteld bestand…")
        self._as_file.clicked.connect(lambda _on=False: self.ask_file())
        self.footer.add_left(self._as_file)
        actions.bind(self, Key.PRINT, self.print_chosen)

    def _place(self) -> QWidget:
        body = QWidget()
        rows = QVBoxLayout(body)
        rows.setContentsMargins(16, 12, 16, 8)
        rows.setSpacing(8)
        rows.addWidget(self.file)
        columns = QHBoxLayout()
        columns.setSpacing(16)
        rows.addLayout(columns, 1)
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
        self.file.close_strip()

    def close_open(self) -> bool:
        """Esc closes the strip of a file."""
        return self.file.close_strip()

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
        self._as_file.setVisible(bool(sheets))
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
        at = self._to_take()
        if at is not None:
            call = partial(print_charts, self.work.desk, at.visit_id, at.pupil_id, self._chosen())
            self.ask(call, self._on_printed)

    def _to_take(self) -> PupilOnVisit | None:
        """Whose charts leave the program, when any is ticked."""
        if self._charts is None or not self.ticks:
            return None
        if not self._chosen():
            self.say(say("growth.charts_choose"), Severity.ERROR)
            return None
        return self._charts.pupil.on_visit

    def _on_printed(self, printed: Printed) -> None:
        key = ask_printer(self, printed.pdf)
        if key.endswith("printed"):
            self._say_done("growth.charts_sent", is_whole=not printed.missing)
        elif key:
            self.say(say("growth.charts_silent"), Severity.ERROR)

    def _say_done(self, key: str, *, is_whole: bool) -> str:
        """Whose charts left; a name with a sign that no letter has is to be written by hand."""
        assert self._charts is not None
        name = self._charts.about.name
        said = say(key, name=name)
        if is_whole:
            self.say(said, Severity.OK)
        else:
            self.say(f"{said} {say('print.no_glyph', name=name)}", Severity.ATTENTION)
        return said

    # --- a file ---

    def ask_file(self) -> None:
        """The ticked charts as a file that opens with a password: for what, and for whom."""
        if self._to_take() is not None:
            self.messages.clear()
            self.file.ask()

    def _on_file_asked(self, purpose: str, recipient: str) -> None:
        at = self._to_take()
        path = ask_file(self, "groeigrafieken.pdf") if at is not None else None
        if at is not None and path is not None:
            make = partial(
                make_locked_charts,
                self.work.desk,
                at.visit_id,
                at.pupil_id,
                self._chosen(),
                purpose=purpose,
                recipient=recipient,
            )
            self.ask(partial(written, make, path), self._on_file)

    def _on_file(self, locked: LockedFile) -> None:
        said = self._say_done("growth.charts_file", is_whole=not locked.missing)
        self.file.tell_saved(said, locked.password)


def to_paper(on_visit: PupilOnVisit) -> Destination:
    """Where the charts of a pupil are printed."""
    return Destination("growth_print", on_visit.visit_id, on_visit.pupil_id)


def _preview(
    charts: GrowthCharts, chosen: tuple[ChartMeasure, ...]
) -> tuple[tuple[ChartMeasure, ...], tuple[QImage, ...], str]:
    """The paper as pictures and words, made beside the window."""
    pdf = charts.paper(chosen).pdf
    return chosen, tuple(page_images(pdf, _DPI)), page_words(pdf)
