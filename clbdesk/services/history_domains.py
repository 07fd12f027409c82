"""What a record of the dossier is about, as the words that the timeline is narrowed by."""

from __future__ import annotations

from clbdesk.clock import local_day
from clbdesk.domain.body import Body
from clbdesk.domain.care import CareDomain
from clbdesk.domain.contact import DomainConclusion
from clbdesk.domain.intervention import CodeList, Intervention
from clbdesk.domain.revision import Revision
from clbdesk.standards.intervention_codes import InterventionCodes
from clbdesk.standards.moments import step_labels


def domains_of(
    body: Body | None, version: Revision, step: str | None, codes: InterventionCodes
) -> tuple[str, ...]:
    """The domains of a record in Dutch words; none when it is about no domain in particular.

    Those that the record names itself come first: of guidance, or of a conclusion. Else the step on
    which its kind is made.
    """
    steps = step_labels()
    on = local_day(version.occurred_at)
    if isinstance(body, Intervention):
        return (codes.words(CodeList.DOMAIN, body.domain, body.on),)
    named = getattr(body, "domains", None) or (getattr(body, "domain", None),)
    found = []
    for one in named:
        if isinstance(one, CareDomain):
            found.append(codes.words(CodeList.DOMAIN, one.value, on))
        name = one.domain if isinstance(one, DomainConclusion) else one
        if isinstance(name, str) and name in steps:
            found.append(steps[name])
    if found:
        return tuple(dict.fromkeys(found))
    return (steps[step],) if step is not None and step in steps else ()
