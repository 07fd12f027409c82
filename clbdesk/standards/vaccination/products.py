"""Vaccine products: what is on the box, its codes, and how it is given (code list Vaccinnet 2021).

A text of a history names a product, a Vaccinnet code or only a type. Labels of the code list are
never matched on: one of them names a wrong virus type.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from clbdesk.standards.tables import standards
from clbdesk.standards.vaccination.ruleset import Span, VaccineType, vaccine_types

_PRODUCTS = "vaccination_products.csv"
# A Vaccinnet code: the type, and the maker with a number. New numbers come out every year.
_CODE = re.compile(r"([A-Z-]+)/[A-Z]{2,4}[0-9]{3}", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Product:
    """A product. `routes`: the usual one first; `strength`: paediatric, adult or "".

    `cnk`, `code`, `atc`, `snomed` are "" where they are not known. Ages are those of the leaflet.
    """

    name: str
    maker: str
    type: VaccineType
    code: str
    cnk: str
    atc: str
    snomed: str
    amount_ml: Decimal
    routes: tuple[str, ...]
    strength: str
    min_age: Span | None
    max_age: Span | None
    remark: str
    aliases: tuple[str, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """What a history calls it: its name, its code, and other ways to write the name."""
        return tuple(text for text in (self.name, self.code, *self.aliases) if text)


@dataclass(frozen=True, slots=True)
class Named:
    """What a text of a history names: always a type, a product when the text was that precise."""

    type: VaccineType
    product: Product | None

    @property
    def strength(self) -> str:
        """Paediatric, adult, or "" when the text does not say."""
        return self.product.strength if self.product else ""


@cache
def products() -> dict[str, Product]:
    """Every product by name."""
    types = vaccine_types()
    return {
        row["product"]: Product(
            name=row["product"],
            maker=row["maker"],
            type=types[row["type"]],
            code=row["code"],
            cnk=row["cnk"],
            atc=row["atc"],
            snomed=row["snomed"],
            amount_ml=Decimal(row["amount_ml"]),
            routes=tuple(row["routes"].split("|")),
            strength=row["strength"],
            min_age=Span.parse(row["min_age"]) if row["min_age"] else None,
            max_age=Span.parse(row["max_age"]) if row["max_age"] else None,
            remark=row["remark"],
            aliases=tuple(row["aliases"].split("|")) if row["aliases"] else (),
        )
        for row in standards().rows(_PRODUCTS)
    }


def products_of(vaccine: str) -> tuple[Product, ...]:
    """The products of a type of vaccine, those with a code first as in the table."""
    return tuple(product for product in products().values() if product.type.name == vaccine)


@cache
def named(text: str) -> Named | None:
    """What a product name, Vaccinnet code or type stands for; None when nobody knows it.

    Case tells dTpa (reduced) from DTPa (full), so the exact text is tried first. A code of a
    product that is not in the table tells its type, where the code stands for one type.
    """
    wanted = text.strip()
    for fold in (str, str.casefold):
        for product in products().values():
            if fold(wanted) in map(fold, product.texts):
                return Named(product.type, product)
        for found in vaccine_types().values():
            if fold(wanted) in {fold(found.name), *map(fold, found.aliases)}:
                return Named(found, None)
    code = _CODE.fullmatch(wanted)
    return _by_type(code[1].upper()) if code else None


def _by_type(text: str) -> Named | None:
    """The type of a brand that the table lacks, unless brands of that code differ in type."""
    known = named(text)
    if known is None:
        return None
    others = (one for one in products().values() if one.code.partition("/")[0] == text)
    return known if all(one.type == known.type for one in others) else None
