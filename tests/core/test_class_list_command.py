"""`clbdesk import-class-list`: the preview document of docs/cli.md."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

import pytest

from clbdesk.cli import class_list
from clbdesk.errors import Refused


def test_every_good_row_counts_as_new_and_problems_name_row_and_field(tmp_path: Path):
    path = tmp_path / "1b.csv"
    path.write_text(
        "Naam;Voornaam;Geboortedatum;Klas\n"
        "Peeters;Lotte;04/03/2020;1B\n"
        "\n"
        "Jacobs;Elise;31/06/2020;1B\n",
        encoding="cp1252",
    )
    assert class_list.run(path, date(2026, 11, 22)) == {
        "rows": 2,
        "new": 1,
        "matched": 0,
        "changed": 0,
        "problems": [
            {
                "row": 4,
                "field": "birth_date",
                "message": "birth_date is no existing date: 31/06/2020.",
            }
        ],
    }


def test_the_command_reads_the_file_it_is_given(tmp_path: Path):
    parser = argparse.ArgumentParser()
    class_list.add_parser(parser.add_subparsers())
    options = parser.parse_args(["import-class-list", str(tmp_path / "none.csv"), "--json"])
    assert options.json
    with pytest.raises(Refused, match="file_unreadable"):
        options.run(options)
