"""The files that schools send, as tables of cells: delimited text in any usual form, and Excel.

Row numbers are those that a spreadsheet shows: the first line is 1, blank lines count, a line
break inside a quoted cell does not. A file that is no table is Refused; an odd cell stays a cell.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, Any

from clbdesk.errors import Refused

if TYPE_CHECKING:
    from pathlib import Path

# A list of 20,000 pupils is about two megabytes; more is another kind of file.
LARGEST_FILE = 5_000_000
_LARGEST_UNPACKED = 100_000_000
_MOST_ROWS = 100_000
_MOST_COLUMNS = 200

# No cell of a class list is longer: more is text after a mark that nobody closed.
_LONGEST_CELL = 5_000
# Enough to meet the column names below a few title lines.
_ROWS_TO_JUDGE = 60

_DELIMITERS = (";", "\t", ",")
# How some programs keep Excel from turning a number into another one: ="0412".
_TEXT_FORMULA = re.compile(r'="([^"]*)"')


class Odd(Enum):
    """A cell that holds no plain value: a formula, an error (#N/A) or a TRUE/FALSE."""

    FORMULA = "formula"
    ERROR = "error"


Cell = str | date | Odd
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet. `title` is its name in a workbook; `epoch_1904`: day serials of an old Mac."""

    rows: tuple[Row, ...]
    title: str = ""
    epoch_1904: bool = False


def read_tables(path: Path, score: Callable[[tuple[Row, ...]], int]) -> tuple[Table, ...]:
    """The sheets of a file; a text file is one. `score` tells how well rows look like a list.

    Refused when the file is too large, an old or locked workbook, or no table at all.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise Refused("exchange.file_too_large", field="file")
        content = path.read_bytes()
    except OSError as fault:
        raise Refused("exchange.file_unreadable", field="file") from fault
    if content.startswith(b"PK\x03\x04"):
        return _workbook(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused("exchange.old_workbook", field="file")
    text = _decoded(content)
    if not text.strip():
        raise Refused("exchange.file_empty", field="file")
    return (Table(_best_reading(text, score)),)


def _decoded(content: bytes) -> str:
    """By mark, else UTF-8 when it is that, else cp1252 (what Excel writes in Belgium)."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", errors="replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
    if text.count("\x00") * 10 > len(text):
        raise Refused("exchange.no_table", field="file")
    return text


def _best_reading(text: str, score: Callable[[tuple[Row, ...]], int]) -> tuple[Row, ...]:
    """The rows with the delimiter under which the column names are recognised best."""
    first, _, rest = text.partition("\n")
    named = first.strip().strip('"').casefold()
    if named.startswith("sep=") and len(named) == 5:
        # Excel obeys this line and does not show it as a row.
        return tuple(split_rows(rest, named[4]))
    best = max(
        _DELIMITERS,
        key=lambda each: score(tuple(islice(split_rows(text, each), _ROWS_TO_JUDGE))),
    )
    return tuple(split_rows(text, best))


def split_rows(text: str, delimiter: str) -> Iterator[Row]:
    """Cells by row, after RFC 4180, with care for a quote that somebody forgot to close.

    A quoted cell that would swallow as many delimiters as a whole row has, over a line break, is
    read as a cell that begins with a quotation mark: one bad row must not take others along.
    """
    cells = _Cells(text, delimiter)
    position = 0
    row: list[Cell] = []
    while position < len(text):
        cell, position = cells.at(position)
        row.append(cell)
        if position >= len(text):
            break
        if text[position] == delimiter:
            position += 1
            if position == len(text):
                row.append("")
            continue
        position += 2 if text.startswith("\r\n", position) else 1
        yield tuple(row[:_MOST_COLUMNS])
        row = []
    if row:
        yield tuple(row[:_MOST_COLUMNS])


class _Cells:
    """Finds the cell that begins at a place; every search goes forward, so a text is read once."""

    def __init__(self, text: str, delimiter: str) -> None:
        self._text, self._delimiter = text, delimiter
        end = f"[{re.escape(delimiter)}\\r\\n]"
        self._end = re.compile(end)
        self._marks = re.compile(f'"++(?={end}|\\Z)')
        self._run_of_marks = re.compile(f'(?<!")"++(?={end}|\\Z)')
        opening = text[: 200 * _ROWS_TO_JUDGE].splitlines()[:_ROWS_TO_JUDGE]
        self._width = max((line.count(delimiter) for line in opening), default=0) or 1
        # The first closing mark after `_searched_from`; len(text) when there is none.
        self._searched_from, self._closing = len(text) + 1, -1

    def at(self, position: int) -> tuple[Cell, int]:
        """The cell, and the place of the delimiter or line end after it."""
        text = self._text
        if text.startswith('"', position):
            closing = self._closing_mark(position + 1)
            if closing < len(text) and not self._swallows_rows(position + 1, closing):
                return text[position + 1 : closing].replace('""', '"'), closing + 1
        end = self._end.search(text, position)
        stop = end.start() if end else len(text)
        raw = text[position:stop]
        if raw.startswith("="):
            kept = _TEXT_FORMULA.fullmatch(raw)
            return (kept[1] if kept else Odd.FORMULA), stop
        return raw, stop

    def _swallows_rows(self, start: int, stop: int) -> bool:
        if stop - start > _LONGEST_CELL:
            return True
        inside = self._text[start:stop]
        broken = "\n" in inside or "\r" in inside
        return broken and inside.count(self._delimiter) >= self._width

    def _closing_mark(self, start: int) -> int:
        """Place of the mark that ends the quoted cell; len(text) when nothing does.

        Marks before a delimiter close when their number is odd: two stand for one in the text.
        """
        here = self._marks.match(self._text, start)
        if here:
            if len(here[0]) % 2:
                return here.end() - 1
            start = here.end()
        if not self._searched_from <= start <= self._closing:
            runs = self._run_of_marks.finditer(self._text, start)
            odd = next((run for run in runs if len(run[0]) % 2), None)
            self._searched_from = start
            self._closing = odd.end() - 1 if odd else len(self._text)
        return self._closing


def _workbook(content: bytes) -> tuple[Table, ...]:
    from openpyxl import load_workbook
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    try:
        _refuse_bomb(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and validations that we do not read
            book = load_workbook(BytesIO(content), read_only=True, data_only=False)
            tables = tuple(
                Table(
                    rows=tuple(_sheet_rows(sheet)),
                    title=str(sheet.title),
                    epoch_1904=book.epoch == CALENDAR_MAC_1904,
                )
                for sheet in book.worksheets
                if sheet.sheet_state == "visible"
            )
            book.close()
    except Refused:
        raise
    except Exception as fault:  # the library meets broken files with any error there is
        raise Refused("exchange.workbook_unreadable", field="file") from fault
    return tables


def _refuse_bomb(content: bytes) -> None:
    with zipfile.ZipFile(BytesIO(content)) as packed:
        if sum(member.file_size for member in packed.infolist()) > _LARGEST_UNPACKED:
            raise Refused("exchange.file_too_large", field="file")


def _sheet_rows(sheet: Any) -> Iterator[Row]:
    sheet.reset_dimensions()  # exports of school software often give a wrong one
    for number, cells in enumerate(sheet.iter_rows(max_col=_MOST_COLUMNS), start=1):
        if number > _MOST_ROWS:
            raise Refused("exchange.file_too_large", field="file")
        yield tuple(_plain(cell.value, cell.data_type) for cell in cells)


def _plain(value: object, data_type: str) -> Cell:
    if value is None:
        return ""
    if data_type == "f":
        return Odd.FORMULA
    if data_type in {"e", "b"}:
        return Odd.ERROR
    if isinstance(value, datetime):
        midnight = value.hour == value.minute == value.second == 0
        return value.date() if midnight else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
