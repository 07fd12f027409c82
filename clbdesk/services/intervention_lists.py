"""The coded lists of interventions as this laptop has them: those of the centre, else the proposal."""

from __future__ import annotations

from clbdesk.domain.intervention import InterventionCode
from clbdesk.services.reading import all_standing
from clbdesk.standards.intervention_codes import InterventionCodes
from clbdesk.storage.vault import Reader


def codes_in(reader: Reader) -> InterventionCodes:
    """The five lists with their history."""
    heads = reader.heads(kinds=("intervention_code",))
    return InterventionCodes(one.body for one in all_standing(heads, InterventionCode))
