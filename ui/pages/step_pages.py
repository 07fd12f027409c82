"""The step pages of the shell around a pupil, each made when it is first shown.

A contact has eight steps with hundreds of controls; a first class needs five of them, and the
first pupil of the day should not wait for the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ui.pages.step import StepPage


class StepPages(Mapping[str, "StepPage"]):
    """Page by name of the step; asking for one makes it, asking whether there is one does not."""

    def __init__(
        self,
        makers: Mapping[str, Callable[[], StepPage]],
        made: Callable[[StepPage], None],
    ) -> None:
        """`made` is told of every page once, before anybody uses it."""
        self._makers = makers
        self._tell = made
        self._made: dict[str, StepPage] = {}

    def __getitem__(self, name: str) -> StepPage:
        """The page of a step; KeyError when the step has none."""
        page = self._made.get(name)
        if page is None:
            page = self._makers[name]()
            self._made[name] = page
            self._tell(page)
        return page

    def __contains__(self, name: object) -> bool:
        """Whether the step has a page."""
        return name in self._makers

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)

    def made(self) -> tuple[StepPage, ...]:
        """Those that were shown already."""
        return tuple(self._made.values())
