"""What a letter to parents may tell, and in which sentence: two tables, both still to be confirmed.

Parents get what is mandatory to register, and what the doctor released by signing (handbook 3
§2.3 A8). A domain that the table does not name is never told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clbdesk.standards.tables import standards

if TYPE_CHECKING:
    from clbdesk.domain.contact import ConclusionWord

DOMAINS, SENTENCES = "letter_domains.csv", "letter_sentences.csv"
_ANY = "*"


def told_domains() -> dict[str, str]:
    """The domains of a conclusion that parents read about, in their order, with their words."""
    return {
        row["domain"]: row["label"]
        for row in standards().rows(DOMAINS)
        if row["in_letter"] == "yes" and row["status"] != "empty"
    }


def told_sentence(domain: str, word: ConclusionWord) -> str:
    """The sentence of a conclusion: the domain's own, else that of all; never a diagnosis."""
    rows = {
        (row["domain"], row["conclusion"]): row["sentence"] for row in standards().rows(SENTENCES)
    }
    return rows.get((domain, word.value)) or rows[_ANY, word.value]
