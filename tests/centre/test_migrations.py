"""The steps of the centre's database lead to exactly the tables that the program knows."""

from __future__ import annotations

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from clbdesk.centre import migrations, upkeep
from clbdesk.centre.opening import initialise, open_centre
from clbdesk.centre.schema import metadata
from clbdesk.centre.store import Store, postgres_engine
from clbdesk.errors import Environment, Refused
from clbdesk.storage.cipher import open_engine
from tests.builders.centres import build


def owner_store(place, *, create=True):
    """The database as its owner, who may change tables."""
    if place.database is not None:
        return Store(postgres_engine(place.database, as_owner=True))
    key = place.key_folder().store_key(create=create)
    place.data.mkdir(exist_ok=True)
    return Store(open_engine(place.data / "centre.db", key, create=create))


def test_the_steps_lead_to_the_tables_of_the_schema(place):
    initialise(place)
    store = owner_store(place)
    with store.writing() as tx:
        context = MigrationContext.configure(tx, opts={"compare_type": False})
        assert compare_metadata(context, metadata) == []
    store.close()


def test_every_step_goes_back_and_forth(place):
    store = owner_store(place)
    with store.writing() as tx:
        migrations.upgrade(tx)
    with store.writing() as tx:
        command.downgrade(migrations.config_for(tx), "base")
        assert set(inspect(tx).get_table_names()) <= {"alembic_version"}
    with store.writing() as tx:
        migrations.upgrade(tx)
        assert migrations.version_of(tx) == migrations.NEWEST
    store.close()


def test_every_table_starts_its_key_with_the_centre(place):
    del place
    for table in metadata.tables.values():
        assert next(iter(table.primary_key.columns)).name == "centre_id", table.name


_COLLATIONS = {
    "postgresql": (
        "SELECT DISTINCT known.collname FROM pg_index AS found"
        " JOIN pg_attribute AS part ON part.attrelid = found.indexrelid"
        " JOIN pg_collation AS known ON known.oid = part.attcollation"
        " WHERE found.indrelid IN ('revision'::regclass, 'leaf'::regclass, 'replaced'::regclass)"
    ),
    "sqlite": (
        "SELECT DISTINCT part.coll FROM sqlite_master AS found, pragma_index_xinfo(found.name) AS part"
        " WHERE found.type = 'index' AND found.tbl_name IN ('revision', 'leaf', 'replaced')"
    ),
}


def test_the_keys_that_a_push_goes_through_have_no_language(place):
    """Else a newer C library that orders words anew spoils them without a sound."""
    build(place).centre.close()
    store = owner_store(place, create=False)
    with store.reading() as tx:
        found = set(tx.execute(text(_COLLATIONS[tx.dialect.name])).scalars())
    assert found == ({"BINARY"} if place.database is None else {"C"})
    store.close()


def test_a_database_that_was_left_half_way_is_finished(place):
    store = owner_store(place)
    store.close()
    initialise(place)
    open_centre(place).close()


def test_a_centre_of_the_version_before_is_brought_up_to_date(place):
    build(place).centre.close()
    store = owner_store(place, create=False)
    with store.writing() as tx:
        command.downgrade(migrations.config_for(tx), "0001")
    store.close()
    if place.database is not None:  # the application may not change tables: the owner does
        with pytest.raises(Environment):
            open_centre(place)
        with pytest.raises(Refused) as refused:
            initialise(place)
        assert refused.value.key == "centre.exists"
    centre = open_centre(place)
    with centre.store.reading() as tx:
        assert migrations.version_of(tx) == migrations.NEWEST
    assert upkeep.verify(centre).is_sound
    centre.close()
