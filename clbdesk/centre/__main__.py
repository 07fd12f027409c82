"""`python -m clbdesk.centre`: serve a centre; without a database it makes an embedded one and runs.

Administration (schools, staff, visits, laptops): `python -m clbdesk centre --help`.
"""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

import platformdirs

from clbdesk.centre.opening import DEFAULT_NAME, DEFAULT_PORT, Place, open_or_initialise
from clbdesk.dumps import forbid_dumps
from clbdesk.errors import ClbdeskError, Environment, Refused


def main(arguments: list[str] | None = None) -> int:
    """Run until stopped; the exit code of the process."""
    forbid_dumps()
    parser = argparse.ArgumentParser(prog="python -m clbdesk.centre", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of the embedded centre")
    parser.add_argument("--database", help="postgresql://… instead of the embedded file")
    parser.add_argument("--keys", type=Path, help="folder of the keys, outside the data folder")
    parser.add_argument("--centre", type=int, default=1, help="number of the centre (PostgreSQL)")
    parser.add_argument("--name", default=DEFAULT_NAME, help="name of a centre that is made now")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        place = place_of(options.data, options.database, options.keys, options.centre)
        from clbdesk.centre import serve  # administration imports this module, and needs no server

        centre = open_or_initialise(place, options.name)
        try:
            serve.run(centre, options.host, options.port)
        finally:
            centre.close()
    except ClbdeskError as error:
        sys.stderr.write(f"clbdesk centre: {error}\n")
        return 2 if isinstance(error, Refused) else 3 if isinstance(error, Environment) else 1
    return 0


def place_of(data: Path | None, database: str | None, keys: Path | None, centre_id: int) -> Place:
    """Where a centre lives by its options: in this user's data folder when nothing is said."""
    if database is not None:
        config = platformdirs.user_config_path("clbdesk-centre", appauthor=False)
        return Place(database=database, keys=keys or config / "keys", centre_id=centre_id)
    folder = data or platformdirs.user_data_path("clbdesk-centre", appauthor=False)
    return Place(data=folder, keys=keys, centre_id=centre_id)


if __name__ == "__main__":
    sys.exit(main())
