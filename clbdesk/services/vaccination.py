"""P13 Vaccinatie: what is known before a needle, what is planned, and whether it may be given.

`open_vaccination` reads, `vaccination_entry.conditions` judges what stands in the form, and
`vaccination_saving.record_vaccination` looks at everything again inside the commit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from clbdesk.clock import local_day
from clbdesk.domain.people import Pupil
from clbdesk.domain.revision import Revision, Role
from clbdesk.domain.vaccination import (
    Dose,
    DoseStatus,
    IdentityCheck,
    Observation,
    Prescreen,
    SessionLot,
    VaccinationStatus,
)
from clbdesk.domain.visits import Attendance, AttendanceState
from clbdesk.ids import PupilId, RecordId, RevId, StaffId
from clbdesk.services.conflicts import body_of
from clbdesk.services.desk import Desk
from clbdesk.services.other_post import OtherPosts, other_posts
from clbdesk.services.pupil import PupilOnVisit, find_on_visit
from clbdesk.services.reading import Standing, all_standing, open_base
from clbdesk.services.relation import must_read_at
from clbdesk.services.shielding import hidden_from, shieldings_of
from clbdesk.services.vaccination_facts import (
    Prints,
    PupilFacts,
    StationFacts,
    read_pupils,
    read_station,
)
from clbdesk.services.vaccination_observation import Watched, watched_on
from clbdesk.services.vaccination_plan import (
    VaccinationPlan,
    VaccinePlan,
    plan_pupil,
)
from clbdesk.services.visits import pupils_of
from clbdesk.standards.vaccination.products import Product, products
from clbdesk.standards.vaccination.ruleset import ruleset, vaccine_types
from clbdesk.standards.vaccination.sites import sites_for
from clbdesk.storage.vault import Head, Reader


@dataclass(frozen=True, slots=True)
class DoseRow:
    """A dose that could be given: its vaccine, the lots to choose from, and where it goes.

    `saved`: the dose fact of this visit. `label`: "MBR 2" where the number says something.
    """

    plan: VaccinePlan
    label: str
    lots: tuple[SessionLot, ...]
    product: Product
    route: str
    site: str
    side: str
    saved: Standing[Dose] | None

    @property
    def vaccine(self) -> str:
        """The type of vaccine."""
        return self.plan.vaccine

    @property
    def amount_ml(self) -> Decimal:
        """How much of it."""
        return self.product.amount_ml

    def lot(self, lot_id: RecordId | None) -> SessionLot | None:
        """One of the lots; the one in use when none is named."""
        if lot_id is None:
            return self.lots[0] if self.lots else None
        return next((lot for lot in self.lots if lot.lot_id == lot_id), None)


@dataclass(frozen=True, slots=True)
class SavedVaccination:
    """What this visit already holds of this pupil. `elsewhere`: answers that are not `prescreen`,
    of this visit or of another one today.

    `replaced_of`: of identity and questions, whose version the standing one replaced.
    """

    doses: tuple[Standing[Dose], ...]
    identity: Standing[IdentityCheck] | None
    prescreen: Standing[Prescreen] | None
    observation: Standing[Observation] | None
    status: Standing[VaccinationStatus] | None
    elsewhere: tuple[Prescreen, ...] = ()
    replaced_of: Mapping[RevId, StaffId] = field(default_factory=dict)

    @property
    def revisions(self) -> tuple[Revision, ...]:
        """The standing revision of every record, oldest first."""
        doses = [one.revision for one in self.doses]
        others = (self.identity, self.prescreen, self.observation, self.status)
        found = [*doses, *(one.revision for one in others if one is not None)]
        return tuple(sorted(found, key=lambda one: (one.recorded_at, one.rev_id)))

    @property
    def has_conflict(self) -> bool:
        """Two versions of something stand."""
        others = (self.identity, self.prescreen, self.observation, self.status)
        return any(one.is_conflict for one in self.doses) or any(
            one.is_conflict for one in others if one is not None
        )


@dataclass(frozen=True, slots=True)
class VaccinationView:
    """What the page shows before anybody types. `same_day`: birthday → pupils who have it.

    `role`: the function under which the needle is given, `user_role` that of who is typing.
    `watched`: everybody of the visit who is in observation. `hidden`: items that the user is kept
    from (conflict of interest): judged along, and on no line.
    """

    on_visit: PupilOnVisit
    today: date
    opened_at: datetime
    user: StaffId
    user_role: Role
    role: Role
    facts: PupilFacts
    station: StationFacts
    plan: VaccinationPlan
    rows: tuple[DoseRow, ...]
    known_until: date | None
    same_day: Mapping[str, tuple[str, ...]]
    saved: SavedVaccination
    base: tuple[RevId, ...]
    watched: tuple[Watched, ...]
    other_posts: OtherPosts | None
    hidden: frozenset[RecordId]

    @property
    def name(self) -> str:
        """Given name and family name."""
        return f"{self.on_visit.pupil.given_name} {self.on_visit.pupil.family_name}"

    @property
    def is_registered(self) -> bool:
        """At the desk: identity and answers were recorded, and what is left is the needle."""
        checked = self.saved.identity is not None and self.saved.prescreen is not None
        return self.station.is_desk and checked

    @property
    def was_registered_elsewhere(self) -> bool:
        """Somebody else checked who this is, and no needle went in yet: it is asked once more."""
        identity = self.saved.identity
        return identity is not None and not self.has_given and identity.revision.author != self.user

    @property
    def has_given(self) -> bool:
        """A needle went in on this visit; what was asked before it stays as it was asked."""
        return any(one.body.status is DoseStatus.GIVEN for one in self.saved.doses)

    @property
    def is_of_another_day(self) -> bool:
        """Who it is and how it goes was asked on a day before this one, and no needle followed."""
        checks = (self.saved.identity, self.saved.prescreen)
        asked = (local_day(one.revision.recorded_at) for one in checks if one is not None)
        return not self.has_given and any(day < self.today for day in asked)

    @property
    def is_saved(self) -> bool:
        """Nothing is left to be said about this pupil on this visit, at this table."""
        if self.rows and self.is_registered:
            return True
        if self.rows:
            return all(row.saved is not None for row in self.rows)
        return self.saved.status is not None

    def prints(self) -> Prints:
        """The leaves of everything that the conditions look at."""
        return {**self.facts.prints(), **self.station.prints()}


def open_vaccination(desk: Desk, on_visit: PupilOnVisit) -> VaccinationView:
    """Everything of vaccination that this laptop knows of a pupil, and of this station."""
    must_read_at(desk, on_visit.school_id, "dose")
    with desk.vault.read() as reader:
        return view_vaccination(desk, reader, on_visit)


def view_vaccination(desk: Desk, reader: Reader, on_visit: PupilOnVisit) -> VaccinationView:
    """The same in a picture of the vault that the caller holds."""
    found, visit, _listed = find_on_visit(reader, on_visit.visit_id, on_visit.pupil_id)
    on_visit = replace(on_visit, pupil=found.pupil)  # the birthday as it stands now
    today = local_day(desk.clock.now())
    saved = _saved(reader, on_visit, today)
    station = read_station(reader, on_visit.visit_id, visit, desk.user.staff_id)
    pupils = {on_visit.pupil_id: on_visit.pupil}
    facts = read_pupils(reader, pupils, today, on_visit.visit_id)[on_visit.pupil_id]
    plan = plan_pupil(facts, station, ruleset())
    taken = [row.taken_at for row in reader.scopes() if row.scope == on_visit.visit_id]
    hidden = hidden_from(desk.user.staff_id, shieldings_of(reader, on_visit.pupil_id).values())
    return VaccinationView(
        on_visit=on_visit,
        today=today,
        opened_at=desk.clock.now(),
        user=desk.user.staff_id,
        user_role=desk.user.role,
        role=station.vaccinator_role(desk.user.role, desk.user.staff_id),
        facts=facts,
        station=station,
        plan=plan,
        rows=tuple(
            row
            for row in (_rows(plan, station, today) if station.gives_vaccines else ())
            if row.saved is None or row.saved.record_id not in hidden
        ),
        known_until=local_day(taken[0]) if taken else None,
        same_day=_same_day(reader, on_visit),
        saved=saved,
        base=_base(reader, on_visit, saved),
        watched=watched_on(reader, on_visit.visit_id),
        other_posts=other_posts(
            reader,
            on_visit.visit_id,
            are_said=station.session is not None and station.session.body.several_posts,
        ),
        hidden=hidden,
    )


def _saved(reader: Reader, on_visit: PupilOnVisit, today: date) -> SavedVaccination:
    heads = reader.heads(
        kinds=("dose", "identity_check", "prescreen", "observation", "vaccination_status"),
        visit_id=on_visit.visit_id,
        pupil_id=on_visit.pupil_id,
    )

    def of(kind: str) -> list[Head]:
        return [head for head in heads if head.kind == kind]

    prescreen = next(reversed(all_standing(of("prescreen"), Prescreen)), None)
    identity = next(reversed(all_standing(of("identity_check"), IdentityCheck)), None)
    checks = [one.revision for one in (identity, prescreen) if one is not None]
    return SavedVaccination(
        doses=tuple(all_standing(of("dose"), Dose)),
        identity=identity,
        prescreen=prescreen,
        observation=next(reversed(all_standing(of("observation"), Observation)), None),
        status=next(reversed(all_standing(of("vaccination_status"), VaccinationStatus)), None),
        elsewhere=tuple(
            body
            for head in reader.heads(kinds=("prescreen",), pupil_id=on_visit.pupil_id)
            for leaf in head.final
            if prescreen is None or leaf.rev_id != prescreen.revision.rev_id
            if leaf.visit_id == on_visit.visit_id or local_day(leaf.recorded_at) == today
            if isinstance(body := body_of(leaf), Prescreen)
        ),
        replaced_of={
            one.rev_id: before.author
            for one in checks
            if one.base and (before := reader.revision(one.base[-1])) is not None
        },
    )


def _base(reader: Reader, on_visit: PupilOnVisit, saved: SavedVaccination) -> tuple[RevId, ...]:
    facts = [*saved.doses, saved.identity, saved.prescreen, saved.observation]
    status = open_base(reader.head(on_visit.exam_id("vaccination_status")))
    return (*(rev for one in facts if one is not None for rev in one.base), *status)


def _rows(plan: VaccinationPlan, station: StationFacts, on: date) -> tuple[DoseRow, ...]:
    rows: list[DoseRow] = []
    for one in plan.shown:
        rows.append(_row(one, station, on, {row.side for row in rows}))
    return tuple(rows)


def _row(one: VaccinePlan, station: StationFacts, on: date, taken: set[str]) -> DoseRow:
    """As it was given, else as it would be: the lot in use, the other arm than what is `taken`."""
    body = one.fact.body if one.fact else None
    lots = station.lots_behind(body) if body and one.is_given else station.lots_of(one.vaccine, on)
    product = products()[(body and body.product) or station.product_of(one.vaccine, on)]
    side = (body and body.side) or (lots[0].side if lots else "")
    if body is None and side in taken:
        side = "right" if side == "left" else "left"
    route = (body and body.route) or product.routes[0]
    return DoseRow(
        plan=one,
        label=_label(one),
        lots=lots,
        product=product,
        route=route,
        site=(body and body.site) or sites_for(route)[0].id,
        side=side or "left",
        saved=one.fact,
    )


def _label(plan: VaccinePlan) -> str:
    name = vaccine_types()[plan.vaccine].label
    advice = plan.advice
    if advice is not None and advice.series == (plan.vaccine,) and advice.dose_number:
        return f"{name} {advice.dose_number}"
    return name


def _same_day(reader: Reader, on_visit: PupilOnVisit) -> dict[str, tuple[str, ...]]:
    """Who of the list was born on a day and month, as DDMM; for the second wrong answer."""
    listed = {one.pupil_id: one.class_name for one in pupils_of(reader, on_visit.visit_id)}
    absent = {
        one.body.pupil_id
        for one in all_standing(
            reader.heads(kinds=("attendance",), visit_id=on_visit.visit_id), Attendance
        )
        if one.body.state is AttendanceState.ABSENT
    }
    found: dict[str, list[str]] = {}
    for one in all_standing(reader.heads(kinds=("pupil",), pupil_ids=tuple(listed)), Pupil):
        pupil_id = PupilId(one.record_id)
        if pupil_id not in absent:
            words = f"{one.body.given_name} {one.body.family_name} ({listed[pupil_id]})"
            found.setdefault(f"{one.body.birth_date:%d%m}", []).append(words)
    return {day: tuple(sorted(names)) for day, names in found.items()}


def author_of(view: VaccinationView) -> str:
    """Who saved what stands, for "Opgeslagen om … door …"."""
    revisions = view.saved.revisions
    return view.station.name(revisions[-1].author) if revisions else ""
