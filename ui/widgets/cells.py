"""Cells of lists as values: words, a state with icon, step numbers in fixed places."""

from __future__ import annotations

from dataclasses import dataclass

from ui.theme import Role, Weight


@dataclass(frozen=True, slots=True)
class StateCell:
    """Icon and word of a state; `word_role` differs for neutral ones (secondary icon, plain word)."""

    icon: str
    word: str
    role: Role
    weight: Weight = Weight.REGULAR
    word_role: Role | None = None

    def words(self) -> str:
        """What is read aloud."""
        return self.word


@dataclass(frozen=True, slots=True)
class TextCell:
    """Words; `mark` is a small state directly after them, as "naamgenoot" after a name.

    `struck`: a line through them, for what was withdrawn.
    """

    text: str
    weight: Weight = Weight.REGULAR
    role: Role = Role.TEXT
    align_right: bool = False
    quiet: bool = False
    mark: StateCell | None = None
    struck: bool = False

    def words(self) -> str:
        """What is read aloud."""
        return f"{self.text} ({self.mark.word})" if self.mark else self.text


@dataclass(frozen=True, slots=True)
class PartsCell:
    """Step numbers in fixed places, so that one number can be read downwards.

    `numbers` are the places, `still` those to do (the rest become dots), `own` that of the own
    post. Nothing to do at all, as after an objection, is a dash: `numbers=()`.
    """

    numbers: tuple[int, ...]
    still: frozenset[int] = frozenset()
    own: int | None = None

    def words(self) -> str:
        """What is read aloud."""
        left = [str(number) for number in self.numbers if number in self.still]
        return f"te doen {', '.join(left)}" if left else "niets te doen"
