"""Rules are data: the tables of resources/standards, each guarded by the checksum in its manifest.

A table that does not match its checksum is refused whole (E11) and nothing is judged with it;
the other tables go on working. Tables are read when first asked for and kept.

A rule table is CSV with the columns id, what, value, unit, source, edition, valid_from,
confidence, status, text (or TOML with the same names in `[[rule]]`); several values of one rule
are separated by `|`. A rule of status `empty` has no value and never means "in orde".

What doctors of the centre signed is laid over the tables as a whole (`put_in_force`): who judges
sees one steady picture of them. What was judged before is never judged again.
"""

from __future__ import annotations

import csv
import hashlib
import io
import tomllib
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache, wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar, cast

from clbdesk.assets import resource
from clbdesk.domain.judgement import Judgement, RuleStatus, Verdict
from clbdesk.errors import Defect, Environment
from clbdesk.standards.manifest import Table, table_of
from clbdesk.wording import find_word, say

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping
    from pathlib import Path

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

VALUE_SEPARATOR = "|"
# The unit of an empty rule that is a curve or a tree: a doctor fills it in words, not in numbers.
IN_WORDS = "criterium"


class Confidence(StrEnum):
    """How sure the source is (medical handbook): high, medium, low."""

    HIGH = "H"
    MEDIUM = "M"
    LOW = "L"


@dataclass(frozen=True, slots=True)
class Signature:
    """What a doctor signed: `value` None confirms the row as it is in this `edition`."""

    rule_id: str
    value: str | None
    edition: str
    source: str
    page: str
    signed_by: str
    signed_on: date


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of a rule table. `what` and `text` are Dutch; `value` is as written in the row.

    `signature`: a doctor's, which makes the rule `on`; value, source and edition are then signed.
    A rule that is filled in words stays `empty`, because nothing is computed with them.
    """

    id: str
    what: str
    value: str
    unit: str
    source: str
    edition: str
    valid_from: date | None
    confidence: Confidence
    status: RuleStatus
    text: str
    table: str
    signature: Signature | None = None

    @property
    def criterion(self) -> str:
        """The centre's own words where the program computes nothing; empty without them."""
        if self.unit != IN_WORDS or self.signature is None:
            return ""
        return self.signature.value or ""

    @property
    def values(self) -> tuple[str, ...]:
        """The values as texts, in the order of the row; none for an empty rule."""
        return tuple(part.strip() for part in self.value.split(VALUE_SEPARATOR) if part.strip())

    @property
    def numbers(self) -> tuple[Decimal, ...]:
        """The values as exact numbers."""
        return tuple(Decimal(value) for value in self.values)

    @property
    def number(self) -> Decimal:
        """The only value; ValueError when the rule has none or several."""
        (number,) = self.numbers
        return number

    def judgement(
        self,
        verdict: Verdict,
        *,
        domain: str,
        head: str,
        text: str,
        numbers: Mapping[str, object] | None = None,
        also: tuple[str, ...] = (),
    ) -> Judgement:
        """What this rule says of a finding; `also` names rules that share the line."""
        return Judgement(
            rule_id=", ".join((self.id, *also)),
            edition=self.edition,
            source=self.source,
            status=self.status,
            verdict=verdict,
            head=head,
            text=text,
            numbers={name: str(value) for name, value in (numbers or {}).items()},
            domain=domain,
        )


class Standards:
    """The tables of one folder; `standards()` gives those of the program."""

    def __init__(self, folder: Path, signatures: Iterable[Signature] = ()) -> None:
        """`folder` holds manifest.toml and the tables that it names."""
        self._folder = folder
        self._signatures = {one.rule_id: one for one in signatures}
        self.answers: dict[Hashable, object] = {}
        manifest = tomllib.loads((folder / "manifest.toml").read_text(encoding="utf-8"))
        self._tables = {entry["file"]: table_of(entry) for entry in manifest["table"]}
        self._rows: dict[str, tuple[dict[str, str], ...]] = {}
        self._documents: dict[str, dict[str, object]] = {}
        self._rules: dict[str, dict[str, Rule]] = {}

    @property
    def tables(self) -> tuple[Table, ...]:
        """What the manifest names, in its order."""
        return tuple(self._tables.values())

    def table(self, file: str) -> Table:
        """The manifest entry of a file; Defect when the manifest does not name it."""
        if file not in self._tables:
            raise Defect("standards.unknown_table", table=file)
        return self._tables[file]

    def text(self, file: str) -> str:
        """The text of a table; Environment `standards.table_damaged` when its checksum differs."""
        table = self.table(file)
        try:
            content = (self._folder / file).read_bytes()
        except OSError as error:
            raise Environment("standards.table_damaged", name=table.name) from error
        if hashlib.sha256(content).hexdigest() != table.sha256:
            raise Environment("standards.table_damaged", name=table.name)
        return content.decode("utf-8")

    def rows(self, file: str) -> tuple[dict[str, str], ...]:
        """The rows of a CSV table by column name; a row that a doctor confirmed is `on`."""
        if file not in self._rows:
            table = self.table(file)
            found = csv.DictReader(io.StringIO(self.text(file)))
            self._rows[file] = tuple(self._confirmed(table, row) for row in found)
        return self._rows[file]

    def document(self, file: str) -> dict[str, object]:
        """The content of a TOML table."""
        if file not in self._documents:
            table = self.table(file)
            found = tomllib.loads(self.text(file))
            if table.array:
                found[table.array] = [self._confirmed(table, row) for row in found[table.array]]
            self._documents[file] = found
        return self._documents[file]

    def _confirmed(self, table: Table, row: dict[str, str]) -> dict[str, str]:
        """The row with the status that a signature gives it; of a rule table as it is."""
        if not table.prefix:
            return row
        rule = _rule_of_row(table, row)
        return {**row, "status": _signed(rule, self._signatures.get(rule.id)).status.value}

    def rules_of(self, file: str) -> dict[str, Rule]:
        """The rules of one rule table by id, in the order of the file."""
        if file not in self._rules:
            rules = self._rows_as_rules(file)
            self._rules[file] = {
                rule.id: _signed(rule, self._signatures.get(rule.id)) for rule in rules
            }
        return self._rules[file]

    def _rows_as_rules(self, file: str) -> tuple[Rule, ...]:
        """The rules as they come, without what was signed."""
        table = self.table(file)
        if not table.prefix:
            rows = self._toml_rules(file) if file.endswith(".toml") else self.rows(file)
            return tuple(_rule(row, file) for row in rows)
        if table.array:
            entries = tomllib.loads(self.text(file))[table.array]
        else:
            entries = csv.DictReader(io.StringIO(self.text(file)))
        return tuple(_rule_of_row(table, row) for row in entries)

    def rule(self, rule_id: str) -> Rule:
        """The rule of this id, from whichever table holds it.

        Environment when it is in no sound table and some table is damaged; else Defect.
        """
        damaged: Environment | None = None
        for table in self._tables.values():
            if table.rules or (table.prefix and rule_id.startswith(f"{table.prefix}-")):
                try:
                    rules = self.rules_of(table.file)
                except Environment as error:
                    damaged = damaged or error
                    continue
                if rule_id in rules:
                    return rules[rule_id]
        raise damaged or Defect("standards.unknown_rule", rule_id=rule_id)

    def damaged(self) -> tuple[Table, ...]:
        """The tables whose checksum does not match, for the check of the installation."""
        found = []
        for table in self._tables.values():
            try:
                self.text(table.file)
            except Environment:
                found.append(table)
        return tuple(found)

    def _toml_rules(self, file: str) -> tuple[dict[str, str], ...]:
        entries = self.document(file).get("rule", [])
        if not isinstance(entries, list):
            raise Defect("standards.unknown_table", table=file)
        return tuple({key: str(value) for key, value in entry.items()} for entry in entries)


@cache
def unsigned() -> Standards:
    """The tables that come with the program, as nobody signed them."""
    return Standards(resource("standards"))


class _InForce:
    """The tables that judge now: replaced as a whole, so that every thread sees one picture."""

    tables: Standards | None = None


def standards() -> Standards:
    """The tables that come with the program, with the signatures that are in force."""
    return _InForce.tables or unsigned()


def put_in_force(signatures: Iterable[Signature]) -> None:
    """Judge with these signatures from now on; none = the tables as they come.

    They belong to the open desk: put in force when it opens, after every synchronisation and
    signature, and taken back when it closes.
    """
    signed = tuple(signatures)
    _InForce.tables = Standards(resource("standards"), signed) if signed else None


def kept(question: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Ask the tables once per answer, for as long as the same signatures are in force."""

    @wraps(question)
    def answer(*given: Given.args, **named: Given.kwargs) -> Answer:
        answers = standards().answers
        key = (question, given, tuple(named.items()))
        if key not in answers:
            answers[key] = question(*given, **named)
        return cast("Answer", answers[key])

    return answer


def rule(rule_id: str) -> Rule:
    """The rule of this id in the program's tables; errors as `Standards.rule`."""
    return standards().rule(rule_id)


def all_rules(tables: Standards | None = None) -> tuple[Rule, ...]:
    """Every rule of every sound table, as it judges now or as these tables have it."""
    tables = tables or standards()
    damaged = {table.file for table in tables.damaged()}
    return tuple(
        found
        for table in tables.tables
        if table.is_listed and table.file not in damaged
        for found in tables.rules_of(table.file).values()
    )


def damaged_table(error: Environment, domain: str) -> Judgement:
    """The rule line that stands where a damaged table would have judged (E11)."""
    return Judgement(
        rule_id="E11",
        edition="",
        source="",
        status=RuleStatus.EMPTY,
        verdict=Verdict.NO_CRITERION,
        head="Regeltabel beschadigd",
        text=say(error.key, **error.values),
        domain=domain,
    )


def _rule_of_row(table: Table, row: Mapping[str, str]) -> Rule:
    """A row of a table that judges nothing by itself: what it says, and who confirmed it."""
    about, shown = ([part.partition(":") for part in one] for one in (table.key, table.shows))
    said = "; ".join(_word(section, row[column]) for column, _, section in shown if row[column])
    return Rule(
        id="-".join((table.prefix, *filter(None, (row[one] for one, _, _ in about)))).upper(),
        what=row.get(table.title) or ", ".join(_word(label, row[one]) for one, _, label in about),
        value="" if row["status"] == RuleStatus.EMPTY else said,
        unit="",
        source=row["source"],
        edition=row.get("edition") or table.edition,
        valid_from=None,
        confidence=Confidence(row["confidence"]),
        status=RuleStatus(row["status"]),
        text="",
        table=table.file,
    )


def _word(section: str, value: str | Iterable[str]) -> str:
    parts = value.split(VALUE_SEPARATOR) if isinstance(value, str) else value
    return ", ".join(find_word(section, part) or part for part in parts)


def _rule(row: dict[str, str], file: str) -> Rule:
    return Rule(
        id=row["id"],
        what=row["what"],
        value=row.get("value", ""),
        unit=row.get("unit", ""),
        source=row["source"],
        edition=row["edition"],
        valid_from=date.fromisoformat(row["valid_from"]) if row.get("valid_from") else None,
        confidence=Confidence(row["confidence"]),
        status=RuleStatus(row["status"]),
        text=row.get("text", ""),
        table=file,
    )


def _signed(row: Rule, signature: Signature | None) -> Rule:
    """A confirmation holds for the edition that was read; an empty row needs a value, or words."""
    if signature is None or row.status is RuleStatus.ON:
        return row
    if signature.value is None and (
        row.status is RuleStatus.EMPTY or signature.edition != row.edition
    ):
        return row
    in_words = row.unit == IN_WORDS
    return replace(
        row,
        value=row.value if in_words or signature.value is None else signature.value,
        source=signature.source + (f", blz. {signature.page}" if signature.page else ""),
        edition=f"{signature.edition}, afgetekend {signature.signed_on} door {signature.signed_by}",
        status=RuleStatus.EMPTY if in_words else RuleStatus.ON,
        signature=signature,
    )
