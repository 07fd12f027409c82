"""What this centre took away from the table of rights holds on the laptop too, from opening on."""

from __future__ import annotations

from clbdesk.domain.data_class import RightsNarrowing
from clbdesk.domain.rights import put_rights_in_force
from clbdesk.services.desk import Desk
from clbdesk.services.reading import all_standing


def apply_narrowings(desk: Desk) -> None:
    """Read and write from now on with what the centre narrowed, as far as this vault knows."""
    with desk.vault.read() as reader:
        heads = reader.heads(kinds=("rights_narrowing",))
        put_rights_in_force(one.body for one in all_standing(heads, RightsNarrowing))
