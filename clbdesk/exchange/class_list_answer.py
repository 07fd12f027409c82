"""A reading or preview of a class list as the JSON document of the command line (docs/cli.md).

Administrators read English here; the window says the same codes in Dutch (wording area exchange).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clbdesk.exchange.class_list import ClassList
    from clbdesk.exchange.class_list_match import Preview
    from clbdesk.exchange.class_list_rows import Problem

MESSAGES = {
    "missing": "is empty",
    "too_long": "is too long",
    "cell_formula": "holds a formula; save the list with values only",
    "cell_error": "holds an error or TRUE/FALSE instead of a value",
    "name_garbled": "holds letters that were damaged on the way; export the list again as UTF-8",
    "name_characters": "holds characters that do not belong in a name",
    "full_name_single": "holds one word where family name and given name are expected",
    "full_name_unclear": "family name and given name cannot be told apart; use two columns",
    "date_impossible": "is no existing date: {shown}",
    "date_future": "lies in the future: {shown}",
    "date_age": "does not fit a pupil's age: {shown}",
    "date_with_time": "holds an hour; the day may have shifted: {shown}",
    "date_unreadable": "is not read as a date: {shown}",
    "sex_unreadable": "is not read as a sex: {shown}",
    "sex_unclear": "M can mean man or meisje in this list, because J and V both stand in it",
    "insz_form": "does not have the eleven digits of an INSZ",
    "insz_invalid": "has check digits that do not fit",
    "insz_rounded": "was rounded by the spreadsheet; format the column as text",
    "insz_other_birth_date": "differs from the INSZ (warning; the row is taken over)",
    "insz_other_sex": "differs from the INSZ (warning; the row is taken over)",
    "double": "is the same pupil as row {shown}",
    "double_differs": "is the same pupil as row {shown}, with other data; keep one of them",
    "more_than_one_match": "matches more than one known pupil",
    "insz_of_somebody_else": "belongs to a known pupil with other names and another birth date",
    "known_with_other_insz": "differs from the INSZ of the known pupil of this name and birth date",
    "two_rows_one_pupil": "is one of several rows that match the same known pupil",
}


def document_of_list(read: ClassList) -> dict[str, object]:
    """What is known without a centre: every good row counts as new."""
    return _document(read.count, len(read.rows), 0, 0, read.problems)


def document_of_preview(preview: Preview) -> dict[str, object]:
    """What importing would do at a centre."""
    return _document(
        preview.count,
        len(preview.new),
        len(preview.matched),
        len(preview.changed),
        preview.problems,
    )


def _document(
    count: int, new: int, matched: int, changed: int, problems: tuple[Problem, ...]
) -> dict[str, object]:
    return {
        "rows": count,
        "new": new,
        "matched": matched,
        "changed": changed,
        "problems": [
            {"row": problem.row, "field": problem.field, "message": message_of(problem)}
            for problem in problems
        ],
    }


def message_of(problem: Problem) -> str:
    """The English sentence of a problem: "Sheet 1B: birth_date lies in the future: 2031-01-01."."""
    sheet = f"Sheet {problem.sheet}: " if problem.sheet else ""
    said = MESSAGES[problem.code].format(shown=problem.shown)
    return f"{sheet}{problem.field} {said}."
