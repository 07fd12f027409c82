"""The centre's own papers: every laptop gets them whole, and only what opens is taken."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from clbdesk.centre.directory import current
from clbdesk.centre.documents import LARGEST, documents, put_document, withdraw_document
from clbdesk.centre.opening import Place
from clbdesk.cli import centre as commands
from clbdesk.domain.body import decode, encode
from clbdesk.domain.centre_document import CentreDocument, DocumentUse
from clbdesk.domain.kinds import derived_record_id
from clbdesk.errors import Refused
from clbdesk.reports.locked import new_password
from clbdesk.reports.paper import Paper, bind
from clbdesk.sync.protocol import LINE_LIMIT
from tests.builders.centres import BuiltCentre

EMERGENCY = DocumentUse.EMERGENCY
TODAY = date(2026, 11, 23)


def file(tmp_path: Path, words: str = "Noodkaart van het centrum", password: str = "") -> Path:
    paper = Paper("Noodkaart")
    paper.heading(words)
    path = tmp_path / "noodkaart.pdf"
    path.write_bytes(bind([paper], "Noodkaart", password=password).pdf)
    return path


def bodies(built: BuiltCentre) -> list[CentreDocument]:
    with built.centre.store.reading() as tx:
        return [body for _, body in current(tx, built.centre.centre_id, CentreDocument).values()]


def test_a_laptop_pulls_the_file_byte_for_byte(built: BuiltCentre, tmp_path: Path) -> None:
    path = file(tmp_path)
    line = put_document(built.centre, EMERGENCY, " Noodkaart anafylaxie ", path)
    assert (line.title, line.pages, line.size) == (
        "Noodkaart anafylaxie",
        1,
        path.stat().st_size,
    )
    (body,) = bodies(built)
    assert body.pdf == path.read_bytes()


def test_a_new_file_takes_the_place_of_the_old_one(built: BuiltCentre, tmp_path: Path) -> None:
    put_document(built.centre, EMERGENCY, "Noodkaart 2025", file(tmp_path))
    put_document(built.centre, EMERGENCY, "Noodkaart 2026", file(tmp_path, "nieuw"))
    put_document(built.centre, DocumentUse.NEEDLESTICK, "Prikaccident", file(tmp_path, "prik"))
    assert [(one.use, one.title) for one in documents(built.centre)] == [
        (EMERGENCY, "Noodkaart 2026"),
        (DocumentUse.NEEDLESTICK, "Prikaccident"),
    ]


def test_a_withdrawn_document_is_gone_and_cannot_be_withdrawn_again(
    built: BuiltCentre, tmp_path: Path
) -> None:
    put_document(built.centre, EMERGENCY, "Noodkaart", file(tmp_path))
    withdraw_document(built.centre, EMERGENCY, "verouderd")
    assert documents(built.centre) == []
    with pytest.raises(Refused, match=r"centre\.no_such_document"):
        withdraw_document(built.centre, EMERGENCY, "verouderd")


def test_what_does_not_open_at_a_school_is_not_taken(built: BuiltCentre, tmp_path: Path) -> None:
    path = tmp_path / "noodkaart.pdf"
    with pytest.raises(Refused, match=r"centre\.unreadable_file"):
        put_document(built.centre, EMERGENCY, "Noodkaart", path)
    path.write_text("geen PDF")
    with pytest.raises(Refused, match=r"centre\.document_not_pdf"):
        put_document(built.centre, EMERGENCY, "Noodkaart", path)
    with pytest.raises(Refused, match=r"centre\.document_not_pdf"):
        put_document(built.centre, EMERGENCY, "Noodkaart", file(tmp_path, password=new_password()))
    path.write_bytes(b"%PDF-1.7" + bytes(LARGEST))
    with pytest.raises(Refused, match=r"centre\.document_too_large"):
        put_document(built.centre, EMERGENCY, "Noodkaart", path)
    assert documents(built.centre) == []


def test_the_largest_file_fits_in_a_line_of_a_pull() -> None:
    body = CentreDocument(
        use=EMERGENCY, title="x" * 200, added_on=TODAY, pages=1, pdf=bytes(LARGEST)
    )
    assert len(encode(body)) + 4096 < LINE_LIMIT
    assert decode(encode(body), CentreDocument) == body


def test_the_file_reaches_a_laptop_in_its_pull(built: BuiltCentre, tmp_path: Path) -> None:
    path = file(tmp_path)
    put_document(built.centre, EMERGENCY, "Noodkaart", path)
    laptop = built.laptop("LAP-07", built.nurse)
    (found,) = [one for one in laptop.pull("centre")[1] if one.revision.kind == "centre_document"]
    assert decode(found.revision.body, CentreDocument).pdf == path.read_bytes()


def test_nobody_but_the_centre_writes_one(built: BuiltCentre) -> None:
    body = CentreDocument(use=EMERGENCY, title="Vals", added_on=TODAY, pages=1, pdf=b"%PDF-1.7")
    laptop = built.laptop("LAP-07", built.nurse)
    record_id = derived_record_id("centre_document", EMERGENCY)
    (result,) = laptop.push(laptop.revision(body, author=built.nurse, record_id=record_id))
    assert result.reason == "no_right"
    assert documents(built.centre) == []


def test_an_administrator_puts_lists_and_withdraws_one(place: Place, tmp_path: Path) -> None:
    where = ["--keys", str(place.keys), "--json"]
    where += ["--data", str(place.data)] if place.data else ["--database", str(place.database)]
    parser = argparse.ArgumentParser()
    commands.add_parser(parser.add_subparsers())

    def ask(*words: str) -> Any:
        options = parser.parse_args(["centre", *words, *where])
        return json.loads(json.dumps(options.run(options)))

    ask("init", "--name", "CLB De Toets")
    path = file(tmp_path)
    put = ask("document", "put", "emergency", str(path), "--title", "Noodkaart")
    assert put == {
        "use": "emergency",
        "title": "Noodkaart",
        "added_on": put["added_on"],
        "pages": 1,
        "size": path.stat().st_size,
    }
    assert ask("document", "list") == [put]
    ask("document", "withdraw", "emergency", "--reason", "verouderd")
    assert ask("document", "list") == []
