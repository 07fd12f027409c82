"""What a report of side effects asks, read from the incidents of a visit (handbook 2 §4.4).

Reactions only: a needle-stick and an error with a dose are no side effects. Printing is logged.
"""

from __future__ import annotations

from clbdesk.clock import BRUSSELS, local_day
from clbdesk.domain.age import age_months
from clbdesk.domain.incident import Incident, IncidentType
from clbdesk.domain.people import Pupil, Staff
from clbdesk.domain.vaccination import Dose
from clbdesk.ids import RecordId, VisitId
from clbdesk.reports.paper import Printed
from clbdesk.reports.side_effect import SideEffect, side_effect_paper
from clbdesk.services.desk import Desk
from clbdesk.services.reading import Standing, all_standing, one_standing
from clbdesk.services.relation import must_read, visit_open_to
from clbdesk.standards.phrases import age, day
from clbdesk.standards.vaccination.products import products
from clbdesk.standards.vaccination.sites import site
from clbdesk.storage.vault import Reader
from clbdesk.wording import label

_NO_REACTION = {IncidentType.NEEDLESTICK, IncidentType.VACCINATION_ERROR}


def has_reactions(desk: Desk, visit_id: VisitId) -> bool:
    """Whether a visit has something to report."""
    with desk.vault.read() as reader:
        return bool(_reactions(reader, visit_id))


def side_effect_report(desk: Desk, visit_id: VisitId) -> Printed | None:
    """A sheet per reaction of a visit; None when there is none."""
    with desk.vault.read() as reader:
        visit = visit_open_to(desk, reader, visit_id)
        must_read(desk, "incident", desk.relations(visit.body.school_id if visit else None))
        found = _reactions(reader, visit_id)
        sheets = tuple(SideEffect(_facts(desk, reader, one)) for one in found)
    if not sheets:
        return None
    with desk.vault.write() as work:
        for one in found:
            desk.log(work, "print", "incident", one.record_id, one.body.pupil_id, "side_effect")
    return side_effect_paper(sheets, desk.centre_name)


def _reactions(reader: Reader, visit_id: VisitId) -> list[Standing[Incident]]:
    heads = reader.heads(kinds=("incident",), visit_id=visit_id)
    return [one for one in all_standing(heads, Incident) if one.body.type not in _NO_REACTION]


def _facts(desk: Desk, reader: Reader, one: Standing[Incident]) -> tuple[tuple[str, str], ...]:
    body = one.body
    author = one_standing(reader, RecordId(one.revision.author), Staff)
    name = author.body.name if author else ""
    doses = [one_standing(reader, record_id, Dose) for record_id in body.dose_ids]
    given = [line for dose in doses if dose is not None for line in _dose_facts(dose.body)]
    at = body.began_at.astimezone(BRUSSELS)
    marks = [
        f"{stamp.at.astimezone(BRUSSELS):%H:%M:%S} {label(stamp.mark)}" for stamp in body.stamps
    ]
    return (
        ("pupil", _who(reader, one)),
        *given,
        ("kind", label(body.type)),
        ("began", f"{day(local_day(body.began_at))} {at:%H:%M}"),
        ("signs", body.signs),
        ("marks", " · ".join(marks)),
        ("adrenaline", body.adrenaline_dose),
        ("treatment", body.treatment),
        ("outcome", label(body.outcome) if body.outcome else ""),
        ("reporter", f"{name}, {label(one.revision.role)}"),
        ("centre", desk.centre_name),
    )


def _who(reader: Reader, one: Standing[Incident]) -> str:
    """`F. P. · 14 j 7 m · man`."""
    pupil = one_standing(reader, RecordId(one.body.pupil_id or ""), Pupil)
    if pupil is None:
        return ""
    who = pupil.body
    months = age_months(who.birth_date, local_day(one.body.began_at))
    initials = f"{who.given_name[:1]}. {who.family_name[:1]}."
    return " · ".join((initials, age(months), label(who.sex).casefold()))


def _dose_facts(dose: Dose) -> tuple[tuple[str, str], ...]:
    product = products().get(dose.product)
    cnk = f"CNK {product.cnk}" if product is not None and product.cnk else ""
    expires = f"vervalt {day(dose.expires_on)}" if dose.expires_on else ""
    box = " · ".join(
        part for part in (dose.product or dose.vaccine, cnk, f"lot {dose.lot}", expires) if part
    )
    place = site(dose.site)
    at = dose.on
    if dose.given_at is not None:
        at = f"{day(local_day(dose.given_at))} {dose.given_at.astimezone(BRUSSELS):%H:%M}"
    where = place.words(dose.side) if place else ""
    return (
        ("vaccine", box),
        ("given", " · ".join(part for part in (at, dose.route, where) if part)),
    )
