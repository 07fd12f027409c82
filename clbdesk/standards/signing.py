"""What a doctor may sign of a rule: the default as it is, or a value that the program can judge by.

An empty rule that is a curve or a tree is filled in words (unit `criterium`), which are shown where
the rule speaks and never computed with. One that speaks nowhere stays empty, whatever is typed: a
signature may never look like a criterion that nobody applies.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from clbdesk.domain.judgement import RuleStatus
from clbdesk.errors import Refused
from clbdesk.standards.entry_limits import Field, limits
from clbdesk.standards.phrases import day, number
from clbdesk.standards.tables import IN_WORDS, VALUE_SEPARATOR, unsigned
from clbdesk.standards.vaccination.ruleset import Span
from clbdesk.wording import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clbdesk.domain.rules import RuleSignoff
    from clbdesk.standards.tables import Rule

# Empty rules that judge as soon as they have a value.
_FILLED = frozenset(
    {
        "VIS-1",
        "VIS-2",
        "VIS-3",
        "AUD-LEVEL-KK1",
        "AUD-LEVEL-LO1",
        "AUD-2",
        "COH-1",
        "DTP-6-INT",
        "FUP-1-INT",
        "FUP-2-INT",
        "SAFE-NR-VK",
    }
)
# Values that are codes, or that nothing is computed with: confirmed as they are.
_ONLY_AS_IT_IS = frozenset(
    {
        "COH-2",
        "CONSENT-VALID",
        "FEVER",
        "HE-NOISE",
        "HE-RISK",
        "LIM-S",
        "LIM-T",
        "NOOD-1",
        "NOOD-2",
        "NOOD-3",
    }
)
_DAY = "datum"
_PERCENTILE = "percentiel"
# Nothing of a child is measured in more than this, and no term of a childhood is longer: a value
# beyond it would break the calendar or the curve on every laptop.
_LARGEST = {
    "dagen": 3650,
    "werkdagen": 3650,
    "weken": 520,
    "maanden": 300,
    "jaar": 120,
    "jaren": 120,
    _PERCENTILE: 100,
}
_LARGEST_OF_ALL = 1000
_COUNTED = frozenset(
    {
        *("dagen", "werkdagen", "weken", "maanden", "van maand", "tot maand", "vanaf maand"),
        *("jaren", "keer", "tekens", "signalen"),
    }
)
_LONGEST_SPAN = Span(25, "j")
_ANY_DAY = date(2000, 1, 1)
# The lines of the growth chart: a place that is left empty is a line less.
_LINE = "percentiellijn"
_FEWEST_LINES = 3
_YES_NO = "ja of nee"
_TEXT = "zin"
TEXT_LIMIT = 400
CRITERION_LIMIT = 200
_PHONE = "nummer"
_NUMBER_TO_CALL = re.compile(r"\+?[0-9](?: ?[0-9]){2,14}")
_SPANS = frozenset({"age", "age_strict", "interval", "interval_first"})
# A limit beyond what the test can show would never be met: unit → field of the measured value.
_SHOWN_BY_TEST = {
    "logMAR slechtste oog": Field.ACUITY,
    "verschil": Field.ACUITY,
    "dB HL": Field.HEARING_LEVEL,
}


def can_be_signed(row: Rule) -> bool:
    """Whether a signature would change anything; `row` as it comes with the program, not signed."""
    return row.status is RuleStatus.SIGN or row.id in _FILLED or is_text(row.unit)


def may_be_left_out(unit: str) -> bool:
    """Whether a value of this unit may stay empty."""
    return unit == _LINE


def is_text(unit: str) -> bool:
    """Whether a value is words and no number: of a letter, or a criterion of the centre."""
    return unit in {_TEXT, IN_WORDS}


def text_limit(unit: str) -> int:
    """How many characters such words may have."""
    return CRITERION_LIMIT if unit == IN_WORDS else TEXT_LIMIT


def units_to_fill(row: Rule) -> tuple[str, ...]:
    """The unit of each value that may be typed; none when the rule can only be confirmed."""
    if not can_be_signed(row) or row.id in _ONLY_AS_IT_IS or _says_codes(row):
        return ()
    units = tuple(part.strip() for part in row.unit.split(VALUE_SEPARATOR))
    count = len(units) if row.status is RuleStatus.EMPTY else len(row.values)
    if units in {(_DAY,), (_LINE,)}:
        return units * count
    return tuple(units[index] if index < len(units) else "" for index in range(count))


def _says_codes(row: Rule) -> bool:
    """A row of a table that judges nothing by itself is confirmed as it is."""
    return bool(unsigned().table(row.table).prefix)


def value_to_sign(row: Rule, typed: Sequence[str]) -> str | None:
    """The typed values as they stand in a table; None when they are the default.

    Refused beside "value" when one is missing, cannot be read, or lies beyond what the test can
    show. A comma or a point may divide the decimals.
    """
    units = units_to_fill(row)
    if not typed and not units:
        return None
    if row.unit == _LINE:
        return _line_set(row, typed)
    if len(typed) != len(units):
        raise Refused("rules.not_fillable", field="value", rule=row.id)
    values = tuple(_readable(one.strip(), unit) for one, unit in zip(typed, units, strict=True))
    _must_be_possible(row, values, units)
    return None if values == row.values else VALUE_SEPARATOR.join(values)


def _must_be_possible(row: Rule, values: Sequence[str], units: Sequence[str]) -> None:
    """Refused for a number that no judgement can use; a value keeps the sign of its default."""
    if units[0] in _SPANS | {_DAY, _YES_NO, _TEXT, IN_WORDS, _PHONE}:
        return
    numbers = [Decimal(one) for one in values]
    defaults = [Decimal(one) for one in row.values] or [Decimal(0)] * len(numbers)
    for value, default, unit in zip(numbers, defaults, units, strict=True):
        largest = _LARGEST.get(unit, _LARGEST_OF_ALL)
        low, high = (0, largest) if default >= 0 else (-largest, 0)
        if not low <= value <= high:
            raise Refused("rules.not_possible", field="value", low=low, high=high)
        if unit in _COUNTED and value % 1:
            raise Refused("rules.not_whole", field="value")
    if units[0] == _PERCENTILE and not (
        numbers == sorted(numbers) and numbers[0] > 0 and numbers[-1] < _LARGEST[_PERCENTILE]
    ):
        raise Refused("rules.not_rising", field="value")


def _line_set(row: Rule, typed: Sequence[str]) -> str | None:
    """The percentiles that are drawn, ascending."""
    read = {Decimal(_readable(one.strip(), _LINE)) for one in typed if one.strip()}
    if len(read) < _FEWEST_LINES or not all(0 < line < 100 for line in read):
        raise Refused("rules.not_percentiles", field="value")
    values = tuple(f"{line:f}" for line in sorted(read))
    return None if values == row.values else VALUE_SEPARATOR.join(values)


def why_reason(row: Rule, value: str | None) -> str:
    """The sentence that asks a reason for a value to be signed; empty where none is needed."""
    if value is not None and row.unit == IN_WORDS:
        return "rules.no_reason_for_own"
    return "rules.own_value" if value is not None and row.status is RuleStatus.SIGN else ""


def can_be_judged(row: Rule, value: str | None) -> bool:
    """Whether a signed value can be computed with: whatever came in, a judgement never breaks."""
    if not value:
        return value is None and row.status is RuleStatus.SIGN
    try:
        return value_to_sign(row, value.split(VALUE_SEPARATOR)) == value
    except Refused:
        return False


def why_not_in_force(body: RuleSignoff, row: Rule, today: date) -> str:
    """Why a signature of this row does not judge on a day, in Dutch; empty when it does."""
    if body.valid_from > today:
        return say("rules.later", day=day(body.valid_from))
    if body.value is None and body.edition != row.edition:
        return say("rules.older_edition", edition=body.edition)
    if not can_be_judged(row, body.value):
        return say("rules.not_judged", value=body.value)
    return ""


def _readable(typed: str, unit: str) -> str:
    if not typed:
        raise Refused("rules.value_missing", field="value")
    if is_text(unit):
        return _words(typed, unit)
    if unit == _PHONE:
        return _number_to_call(typed)
    if unit in _SPANS:
        return _term(typed)
    if unit == _DAY:
        try:
            return date.fromisoformat(typed).isoformat()
        except ValueError as error:
            raise Refused("rules.not_a_day", field="value") from error
    if unit == _YES_NO:
        if typed.casefold() not in {"ja", "nee"}:
            raise Refused("rules.not_yes_or_no", field="value")
        return typed.casefold()
    try:
        value = Decimal(typed.replace(",", ".").replace("−", "-"))
    except InvalidOperation as error:
        raise Refused("rules.not_a_number", field="value") from error
    _within_reach(value, unit)
    return str(value)


def _term(typed: str) -> str:
    try:
        span = Span.parse(typed)
    except ValueError as error:
        raise Refused("rules.not_a_span", field="value") from error
    try:
        is_long = span.after(_ANY_DAY) > _LONGEST_SPAN.after(_ANY_DAY)
    except (ValueError, OverflowError):  # beyond the last day of the calendar
        is_long = True
    if is_long:
        raise Refused("rules.too_long", field="value", years=_LONGEST_SPAN.count)
    return typed


def _words(typed: str, unit: str) -> str:
    words, limit = " ".join(typed.split()), text_limit(unit)
    if VALUE_SEPARATOR in words or len(words) > limit:
        key = "not_a_criterion" if unit == IN_WORDS else "not_a_sentence"
        raise Refused(f"rules.{key}", field="value", limit=limit)
    return words


def _number_to_call(typed: str) -> str:
    """Digits in groups: the first one may be a zero, so it is no number to count with."""
    if not _NUMBER_TO_CALL.fullmatch(typed):
        raise Refused("rules.not_to_call", field="value")
    return typed


def _within_reach(value: Decimal, unit: str) -> None:
    if not value.is_finite():
        raise Refused("rules.not_a_number", field="value")
    field = _SHOWN_BY_TEST.get(unit)
    if field is None:
        return
    row = limits(field)
    high = row.warn[1] if row.warn[1] is not None else row.block[1] if row.block else None
    low = Decimal(0)
    if high is not None and not low <= value <= high:
        shown = number(high if value > high else low)
        name = row.rule.unit
        raise Refused(
            "rules.out_of_reach", field="value", value=number(value), unit=name, limit=shown
        )
