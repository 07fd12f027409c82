"""What the columns of a centre can hold is let in; everything else is kept apart unread."""

from __future__ import annotations

import msgspec
import pytest
from sqlalchemy import select

from clbdesk.centre import checks
from clbdesk.centre.bulk import among
from clbdesk.centre.schema import CENTRE

ONE, OTHER = "01a20361-13f7-70d2-bbcd-64734cdffdfb", "01a20361-13f7-7e9e-beb2-0805398b816a"


@pytest.fixture
def sent(embedded):
    """A revision as a laptop sends it, with changes."""
    laptop = embedded.laptop("LAP-01", embedded.nurse)
    fields = msgspec.to_builtins(embedded.growth(laptop, 0, "130.1"))

    def made(**changes):
        return msgspec.json.encode({**fields, **changes})

    return made


def test_a_revision_of_a_laptop_is_read(sent):
    assert checks.read_revision(sent()) is not None
    assert checks.read_revision(sent(base=[ONE, OTHER])) is not None


@pytest.mark.parametrize(
    "changes",
    [
        {"rev_id": f"{ONE} {OTHER}"},
        {"rev_id": f"{ONE} ", "record_id": OTHER[:-1]},
        {"rev_id": "", "record_id": f"{ONE} {OTHER}"},
        {"rev_id": ONE.upper()},
        {"rev_id": ONE + "\n"},
        {"pupil_id": ""},
        {"visit_id": ONE[:-1]},
        {"base": [f"{ONE} {OTHER}"]},
        {"base": [ONE, ONE]},
        {"base": [""]},
    ],
    ids=str,
)
def test_what_is_no_list_of_ids_is_not_read(sent, changes):
    assert checks.read_revision(sent(**changes)) is None


@pytest.mark.parametrize("name", ["kind", "author", "device", "epoch", "body", "reason", "salt"])
def test_a_nul_is_found_wherever_it_stands(sent, name):
    assert checks.read_revision(sent(**{name: "aa\0"})) is None


def test_words_that_only_look_like_a_nul_are_let_in(sent):
    revision = checks.read_revision(sent(body='{"remark":"\\u0000"}'))
    assert revision is not None
    assert revision.body == '{"remark":"\\u0000"}'


@pytest.mark.parametrize("salt", ["0g", "abc", "AB", "ab" * 65, "a b0"])
def test_a_salt_is_whole_bytes_in_small_hex(sent, salt):
    assert checks.read_revision(sent(salt=salt)) is None


@pytest.mark.parametrize("name", ['a"b', "a\\b", "a,b", "{a}", "", "null", " a", "é", "a'b"])
def test_a_value_is_found_among_many_whatever_marks_it_holds(built, name):
    with built.centre.store.writing() as tx:
        tx.execute(CENTRE.update().values(name=name))
        for values, there in (([name, "x"], True), (["x", "y"], False), ([], False)):
            found = tx.execute(select(CENTRE.c.name).where(among(tx, CENTRE.c.name, values)))
            assert (found.scalars().all() == [name]) is there
