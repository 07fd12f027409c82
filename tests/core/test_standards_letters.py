"""The tables of the letter to parents: complete, neutral, and each row with its source."""

from __future__ import annotations

import pytest

from clbdesk.domain.contact import ConclusionWord
from clbdesk.domain.judgement import RuleStatus
from clbdesk.services.decision import Domain
from clbdesk.standards.letters import DOMAINS, SENTENCES, told_domains, told_sentence
from clbdesk.standards.tables import Confidence, standards

# Words that make a judgement of a child or name a disease (handbook 1 §2.5: neutral wording).
_HARSH = (
    "obes",
    "overgewicht",
    "ondergewicht",
    "mager",
    "dik",
    "te klein",
    "te groot",
    "afwijk",
    "abnorma",
    "stoornis",
    "ziekte",
    "lui oog",
    "scheel",
    "slechthorend",
    "achterstand",
    "probleem",
    "risico",
    "!",
)


@pytest.mark.parametrize("word", list(ConclusionWord))
def test_every_conclusion_of_every_domain_has_a_sentence(word):
    for domain in (*told_domains(), "something that comes later"):
        assert told_sentence(domain, word).endswith((".", "?"))


def test_no_sentence_names_a_disease_or_judges_a_child():
    for row in standards().rows(SENTENCES):
        said = row["sentence"].casefold()
        assert not [word for word in _HARSH if word in said], said


def test_parents_read_of_the_registered_domains_only():
    assert tuple(told_domains()) == ("growth", "weight", "vision", "hearing", "puberty", "mouth")


def test_every_domain_of_a_conclusion_is_decided_upon_in_the_table():
    decided = {row["domain"] for row in standards().rows(DOMAINS)}
    assert {domain.value for domain in Domain} <= decided


@pytest.mark.parametrize("file", [DOMAINS, SENTENCES])
def test_every_row_has_source_edition_confidence_and_status(file):
    for row in standards().rows(file):
        assert row["source"]
        assert row["edition"]
        assert Confidence(row["confidence"])
        assert RuleStatus(row["status"])
