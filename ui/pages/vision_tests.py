"""The tests of sight beside acuity: eye position, colour vision, stereo vision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from clbdesk.domain.body import ExamBody, ExamState
from clbdesk.domain.contact import ColourVision, EyePosition, StereoVision
from clbdesk.services.vision import COLOUR, POSITION, STEREO
from clbdesk.standards.not_done import reason_label
from clbdesk.wording import label, say
from ui.pages.step import Problem
from ui.theme import Role, Size, Weight
from ui.widgets.card import Card
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.field_row import FieldRow
from ui.widgets.label import IconWord, Label, Rule
from ui.widgets.tick_box import TickBox

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

_FAILED = Choice("failed", "Niet gelukt", "n")
_COVER = (
    Choice("none", "Geen beweging", "g"),
    Choice("eso", "Eso", "e"),
    Choice("exo", "Exo", "x"),
    Choice("vertical", "Verticaal", "v"),
    _FAILED,
)
_REFLEXES = (
    Choice("symmetric", "Symmetrisch", "s"),
    Choice("asymmetric", "Asymmetrisch", "a"),
    _FAILED,
)
_COLOUR = (
    Choice("good", "Goed", "g"),
    Choice("wrong", "Fout", "f"),
    Choice("doubtful", "Twijfel", "t"),
)
# Seconds of arc of the TNO plates, from coarse to fine; the first digit chooses.
_STEREO = (
    Choice("480", "480", "4"),
    Choice("240", "240", "2"),
    Choice("120", "120", "1"),
    Choice("60", "60", "6"),
    Choice("30", "30", "3"),
    Choice("15", "15", "5"),
    Choice("not_seen", "Niet gezien", "n"),
)
_SIGNS = (
    ("lid", "ooglid"),
    ("pupil", "pupil"),
    ("nystagmus", "nystagmus"),
    ("squint", "manifest scheelzien"),
)
# The normal answers of F7; stereo vision is a measured number and has none.
_NORMAL = {
    "reflexes": "symmetric",
    "cover_near": "none",
    "cover_far": "none",
    "colour": "good",
}
_FIELDS = {
    POSITION: ("reflexes", "cover_near", "cover_far"),
    COLOUR: ("colour",),
    STEREO: ("stereo",),
}
_WORDS = {
    "reflexes": "Lichtreflexen",
    "cover_near": "Covertest dichtbij",
    "cover_far": "Covertest ver",
    "colour": "Kleurzin",
    "stereo": "Dieptezicht TNO",
}
BLOCK_WORDS = {POSITION: "oogstand", COLOUR: "kleurzin", STEREO: "dieptezicht"}


class TestsCard(Card):
    """The blocks that are drawn; `edited()` when somebody answered."""

    __test__ = False  # a card, not a test of pytest
    edited = Signal()

    def __init__(self) -> None:
        """Nothing is drawn until `show_parts`."""
        super().__init__(spacing=0)
        self._parts: tuple[str, ...] = ()
        self._states: dict[str, tuple[ExamState, str]] = {}
        self._assumed: set[str] = set()
        self._locked: frozenset[str] = frozenset()
        self._choices = {
            "reflexes": ChoiceRow(_WORDS["reflexes"], _REFLEXES, required=True),
            "cover_near": ChoiceRow(_WORDS["cover_near"], _COVER, required=True),
            "cover_far": ChoiceRow(_WORDS["cover_far"], _COVER, required=True),
            "colour": ChoiceRow(_WORDS["colour"], _COLOUR, required=True),
            "stereo": ChoiceRow(_WORDS["stereo"], _STEREO, required=True),
        }
        self._signs = {name: TickBox(word) for name, word in _SIGNS}
        self._rows = {name: FieldRow(_WORDS[name], row) for name, row in self._choices.items()}
        self._position_state = IconWord(size=Size.QUIET)
        self._blocks: dict[str, tuple[QWidget, ...]] = {}
        self._lines: dict[str, Rule] = {}
        self._place()
        for name, row in self._choices.items():
            row.edited.connect(lambda name=name: self._on_answer(name))
        for box in self._signs.values():
            box.edited.connect(self.edited)

    def _place(self) -> None:
        head = QWidget()
        line = QHBoxLayout(head)
        line.setContentsMargins(0, 0, 0, 4)
        line.setSpacing(16)
        line.addWidget(Label("Oogstand", Size.TITLE, Weight.SEMIBOLD))
        line.addWidget(self._position_state)
        line.addStretch(1)
        ticks = QWidget()
        boxes = QHBoxLayout(ticks)
        boxes.setContentsMargins(0, 0, 0, 0)
        boxes.setSpacing(16)
        for box in self._signs.values():
            boxes.addWidget(box)
        boxes.addStretch(1)
        position = [head, *(self._rows[name] for name in _FIELDS[POSITION])]
        self._blocks = {
            POSITION: (*position, FieldRow("Andere tekens", ticks)),
            COLOUR: (self._rows["colour"],),
            STEREO: (self._rows["stereo"],),
        }
        for kind in (POSITION, STEREO, COLOUR):
            if kind is not POSITION:
                self._lines[kind] = Rule()
                self.body.addWidget(self._lines[kind])
            for widget in self._blocks[kind]:
                self.body.addWidget(widget)

    # --- what is drawn and what is recorded ---

    def show_parts(self, parts: tuple[str, ...]) -> None:
        """Draw the blocks of these kinds, with a line between them."""
        self._parts = tuple(kind for kind in (POSITION, STEREO, COLOUR) if kind in parts)
        for kind, widgets in self._blocks.items():
            for widget in widgets:
                widget.setVisible(kind in self._parts)
        for kind, line in self._lines.items():
            line.setVisible(kind in self._parts and self._parts[0] != kind)
        self.setVisible(bool(self._parts))

    def show_bodies(self, bodies: Mapping[str, ExamBody]) -> None:
        """Recorded tests; what was postponed is open again."""
        self._states, self._assumed = {}, set()
        values: dict[str, str | None] = {}
        signs: tuple[str, ...] = ()
        for kind, body in bodies.items():
            if kind not in _FIELDS or body.state is ExamState.POSTPONED:
                continue
            if isinstance(body, EyePosition):
                values |= {name: getattr(body, name) for name in _FIELDS[POSITION]}
                signs = body.signs
            elif isinstance(body, ColourVision):
                values["colour"] = body.result
            elif isinstance(body, StereoVision):
                values["stereo"] = body.result
            if body.state is not ExamState.DONE:
                self._states[kind] = (body.state, body.state_reason or "")
            self._assumed |= {f"{kind}.{name}" for name in body.assumed}
        for name, row in self._choices.items():
            row.set_value(values.get(name))
        for sign, box in self._signs.items():
            box.set_value(sign in signs)
        self._show()

    def lock(self, kinds: frozenset[str], *, editable: bool) -> None:
        """Kinds that are recorded already are only to read; without `editable` all are."""
        self._locked = kinds if editable else frozenset(_FIELDS)
        for kind, names in _FIELDS.items():
            for name in names:
                self._choices[name].setEnabled(kind not in self._locked)
        for box in self._signs.values():
            box.setEnabled(POSITION not in self._locked)
        self._show()

    # --- value ---

    def position(self, on: date) -> EyePosition | None:
        """Reflexes and cover tests; None while nothing was answered."""
        signs = tuple(sign for sign, box in self._signs.items() if box.value())
        if not self._has(POSITION) and not signs:
            return None
        state, reason = self._state(POSITION)
        return EyePosition(
            state=state,
            state_reason=reason,
            reflexes=self._choices["reflexes"].value(),
            cover_near=self._choices["cover_near"].value(),
            cover_far=self._choices["cover_far"].value(),
            signs=signs,
            on=on,
        )

    def colour(self, on: date) -> ColourVision | None:
        """Colour vision; None while open."""
        if not self._has(COLOUR):
            return None
        state, reason = self._state(COLOUR)
        result = self._choices["colour"].value()
        return ColourVision(state=state, state_reason=reason, result=result, on=on)

    def stereo(self, on: date) -> StereoVision | None:
        """Stereo vision; None while open."""
        if not self._has(STEREO):
            return None
        state, reason = self._state(STEREO)
        result = self._choices["stereo"].value()
        return StereoVision(state=state, state_reason=reason, result=result, on=on)

    def assumed(self) -> frozenset[str]:
        """What F7 answered, as "kind.field"."""
        return frozenset(self._assumed)

    def open_kinds(self) -> tuple[str, ...]:
        """Drawn tests with an answer missing and no state."""
        return tuple(
            kind
            for kind in self._parts
            if kind not in self._states
            and any(self._choices[name].is_open() for name in _FIELDS[kind])
        )

    def problems(self) -> Iterator[Problem]:
        """An answer for everything that is missing one."""
        for kind in self._parts:
            for name in _FIELDS[kind]:
                row = self._choices[name]
                missing = row.is_open() and kind not in self._states
                test = say(f"vision_page.{name}")
                text = say("vision_page.test_missing", test=test) if missing else ""
                self._rows[name].set_error(text)
                if text:
                    yield Problem(text, row)

    def set_not_done(self, state: ExamState, reason: str) -> None:
        """The tests that are still open get this state."""
        for kind in self.open_kinds():
            self._states[kind] = (state, reason)
        self._show()

    def fill_normal(self) -> tuple[list[str], list[str]]:
        """F7: words of what was answered, and of the blocks where a state stands in the way."""
        filled, refused = [], []
        for kind in self._parts:
            names = [name for name in _FIELDS[kind] if name in _NORMAL]
            names = [name for name in names if self._choices[name].is_open()]
            if names and kind in self._states:
                refused.append(BLOCK_WORDS[kind])
                continue
            for name in names:
                self._choices[name].set_value(_NORMAL[name])
                self._rows[name].set_error("")
                self._assumed.add(f"{kind}.{_field(name)}")
                filled.append(_WORDS[name])
        self._show()
        return filled, refused

    # --- draft ---

    def content(self) -> dict[str, Any]:
        """As answered."""
        return {
            "values": {name: row.value() for name, row in self._choices.items()},
            "signs": [sign for sign, box in self._signs.items() if box.value()],
            "states": {kind: [*state] for kind, state in self._states.items()},
            "assumed": sorted(self._assumed),
        }

    def restore(self, content: Mapping[str, Any]) -> None:
        """Back as it was answered."""
        for name, row in self._choices.items():
            row.set_value(content["values"][name])
        for sign, box in self._signs.items():
            box.set_value(sign in content["signs"])
        self._states = {
            kind: (ExamState(state), reason) for kind, (state, reason) in content["states"].items()
        }
        self._assumed = set(content["assumed"])
        self._show()

    def begun(self) -> frozenset[str]:
        """The kinds of which something is answered."""
        found = {kind for kind, names in _FIELDS.items() if any(map(self._is_answered, names))}
        found |= {POSITION} if any(box.value() for box in self._signs.values()) else set()
        return frozenset(found | set(self._states))

    def _is_answered(self, name: str) -> bool:
        return self._choices[name].value() is not None

    # --- showing ---

    def _on_answer(self, name: str) -> None:
        kind = next(kind for kind, names in _FIELDS.items() if name in names)
        self._assumed.discard(f"{kind}.{_field(name)}")
        self._states.pop(kind, None)
        self._show()
        self.edited.emit()

    def _has(self, kind: str) -> bool:
        if kind not in self._parts:
            return False
        answered = any(not self._choices[name].is_open() for name in _FIELDS[kind])
        return answered or kind in self._states

    def _state(self, kind: str) -> tuple[ExamState, str | None]:
        state, reason = self._states.get(kind, (ExamState.DONE, ""))
        return state, reason or None

    def _show(self) -> None:
        self._position_state.show_state("minus", self._word(POSITION), Role.SECONDARY)
        self._position_state.setVisible(POSITION in self._states and POSITION in self._parts)
        for kind in (COLOUR, STEREO):
            for name in _FIELDS[kind]:
                self._rows[name].set_state("minus", self._word(kind))
        self._rows["stereo"].set_quiet("" if STEREO in self._states else "boogseconden")
        for kind, names in _FIELDS.items():
            for name in names:
                by_key = f"{kind}.{_field(name)}" in self._assumed and kind not in self._locked
                self._rows[name].set_filled_by_key(by_key)
                if kind in self._states:
                    self._rows[name].set_error("")

    def _word(self, kind: str) -> str:
        if kind not in self._states:
            return ""
        state, reason = self._states[kind]
        return label(state) + (f" – {reason_label(state, reason)}" if reason else "")


def _field(name: str) -> str:
    """The field of the record that a row fills."""
    return "result" if name in {"colour", "stereo"} else name
