"""`clbdesk hearing`: judge short audiometry and speech in noise of a batch (docs/cli.md)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from clbdesk.cli.batch import BadItem
from clbdesk.cli.items import answer_items, signals
from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import Audiometry, AudiometryCell, CellResult, SpeechInNoise, SpinEar
from clbdesk.domain.visits import ContactMoment
from clbdesk.standards.hearing import (
    EARS,
    HearingJudgement,
    HearingWord,
    judge_audiometry,
    judge_spin,
    worst,
)

if TYPE_CHECKING:
    from clbdesk.cli.items import Item

_FREQUENCIES = ("125", "250", "500", "1000", "2000", "4000", "8000")
# The states of a cell that can be true beside each result; without a result nothing was heard.
_ALLOWED = {
    CellResult.PASS: {ExamState.DONE},
    CellResult.FAIL: {ExamState.DONE},
    CellResult.UNRELIABLE: {ExamState.DONE, ExamState.UNRELIABLE},
    CellResult.NOT_DONE: set(ExamState) - {ExamState.DONE},
}
_UNDATED = date.min  # a batch judges values; the day plays no part


def run(items: list[object]) -> list[object]:
    """Judge every item; a bad one answers its error."""
    return answer_items(items, _judge)


def _judge(item: Item) -> dict[str, object]:
    item.only("id", "moment", "audiometry", "spin")
    moment = ContactMoment(item.choice("moment", ContactMoment))
    judged: list[HearingJudgement] = []
    if item.has("audiometry"):
        judged.append(judge_audiometry(moment, _audiometry(item.part("audiometry").only(*EARS))))
    if item.has("spin"):
        judged.append(judge_spin(moment, _spin(item.part("spin").only(*EARS))))
    if not judged:
        raise BadItem("missing", "audiometry", "give audiometry, spin or both")
    return {
        "judgement": worst(each.overall for each in judged).value,
        "per_ear": {ear: _ear(judged, ear).value for ear in EARS},
        "signals": signals(line for each in judged for line in each.lines),
    }


def _ear(judged: list[HearingJudgement], ear: str) -> HearingWord:
    return worst(each.per_ear[ear] for each in judged if ear in each.per_ear)


def _audiometry(item: Item) -> Audiometry:
    ears = {ear: _cells(item.part(ear)) for ear in EARS if item.has(ear)}
    return Audiometry(
        state=ExamState.DONE, right=ears.get("right", {}), left=ears.get("left", {}), on=_UNDATED
    )


def _cells(item: Item) -> dict[str, AudiometryCell]:
    cells = {}
    for frequency in item.values:
        if frequency not in _FREQUENCIES:
            name = item.path + frequency
            message = f"{name} is not a frequency of an audiogram in Hz"
            raise BadItem("unknown_value", name, message)
        if item.has(frequency):
            cells[frequency] = _cell(item.part(frequency))
    return cells


def _cell(item: Item) -> AudiometryCell:
    item.only("result", "state", "level_db")
    level = item.number("level_db", -10, 120) if item.has("level_db") else None
    if level is not None and level % 5:
        name = f"{item.path}level_db"
        message = f"{name} must be a multiple of 5"
        raise BadItem("out_of_range", name, message)
    result = CellResult(item.choice("result", CellResult))
    state = _state(item)
    if item.has("state") and state not in _ALLOWED[result]:
        raise item.contradicts("state", "result")
    return AudiometryCell(
        result=result,
        state=state,
        level_db=None if level is None else int(level),
    )


def _spin(item: Item) -> SpeechInNoise:
    ears = {ear: _spin_ear(item.part(ear)) for ear in EARS if item.has(ear)}
    return SpeechInNoise(
        state=ExamState.DONE, right=ears.get("right"), left=ears.get("left"), on=_UNDATED
    )


def _spin_ear(item: Item) -> SpinEar:
    item.only("srt_db", "sd_db", "touched_limit", "attempt", "state")
    state = _state(item)
    if state not in {ExamState.DONE, ExamState.UNRELIABLE}:
        if any(item.has(field) for field in ("srt_db", "sd_db", "touched_limit")):
            raise item.contradicts("state", "the values of this ear")
        return SpinEar(srt_db=None, sd_db=None, touched_limit=None, state=state)
    return SpinEar(
        srt_db=item.number("srt_db", -30, 10),
        sd_db=item.number("sd_db", 0, 20),
        touched_limit=item.boolean("touched_limit"),
        attempt=item.whole("attempt", 1, 2) if item.has("attempt") else 1,
        state=state,
    )


def _state(item: Item) -> ExamState:
    return ExamState(item.choice("state", ExamState)) if item.has("state") else ExamState.DONE
