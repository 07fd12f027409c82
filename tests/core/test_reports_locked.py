"""A PDF with a password: a reader that knows the standard opens it, nobody else reads a word."""

from __future__ import annotations

import pypdfium2
import pytest

from clbdesk.reports.locked import new_password
from clbdesk.reports.paper import Paper, bind

PASSWORD = "7F3K-92CD-HJKM-PQRS-TVWX"


def locked(password: str = PASSWORD) -> bytes:
    paper = Paper("Resultaat", foot="Zoë Peeters · geboren 4 maart 2020")
    paper.paragraph("Lengte: 121,5 cm.")
    return bind([paper], "Brieven", password=password).pdf


def test_the_password_opens_it_with_its_text_whole():
    document = pypdfium2.PdfDocument(locked(), password=PASSWORD)
    text = document[0].get_textpage().get_text_bounded()
    title = document.get_metadata_dict()["Title"]
    outline = [one.get_title() for one in document.get_toc()]
    document.close()

    assert "Lengte: 121,5 cm." in text
    assert "Zoë Peeters" in text
    assert title == "Brieven"
    assert outline == ["1. Resultaat"]


@pytest.mark.parametrize("tried", [None, "", PASSWORD[:-1], PASSWORD.lower()])
def test_no_other_password_opens_it(tried):
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(locked(), password=tried)


@pytest.mark.parametrize("number", range(8))
def test_the_key_is_found_for_any_password(number):
    password = new_password()
    document = pypdfium2.PdfDocument(locked(password), password=password)
    assert len(document) == 1
    document.close()


def test_nothing_of_the_content_stands_in_the_file():
    pdf = locked()
    for hidden in (b"Peeters", b"Lengte", b"121,5 cm", b"Resultaat", b"Brieven"):
        assert hidden not in pdf


def test_every_file_has_its_own_key():
    assert locked() != locked()


def test_a_password_is_long_and_never_the_same():
    found = {new_password() for _ in range(50)}
    assert len(found) == 50
    assert {len(one.replace("-", "")) for one in found} == {20}
    assert not set("01OIL") & set("".join(found))
