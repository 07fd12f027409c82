"""One line of a school's list becomes a pupil with a class, or named problems."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from clbdesk.domain.insz import InszKind, read_insz
from clbdesk.domain.names import normalise
from clbdesk.domain.people import Sex
from clbdesk.exchange.class_list_columns import Columns, Field, NameOrder
from clbdesk.exchange.class_list_files import Cell, Odd, Row, Table
from clbdesk.exchange.class_list_values import (
    Unreadable,
    meaning_of_m,
    order_told_by,
    read_birth_date,
    read_class,
    read_name,
    read_sex,
    split_full_name,
    text_of,
)

_LONGEST_TEXT = 80
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to put right. `row` as a spreadsheet shows it; `sheet` when a file has several.

    `code` is a key of the wording area "exchange", `shown` what stood in the cell (never a name
    or number). A problem that is not `blocking` is a warning: its row is taken over.
    """

    row: int
    field: str
    code: str
    shown: str = ""
    blocking: bool = True
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class ClassListRow:
    """One pupil of a list, readable and consistent. `grade`: text of the grade column, or ""."""

    row: int
    family_name: str
    given_name: str
    call_name: str
    birth_date: date
    sex: Sex
    insz: str | None
    pupil_number: str
    class_name: str
    grade: str
    sheet: str = ""

    @property
    def identity(self) -> tuple[str, str, date]:
        """Normalised names and birth date: what a pupil without a number is recognised by."""
        return normalise(self.family_name), normalise(self.given_name), self.birth_date


class ListReader:
    """Reads the lines of one table, with what the list as a whole tells about its habits."""

    def __init__(self, table: Table, columns: Columns, sheet: str, today: date) -> None:
        """`sheet` goes into the problems; `today` tells which birth dates can be."""
        self.table, self.columns, self.sheet, self.today = table, columns, sheet, today
        self.name_order = self._order_of_names()
        self.letter_m = (
            Sex.FEMALE if columns.says_j_and_m else meaning_of_m(self._column(Field.SEX))
        )

    def lines(self) -> Iterator[tuple[int, Row]]:
        """Row number and cells of every line below the header that is not blank."""
        start = self.columns.header + 1
        for number, cells in enumerate(self.table.rows[start:], start=start + 1):
            if any(not isinstance(cell, str) or cell.strip() for cell in cells):
                yield number, cells

    def read(self, number: int, cells: Row) -> tuple[ClassListRow | None, list[Problem]]:
        """The pupil of a line, None when something in it cannot be taken over, and its problems."""
        line = _Line(self, number, cells)
        family_name, given_name = line.names()
        birth_date = line.take(Field.BIRTH_DATE, line.birth_date, date.min)
        row = ClassListRow(
            row=number,
            family_name=family_name,
            given_name=given_name,
            call_name=line.take(Field.CALL_NAME, _optional_name, ""),
            birth_date=birth_date,
            sex=line.take(Field.SEX, lambda cell: read_sex(cell, self.letter_m), Sex.UNKNOWN),
            insz=line.insz(),
            pupil_number=line.take(Field.PUPIL_NUMBER, _short_text, ""),
            class_name=line.class_name(),
            grade=line.take(Field.GRADE, _short_text, ""),
            sheet=self.sheet,
        )
        if line.problems:
            return None, line.problems
        return line.compared_with_number(row), line.problems

    def _column(self, field: Field) -> Iterator[Cell]:
        for _, cells in self.lines():
            yield from self.columns.cells(cells, field)

    def _order_of_names(self) -> NameOrder | None:
        """The order of full names: said by the heading, else by names that show it, else usual."""
        if self.columns.name_order is not NameOrder.USUAL:
            return self.columns.name_order
        readable = (cell for cell in self._column(Field.FULL_NAME) if not isinstance(cell, Odd))
        shown = {order_told_by(text_of(cell)) for cell in readable} - {None}
        if len(shown) > 1:
            return None
        return shown.pop() if shown else NameOrder.FAMILY_FIRST


class _Line:
    """One line while it is read: what cannot be taken over is noted and reading goes on."""

    def __init__(self, reader: ListReader, number: int, cells: Row) -> None:
        self.reader, self.number, self.cells = reader, number, cells
        self.problems: list[Problem] = []

    def take(self, field: Field, read: Callable[[Cell], _Value], otherwise: _Value) -> _Value:
        """What `read` makes of the cell of a field; `otherwise` when it is a problem."""
        try:
            return read(self._cell(field))
        except Unreadable as fault:
            self._note(field, fault.code, fault.shown)
            return otherwise

    def names(self) -> tuple[str, str]:
        if Field.FULL_NAME in self.reader.columns.places:
            return self.take(Field.FULL_NAME, self._full_name, ("", ""))
        family_name = self.take(Field.FAMILY_NAME, read_name, "")
        prefix = self.take(Field.PREFIX, _optional_name, "")
        if prefix and not normalise(family_name).startswith(normalise(prefix) + " "):
            family_name = f"{prefix} {family_name}"
        return family_name, self.take(Field.GIVEN_NAME, read_name, "")

    def birth_date(self, cell: Cell) -> date:
        return read_birth_date(cell, self.reader.today, epoch_1904=self.reader.table.epoch_1904)

    def class_name(self) -> str:
        columns = self.reader.columns
        if Field.CLASS_NAME in columns.places:
            return self.take(Field.CLASS_NAME, read_class, "")
        return columns.class_in_title or self.take(Field.GRADE, read_class, "")

    def insz(self) -> str | None:
        """The register number, else the BIS number; None when neither is filled in."""
        cells = self.reader.columns.cells(self.cells, Field.INSZ)
        filled = next((cell for cell in cells if not isinstance(cell, str) or cell.strip()), "")
        try:
            return _number(text_of(filled), self.reader.today)
        except Unreadable as fault:
            self._note(Field.INSZ, fault.code, fault.shown)
            return None

    def compared_with_number(self, row: ClassListRow) -> ClassListRow:
        """The row, with warnings where its number tells another birth date or sex.

        An empty sex is taken from a register number; the sex of a BIS number is no certainty.
        """
        if row.insz is None:
            return row
        said = read_insz(row.insz, self.reader.today)
        if said.birth_date not in {None, row.birth_date}:
            self._note(Field.BIRTH_DATE, "insz_other_birth_date", blocking=False)
        if row.sex is Sex.UNKNOWN:
            empty = not text_of(self._cell(Field.SEX))
            if empty and said.kind is InszKind.RRN:
                return replace(row, sex=said.sex)
        elif said.sex not in {Sex.UNKNOWN, row.sex}:
            self._note(Field.SEX, "insz_other_sex", blocking=False)
        return row

    def _full_name(self, cell: Cell) -> tuple[str, str]:
        whole = text_of(cell)
        if not whole:
            raise Unreadable("missing")
        family_name, given_name = split_full_name(whole, self.reader.name_order)
        return read_name(family_name), read_name(given_name)

    def _cell(self, field: Field) -> Cell:
        cells = self.reader.columns.cells(self.cells, field)
        return cells[0] if cells else ""

    def _note(self, field: Field, code: str, shown: str = "", *, blocking: bool = True) -> None:
        sheet = self.reader.sheet
        self.problems.append(Problem(self.number, field, code, shown, blocking, sheet))


def _optional_name(cell: Cell) -> str:
    return read_name(cell) if text_of(cell) else ""


def _short_text(cell: Cell) -> str:
    text = text_of(cell)
    if len(text) > _LONGEST_TEXT:
        raise Unreadable("too_long")
    return text


def _number(text: str, today: date) -> str | None:
    """Eleven digits with right check digits; Excel drops the zeros that a number begins with."""
    if not text:
        return None
    if "E+" in text.upper():
        raise Unreadable("insz_rounded")
    digits = "".join(char for char in text if char in "0123456789")
    if 8 < len(digits) < 11 and digits == text:
        digits = digits.zfill(11)
    read = read_insz(digits, today)
    strange = any(char.isalpha() for char in text)
    if strange or not read.valid:
        raise Unreadable("insz_invalid" if len(digits) == 11 and not strange else "insz_form")
    return read.number
