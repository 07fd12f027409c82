"""The vaccination history that Vaccinnet gives back: KMEHR as in its messages (handbook 2 §5.2, §5.4).

Only doses that are marked as given and whose vaccine the tables know come in; every other item is
a problem with its place in the file. A file with a document type is refused: entities are no data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from xml.etree.ElementTree import Element, ParseError, fromstring

from clbdesk.domain.insz import read_insz
from clbdesk.errors import Refused
from clbdesk.exchange.vaccinnet.message import NAMESPACE
from clbdesk.standards.vaccination.products import named, products

_GIVEN = "administrated"
_URI = re.compile(r"/vaccination/([^/]+)/")


@dataclass(frozen=True, slots=True)
class RegisteredDose:
    """A dose as the register knows it. `product`: brand where its code says it, else the type.

    `numbers`: every number under which the register knows it, our own UUID among them.
    """

    place: int
    insz: str
    on: date
    vaccine: str
    product: str
    lot: str
    country: str
    numbers: frozenset[str]


@dataclass(frozen=True, slots=True)
class HistoryProblem:
    """An item that cannot come in: `place` counts the vaccinations of the file from 1."""

    place: int
    code: str


def read_history(content: bytes, today: date) -> Iterator[RegisteredDose | HistoryProblem]:
    """Every vaccination of the file, in order. Refused when it is no KMEHR message."""
    root = _root(content)
    place = 0
    for folder in root.iter(_tag("folder")):
        insz = folder.findtext(f"{_tag('patient')}/{_tag('id')}[@S='ID-PATIENT']", "").strip()
        for transaction in folder.iter(_tag("transaction")):
            for item in transaction.iter(_tag("item")):
                if _code(item, "CD-ITEM") == "vaccine":
                    place += 1
                    yield _dose(place, insz, transaction, item, today)


def _root(content: bytes) -> Element:
    try:
        text = content.decode("utf-8-sig")
        if "<!" in re.sub(r"<!--.*?-->|<!\[CDATA\[", "", text, flags=re.DOTALL):
            raise Refused("vaccinnet.no_history", field="file")
        root = fromstring(text)  # noqa: S314 - without a document type there are no entities
    except (UnicodeDecodeError, ParseError, ValueError) as error:
        raise Refused("vaccinnet.no_history", field="file") from error
    if root.tag != _tag("kmehrmessage"):
        raise Refused("vaccinnet.no_history", field="file")
    return root


def _dose(
    place: int, insz: str, transaction: Element, item: Element, today: date
) -> RegisteredDose | HistoryProblem:
    if _code(item, "CD-LIFECYCLE", "lifecycle") != _GIVEN:
        return HistoryProblem(place, "not_given")
    if not read_insz(insz, today).valid:
        return HistoryProblem(place, "insz")
    try:
        on = date.fromisoformat(item.findtext(f"{_tag('beginmoment')}/{_tag('date')}", "").strip())
    except ValueError:
        return HistoryProblem(place, "date")
    if on > today:
        return HistoryProblem(place, "date")
    found = _vaccine(item)
    if found is None:
        return HistoryProblem(place, "unknown_vaccine")
    vaccine, product = found
    return RegisteredDose(
        place=place,
        insz=insz,
        on=on,
        vaccine=vaccine,
        product=product,
        lot=item.findtext(_tag("batch"), "").strip(),
        country=_country(transaction),
        numbers=frozenset(_numbers(transaction)),
    )


def _vaccine(item: Element) -> tuple[str, str] | None:
    """Type and product, by Vaccinnet code, CNK, or an ATC code that stands for one type only."""
    for content in item.iter(_tag("content")):
        for code in (*content.iter(_tag("cd")), *content.iter(_tag("intendedcd"))):
            if known := _named_by(code):
                return known
    return None


def _named_by(code: Element) -> tuple[str, str] | None:
    text, scheme = (code.text or "").strip(), (code.tag, code.get("S"))
    if scheme == (_tag("cd"), "LOCAL") and code.get("SL") == "VACCINNETCODE":
        known = named(text)
        if known is None:
            return None
        return known.type.name, known.product.name if known.product else ""
    if scheme == (_tag("cd"), "CD-ATC") and text in _types_by_atc():
        return _types_by_atc()[text], ""
    product = _names_by_cnk().get(text)
    if scheme == (_tag("intendedcd"), "CD-DRUG-CNK") and product is not None:
        return products()[product].type.name, product
    return None


@cache
def _names_by_cnk() -> dict[str, str]:
    return {product.cnk: product.name for product in products().values() if product.cnk}


@cache
def _types_by_atc() -> dict[str, str]:
    types: dict[str, set[str]] = {}
    for product in products().values():
        types.setdefault(product.atc, set()).add(product.type.name)
    return {atc: next(iter(names)) for atc, names in types.items() if len(names) == 1}


def _country(transaction: Element) -> str:
    path = f".//{_tag('country')}/{_tag('cd')}"
    return transaction.findtext(path, "").strip()


def _numbers(transaction: Element) -> Iterator[str]:
    for one in transaction.findall(_tag("id")):
        text = (one.text or "").strip()
        if one.get("S") == "LOCAL" and text:
            yield text
            if match := _URI.search(text):
                yield match[1]


def _code(item: Element, scheme: str, inside: str = "") -> str:
    parent = item.find(_tag(inside)) if inside else item
    found = parent.find(f"{_tag('cd')}[@S='{scheme}']") if parent is not None else None
    return (found.text or "").strip() if found is not None else ""


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
