"""Who works where, and what this centre took away from the table of rights, hold on the laptop."""

from __future__ import annotations

from clbdesk.domain.data_class import RightsNarrowing
from clbdesk.domain.people import Membership
from clbdesk.domain.rights import put_rights_in_force
from clbdesk.services.desk import Desk
from clbdesk.services.reading import all_standing


def apply_rights(desk: Desk) -> None:
    """Read and write from now on with what the centre said, as far as this vault knows."""
    with desk.vault.read() as reader:
        narrowings = all_standing(reader.heads(kinds=("rights_narrowing",)), RightsNarrowing)
        memberships = all_standing(reader.heads(kinds=("membership",)), Membership)
    put_rights_in_force((one.body for one in narrowings), (one.body for one in memberships))
