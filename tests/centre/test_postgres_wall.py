"""PostgreSQL: one database, many centres, and a wall that the application cannot climb."""

from __future__ import annotations

import psycopg
import pytest

from clbdesk.centre import administration as office
from clbdesk.centre.opening import Place, initialise, open_centre
from clbdesk.centre.schema import metadata
from clbdesk.centre.store import APP_ROLE
from tests.builders.centres import build

pytestmark = pytest.mark.postgres


@pytest.fixture
def database(postgres):
    return postgres.new_database()


@pytest.fixture
def app(postgres, database, tmp_path):
    """A connection as the application role to a database with two centres."""
    one = build(Place(database=database, keys=tmp_path / "one"))
    one.centre.close()
    second = Place(database=database, keys=tmp_path / "two", centre_id=2)
    initialise(second, "CLB Twee")
    name = database.split("/")[-1].split("?")[0]
    with psycopg.connect(postgres.url(name, APP_ROLE)) as connection:
        yield connection


def as_centre(app, number):
    app.execute("SELECT set_config('app.centre', %s, true)", (number,))


def count(app, table):
    return app.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()[0]


@pytest.mark.parametrize("named", [None, ""])
def test_without_the_name_of_a_centre_nothing_is_seen(app, named):
    if named is not None:
        as_centre(app, named)
    assert {table: count(app, table) for table in metadata.tables} == dict.fromkeys(
        metadata.tables, 0
    )


def test_a_centre_sees_itself_and_no_other(app):
    as_centre(app, "1")
    assert count(app, "revision") > 0
    assert count(app, "centre") == 1
    as_centre(app, "2")
    assert count(app, "revision") == 0
    assert app.execute("SELECT name FROM centre").fetchall() == [("CLB Twee",)]


def test_a_centre_cannot_write_for_another(app):
    as_centre(app, "2")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("INSERT INTO centre_clock (centre_id, seq) VALUES (1, 0)")
    app.rollback()
    as_centre(app, "2")
    assert app.execute("UPDATE centre SET name = 'x' WHERE centre_id = 1").rowcount == 0


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM revision",
        "UPDATE revision SET author = 'x'",
        "UPDATE revision SET seq = 1",
        "DELETE FROM access_line",
        "UPDATE access_line SET reason = 'x'",
        "DELETE FROM delivery_step",
        "UPDATE delivery_step SET step = 'accepted'",
        "DELETE FROM export",
        "UPDATE export SET sha256 = 'x'",
        "ALTER TABLE revision DISABLE ROW LEVEL SECURITY",
        "DROP TABLE revision",
    ],
)
def test_what_was_written_cannot_be_unwritten(app, statement):
    as_centre(app, "1")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute(statement.encode())


def test_the_owner_meets_the_wall_too(database, app):
    with psycopg.connect(database) as owner:
        walls = owner.execute(
            "SELECT relname FROM pg_class WHERE relname = ANY(%s) AND NOT "
            "(relrowsecurity AND relforcerowsecurity)",
            (list(metadata.tables),),
        ).fetchall()
    assert walls == []


def test_the_centre_works_as_the_app_role_whatever_address_it_was_given(database, tmp_path):
    place = Place(database=database, keys=tmp_path / "keys")
    initialise(place, "CLB")
    centre = open_centre(place)
    with centre.store.reading() as tx:
        assert tx.exec_driver_sql("SELECT current_user").scalar_one() == APP_ROLE
    centre.close()


def test_two_centres_plan_in_one_database_without_meeting(database, tmp_path):
    places = [Place(database=database, keys=tmp_path / str(n), centre_id=n) for n in (1, 2)]
    one, two = (build(place) for place in places)
    assert office.staff(one.centre).keys().isdisjoint(office.staff(two.centre))
    laptop = two.laptop("LAP-01", two.nurse)
    assert laptop.push(two.growth(laptop, 0, "130.1"))[0].outcome == "ok"
    one.centre.close()
    two.centre.close()
