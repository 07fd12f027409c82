"""The tables of the letter to parents: complete, neutral, and each row with its source."""

from __future__ import annotations

from datetime import date

import pytest

from clbdesk.domain.contact import ConclusionWord
from clbdesk.domain.judgement import RuleStatus
from clbdesk.services.proposal import Domain
from clbdesk.standards.letters import (
    ADVICE,
    DOMAINS,
    SENTENCES,
    advice_blocks,
    mouth_paragraph,
    told_domains,
    told_sentence,
    unconfirmed,
)
from clbdesk.standards.tables import Confidence, Signature, put_in_force, standards

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


@pytest.fixture(autouse=True)
def _nothing_stays_signed():
    yield
    put_in_force(())


def signed(rule_id, value=None):
    """A doctor's signature under a row of a letter."""
    return Signature(
        rule_id=rule_id,
        value=value,
        edition="2026-11",
        source="centrum",
        page="",
        signed_by="dr. Lieve Maes",
        signed_on=date(2026, 11, 23),
    )


def test_no_sentence_names_a_disease_or_judges_a_child():
    for row in (*standards().rows(SENTENCES), *standards().rows(ADVICE)):
        said = row["value"].casefold()
        assert not [word for word in _HARSH if word in said], said


def test_parents_read_of_the_registered_domains_only():
    assert tuple(told_domains()) == ("growth", "weight", "vision", "hearing", "puberty", "mouth")


def test_every_domain_of_a_conclusion_is_decided_upon_in_the_table():
    decided = {row["domain"] for row in standards().rows(DOMAINS)}
    assert {domain.value for domain in Domain} <= decided


@pytest.mark.parametrize("file", [DOMAINS, SENTENCES, ADVICE])
def test_every_row_has_source_edition_confidence_and_status(file):
    for row in standards().rows(file):
        assert row["source"]
        assert row["edition"]
        assert Confidence(row["confidence"])
        assert RuleStatus(row["status"])


def test_a_doctor_words_a_sentence_anew_and_takes_a_domain_into_the_letter_or_out():
    put_in_force(
        [
            signed("ZIN-VISION-OK", "De ogen zijn in orde."),
            signed("BRIEF-POSTURE", "ja"),
            signed("BRIEF-PUBERTY", "nee"),
        ]
    )
    assert told_sentence("vision", ConclusionWord.OK) == "De ogen zijn in orde."
    assert told_sentence("hearing", ConclusionWord.OK) == "Het gehoor is in orde."
    assert "posture" in told_domains()
    assert "puberty" not in told_domains()


def test_what_no_doctor_confirmed_is_named_until_it_is():
    told = [("vision", ConclusionWord.OK), ("well_being", ConclusionWord.OK)]
    assert unconfirmed(told) == ("BRIEF-VISION", "ZIN-VISION-OK")
    put_in_force([signed("BRIEF-VISION")])
    assert unconfirmed(told) == ("ZIN-VISION-OK",)
    put_in_force([signed("BRIEF-VISION"), signed("ZIN-VISION-OK")])
    assert unconfirmed(told) == ()


def test_the_paragraph_on_the_mouth_is_empty_until_a_doctor_words_it():
    assert mouth_paragraph() == ""
    put_in_force([signed("RES-4", "Poets tweemaal per dag.")])
    assert mouth_paragraph() == "Poets tweemaal per dag."


def test_blocks_of_the_domains_at_hand_come_first_and_own_blocks_only_when_worded():
    found = advice_blocks(("vision", "hearing"))
    assert [one.domain for one in found] == ["vision", "vision", "hearing", "*", "*"]
    assert not any(one.is_signed for one in found)
    put_in_force([signed("ADVIES-EIGEN-3", "Kom gerust langs."), signed("ADVIES-VISION-1")])
    words = {one.rule_id: one for one in advice_blocks(("vision",))}
    assert words["ADVIES-EIGEN-3"].words == "Kom gerust langs."
    assert words["ADVIES-VISION-1"].is_signed
    assert not words["ADVIES-VISION-2"].is_signed


def test_every_domain_of_a_conclusion_has_a_block():
    for domain in Domain:
        assert any(one.domain == domain.value for one in advice_blocks((domain.value,))), domain
