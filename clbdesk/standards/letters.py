"""What a letter to parents may tell, in which sentence, and the blocks that advice is made of.

Parents get what is mandatory to register, and what the doctor released by signing (handbook 3
§2.3 A8). A domain that the table does not name is never told. Every row is a rule that a doctor
confirms or words anew; an own block of the centre stands empty until somebody filled it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clbdesk.domain.judgement import RuleStatus
from clbdesk.standards.tables import standards

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clbdesk.domain.contact import ConclusionWord
    from clbdesk.standards.tables import Rule

DOMAINS, SENTENCES, ADVICE = "letter_domains.csv", "letter_sentences.csv", "advice_blocks.csv"
_ANY, _YES = "*", "ja"
_MOUTH = "RES-4"


@dataclass(frozen=True, slots=True)
class AdviceBlock:
    """A text block: what it is about, its domain ("*" = any), and its words."""

    rule_id: str
    what: str
    domain: str
    words: str
    is_signed: bool


def told_domains() -> dict[str, str]:
    """The domains of a conclusion that parents read about, in their order, with their words."""
    return {
        row["domain"]: row["label"]
        for row, rule in _rows(DOMAINS)
        if rule.value == _YES and rule.status is not RuleStatus.EMPTY
    }


def told_sentence(domain: str, word: ConclusionWord) -> str:
    """The sentence of a conclusion: the domain's own, else that of all; never a diagnosis."""
    return _sentence(domain, word).value


def mouth_paragraph() -> str:
    """The paragraph for who had a mouth exam (RES-4); empty until a doctor worded it."""
    return standards().rules_of(SENTENCES)[_MOUTH].value


def unconfirmed(told: Iterable[tuple[str, ConclusionWord]]) -> tuple[str, ...]:
    """The rules behind told conclusions (domain, word) that no doctor confirmed, by id."""
    domains = {row["domain"]: rule for row, rule in _rows(DOMAINS)}
    used = [
        rule
        for domain, word in told
        if domain in told_domains()
        for rule in (domains[domain], _sentence(domain, word))
    ]
    return tuple(dict.fromkeys(rule.id for rule in used if rule.status is not RuleStatus.ON))


def advice_blocks(domains: Iterable[str]) -> tuple[AdviceBlock, ...]:
    """The blocks that can be chosen for these domains, in their order, then those for any."""
    order = (*domains, _ANY)
    found = [
        AdviceBlock(rule.id, rule.what, row["domain"], rule.value, rule.status is RuleStatus.ON)
        for row, rule in _rows(ADVICE)
        if row["domain"] in order and rule.value
    ]
    return tuple(sorted(found, key=lambda one: order.index(one.domain)))


def _sentence(domain: str, word: ConclusionWord) -> Rule:
    rules = {(row["domain"], row["conclusion"]): rule for row, rule in _rows(SENTENCES)}
    return rules.get((domain, word.value)) or rules[_ANY, word.value]


def _rows(file: str) -> list[tuple[dict[str, str], Rule]]:
    rules = standards().rules_of(file)
    return [(row, rules[row["id"]]) for row in standards().rows(file)]
