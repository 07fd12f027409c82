"""All keys of the window in one table; a page may bind a key of this table and no other.

No key uses Ctrl+Alt (= AltGr), Ctrl+[ ], Ctrl+digit, nor Ctrl+Shift+Z, Ctrl+Home or Ctrl+End,
which text fields keep. Function keys have a second chord, because small laptops hide them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget


class Key(StrEnum):
    """What a key does; the words are in KEYS."""

    PAGE_KEYS = "page_keys"
    WHY = "why"
    CORRECT = "correct"
    MORE = "more"
    CONFIRM_VALUE = "confirm_value"
    SYNCHRONISE = "synchronise"
    NEXT_REGION = "next_region"
    PREVIOUS_REGION = "previous_region"
    REST_IN_ORDER = "rest_in_order"
    NOT_DONE = "not_done"
    DISCREET = "discreet"
    BLANK = "blank"
    SAVE_AND_GO = "save_and_go"
    SAVE_OTHER_WAY = "save_other_way"
    SAVE = "save"
    BACK = "back"
    NEXT_PUPIL = "next_pupil"
    PREVIOUS_PUPIL = "previous_pupil"
    END_OF_QUEUE = "end_of_queue"
    TODAY = "today"
    FIND = "find"
    MENU = "menu"
    FILTER = "filter"
    HISTORY = "history"
    NEW = "new"
    PRINT = "print"
    CHARTS = "charts"
    PSEUDONYM = "pseudonym"
    LOCK = "lock"
    ALL_PRESENT = "all_present"
    GRID = "grid"
    SIGNAL = "signal"
    CONCERN = "concern"
    INCIDENT = "incident"
    EMERGENCY_CARD = "emergency_card"
    MOVE = "move"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one act (the first is shown) and its words for the list of F1."""

    sequences: tuple[str, ...]
    text: str


KEYS: dict[Key, Keys] = {
    Key.PAGE_KEYS: Keys(("F1",), "Toetsen op deze pagina"),
    Key.WHY: Keys(("Shift+F1",), "Waarom dit voorstel?"),
    Key.CORRECT: Keys(("F2",), "Verbeteren"),
    Key.MORE: Keys(("F3",), "Meer velden"),
    Key.CONFIRM_VALUE: Keys(("F4", "Ctrl+Space"), "Nagemeten, klopt"),
    Key.SYNCHRONISE: Keys(("F5",), "Synchroniseren"),
    Key.NEXT_REGION: Keys(("F6",), "Volgend deel van de pagina"),
    Key.PREVIOUS_REGION: Keys(("Shift+F6",), "Vorig deel van de pagina"),
    Key.REST_IN_ORDER: Keys(("F7", "Ctrl+G"), "Rest in orde"),
    Key.NOT_DONE: Keys(("F8", "Ctrl+U"), "Niet afgenomen…"),
    Key.DISCREET: Keys(("F9", "Ctrl+Shift+D"), "Discreet"),
    Key.BLANK: Keys(("Shift+F9",), "Scherm leeg"),
    Key.SAVE_AND_GO: Keys(("Ctrl+Return", "Ctrl+Enter"), "Opslaan en verder"),
    Key.SAVE_OTHER_WAY: Keys(("Ctrl+Shift+Return", "Ctrl+Shift+Enter"), "Opslaan, andere richting"),
    Key.SAVE: Keys(("Ctrl+S",), "Opslaan en blijven"),
    Key.BACK: Keys(("Esc",), "Sluiten of terug; het concept blijft"),
    Key.NEXT_PUPIL: Keys(("Ctrl+PgDown",), "Volgende leerling"),
    Key.PREVIOUS_PUPIL: Keys(("Ctrl+PgUp",), "Vorige leerling"),
    Key.END_OF_QUEUE: Keys(("Ctrl+Shift+Q",), "Achteraan in de rij, volgende leerling"),
    Key.TODAY: Keys(("Alt+Home",), "Vandaag"),
    Key.FIND: Keys(("Ctrl+K",), "Zoeken: leerling of pagina"),
    Key.MENU: Keys(("Ctrl+M",), "Menu"),
    Key.FILTER: Keys(("Ctrl+F",), "Zoeken in de lijst"),
    Key.HISTORY: Keys(("Ctrl+D",), "Dossier van deze leerling"),
    Key.NEW: Keys(("Ctrl+N",), "Nieuw"),
    Key.PRINT: Keys(("Ctrl+P",), "Afdrukken"),
    Key.CHARTS: Keys(("Ctrl+Shift+G",), "Groeigrafieken afdrukken"),
    Key.PSEUDONYM: Keys(("Ctrl+R",), "Vervang door leerling A"),
    Key.LOCK: Keys(("Ctrl+L",), "Vergrendelen"),
    Key.ALL_PRESENT: Keys(("Ctrl+Shift+A",), "Hele klas aanwezig"),
    Key.GRID: Keys(("Ctrl+Shift+R",), "Rooster"),
    Key.SIGNAL: Keys(("Ctrl+Shift+S",), "Signaal noteren"),
    Key.CONCERN: Keys(("Ctrl+Shift+V",), "Verontrusting"),
    Key.INCIDENT: Keys(("Ctrl+Shift+I",), "Incident na vaccinatie"),
    Key.EMERGENCY_CARD: Keys(("Ctrl+Shift+P",), "Noodkaart van het centrum"),
    Key.MOVE: Keys(("Ctrl+Shift+M",), "Verplaats naar andere leerling…"),
    Key.UNDO: Keys(("Ctrl+Shift+O",), "Ongedaan maken"),
}
STEP_NUMBERS = range(1, 9)

# The unshifted digit row of a Belgian AZERTY keyboard, 1 to 8.
_AZERTY_ROW = dict(zip("&é\"'(§è!", STEP_NUMBERS, strict=True))


def hint(key: Key) -> str:
    """The key as it stands on a button: "Ctrl+Enter", "F8"."""
    return KEYS[key].sequences[0].replace("Return", "Enter").replace("PgDown", "PgDn")


def bind(
    widget: QWidget,
    key: Key,
    call: Callable[[], None],
    context: Qt.ShortcutContext = Qt.ShortcutContext.WidgetWithChildrenShortcut,
) -> QAction:
    """Let a key act while `widget` or anything in it has the focus; holding it acts once."""
    action = QAction(KEYS[key].text, widget)
    action.setShortcuts([QKeySequence(text) for text in KEYS[key].sequences])
    action.setShortcutContext(context)
    action.setAutoRepeat(False)
    action.triggered.connect(lambda _checked=False: call())
    widget.addAction(action)
    return action


class AtFocus(QObject):
    """Lets a filter see the events of what has the focus, and nothing else.

    On the application it would be asked about every event of every widget: building a page then
    takes half as long again.
    """

    def __init__(self, asked: QObject) -> None:
        """`asked`: whose `eventFilter` looks, between `start` and `stop`."""
        super().__init__(asked)
        self._asked = asked
        self._on = False
        self._at: QWidget | None = None
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow)

    def start(self) -> None:
        """Begin with what has the focus now."""
        self._on = True
        self._follow(None, QApplication.focusWidget())

    def stop(self) -> None:
        """Nothing is looked at any more."""
        self._on = False
        self._follow(None, None)

    def _follow(self, _old: QWidget | None, new: QWidget | None) -> None:
        if self._at is not None and shiboken6.isValid(self._at):
            self._at.removeEventFilter(self._asked)
        self._at = new if self._on else None
        if self._at is not None:
            self._at.installEventFilter(self._asked)


class StepKeys(QObject):
    """Alt+1 to Alt+8, by the physical key: on AZERTY a digit needs Shift and would not fire.

    Install on the window and at the focus. Not on the numeric keypad, where Windows makes
    characters of Alt+digit.
    """

    step_asked = Signal(int)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take Alt+step before any control does."""
        del watched
        if not isinstance(event, QKeyEvent):
            return False
        step = step_of(event)
        if step and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if step and event.type() == QEvent.Type.KeyPress:
            if not event.isAutoRepeat():
                self.step_asked.emit(step)
            return True
        return False


def step_of(event: QKeyEvent) -> int:
    """The step that a key press asks for, or 0."""
    if event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier != Qt.KeyboardModifier.AltModifier:
        return 0
    code = event.nativeVirtualKey()
    if 0x31 <= code <= 0x38:
        return code - 0x30
    digit = event.key() - Qt.Key.Key_0.value
    if digit in STEP_NUMBERS:
        return digit
    return _AZERTY_ROW.get(event.text().casefold(), 0)
