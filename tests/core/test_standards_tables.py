"""Tables are trusted only with the checksum of their manifest; the others go on judging."""

import hashlib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from clbdesk.domain.judgement import RuleStatus, Verdict
from clbdesk.errors import Defect, Environment
from clbdesk.standards.tables import Confidence, Standards, all_rules, damaged_table, standards
from clbdesk.wording import say

HEAD = "id,what,value,unit,source,edition,valid_from,confidence,status,text\n"


def folder_with(folder: Path, **tables: str) -> Path:
    """A folder of rule tables with a manifest that matches them."""
    entries = []
    for stem, text in tables.items():
        file = stem.replace("_", ".")
        content = text.encode()
        (folder / file).write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        entries.append(
            f'[[table]]\nfile = "{file}"\nname = "Tabel {stem}"\nsource = "S"\nedition = "1"\n'
            f'sha256 = "{digest}"\nrules = true\n'
        )
    (folder / "manifest.toml").write_text("\n".join(entries))
    return folder


def row(rule_id: str, value: str = "1", status: str = "on") -> str:
    return f"{rule_id},wat,{value},cm,Bron,2018,2018-09-01,H,{status},uitleg\n"


def test_a_rule_is_found_in_whichever_table_holds_it(tmp_path):
    found = Standards(
        folder_with(tmp_path, a_csv=HEAD + row("A-1"), b_csv=HEAD + row("B-1", "2.5|-3"))
    ).rule("B-1")
    assert found.numbers == (Decimal("2.5"), Decimal(-3))
    assert (found.valid_from, found.confidence, found.status) == (
        date(2018, 9, 1),
        Confidence.HIGH,
        RuleStatus.ON,
    )


def test_rules_may_also_be_written_in_toml(tmp_path):
    text = (
        '[[rule]]\nid = "T-1"\nwhat = "wat"\nvalue = 4\nsource = "B"\nedition = "1"\n'
        'confidence = "L"\nstatus = "sign"\n'
    )
    found = Standards(folder_with(tmp_path, t_toml=text)).rule("T-1")
    assert found.number == 4
    assert found.valid_from is None


def test_a_toml_table_is_read_once(tmp_path):
    tables = Standards(folder_with(tmp_path, t_toml="answer = 4\n"))
    before = tables.document("t.toml")
    (tmp_path / "t.toml").unlink()
    assert tables.document("t.toml") is before


def test_a_toml_table_whose_rules_are_no_list_is_a_defect(tmp_path):
    tables = Standards(folder_with(tmp_path, t_toml='rule = "T-1"\n'))
    with pytest.raises(Defect):
        tables.rules_of("t.toml")


def test_a_damaged_table_judges_nothing_and_the_others_go_on(tmp_path):
    tables = Standards(
        folder_with(tmp_path, a_csv=HEAD + row("A-1", "120"), b_csv=HEAD + row("B-1"))
    )
    (tmp_path / "a.csv").write_text(HEAD + row("A-1", "12"))
    assert tables.rule("B-1").number == 1
    with pytest.raises(Environment) as refusal:
        tables.rule("A-1")
    assert refusal.value.values == {"name": "Tabel a_csv"}
    assert [table.file for table in tables.damaged()] == ["a.csv"]


def test_a_lost_table_counts_as_damaged(tmp_path):
    tables = Standards(folder_with(tmp_path, a_csv=HEAD + row("A-1")))
    (tmp_path / "a.csv").unlink()
    with pytest.raises(Environment):
        tables.text("a.csv")


def test_a_rule_that_no_sound_table_holds_is_a_defect(tmp_path):
    tables = Standards(folder_with(tmp_path, a_csv=HEAD + row("A-1")))
    with pytest.raises(Defect):
        tables.rule("A-2")
    with pytest.raises(Defect):
        tables.table("b.csv")


def test_the_damage_is_said_in_the_words_of_the_window():
    line = damaged_table(Environment("standards.table_damaged", name="Groei en gewicht"), "growth")
    assert line.verdict is Verdict.NO_CRITERION
    assert line.text == (
        "De regeltabel Groei en gewicht klopt niet met haar controlegetal. "
        "Met deze tabel wordt niets beoordeeld. Meten en opslaan kan wel."
    )


def test_every_table_of_the_program_matches_its_checksum():
    assert standards().damaged() == ()


def test_every_rule_of_the_program_names_source_and_edition_and_an_empty_one_has_no_value():
    rules = all_rules()
    assert len({rule.id for rule in rules}) == len(rules)
    for rule in rules:
        assert rule.source, rule.id
        assert rule.what, rule.id
        if rule.status is RuleStatus.EMPTY:
            assert rule.value == "", rule.id
        else:
            assert rule.edition, rule.id


def test_the_settings_list_leaves_out_a_damaged_table(tmp_path, monkeypatch):
    tables = Standards(folder_with(tmp_path, a_csv=HEAD + row("A-1"), b_csv=HEAD + row("B-1")))
    (tmp_path / "a.csv").write_text("")
    monkeypatch.setattr("clbdesk.standards.tables.standards", lambda: tables)
    assert [rule.id for rule in all_rules()] == ["B-1"]


def test_a_judgement_names_the_rules_that_share_its_line(tmp_path):
    found = Standards(folder_with(tmp_path, a_csv=HEAD + row("A-1", status="sign"))).rule("A-1")
    line = found.judgement(
        Verdict.OK, domain="growth", head="H", text="T", numbers={"x": 1.5}, also=("A-2",)
    )
    assert line.rule_id == "A-1, A-2"
    assert (line.source, line.edition, line.status) == ("Bron", "2018", RuleStatus.SIGN)
    assert line.numbers == {"x": "1.5"}


def test_every_sentence_about_tables_can_be_said():
    assert "X-1" in say("standards.unknown_rule", rule_id="X-1")
    assert "x.csv" in say("standards.unknown_table", table="x.csv")
