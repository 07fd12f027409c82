"""Whom a visit asks for consent, for which vaccines, and what was answered: derived, never stored.

Asked is what the visit foresees and the pupil needs on its day by the engine; of a vaccine that was
given meanwhile nobody is asked any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clbdesk.domain.form_code import form_code
from clbdesk.domain.names import on_a_list
from clbdesk.domain.people import Pupil
from clbdesk.domain.visits import Visit, VisitPupil
from clbdesk.ids import PupilId, RevId, VisitId
from clbdesk.services.desk import Desk
from clbdesk.services.reading import Standing, all_standing
from clbdesk.services.shielding import hidden_from, shieldings_of
from clbdesk.services.vaccination_facts import PupilFacts, read_pupils
from clbdesk.services.visits import pupils_of
from clbdesk.standards.vaccination.advice import judge_vaccination
from clbdesk.standards.vaccination.consent import ConsentState, ConsentVerdict, judge_consent
from clbdesk.standards.vaccination.needs import AdviceState
from clbdesk.standards.vaccination.ruleset import ruleset
from clbdesk.storage.vault import Reader

_NEEDED = frozenset({AdviceState.DUE, AdviceState.DOCTOR})
# By telephone is only a note: the form is still to come.
UNANSWERED = frozenset({ConsentState.NONE, ConsentState.TELEPHONE_ONLY})


@dataclass(frozen=True, slots=True)
class Asked:
    """One pupil of the list. `verdicts`: what the answers come to, by vaccine that is asked."""

    listed: VisitPupil
    pupil: Standing[Pupil]
    facts: PupilFacts
    verdicts: Mapping[str, ConsentVerdict]

    @property
    def vaccines(self) -> tuple[str, ...]:
        """The types that are asked; none when the pupil needs nothing of the visit."""
        return tuple(self.verdicts)

    @property
    def code(self) -> str:
        """The number on the form."""
        return form_code(self.listed.visit_id, self.listed.pupil_id)

    @property
    def is_unanswered(self) -> bool:
        """Whether the form is still to come, for one vaccine at least."""
        return any(one.state in UNANSWERED for one in self.verdicts.values())

    @property
    def sources(self) -> tuple[RevId, ...]:
        """The versions that decide what is asked of whom, sorted."""
        doses = {one.revision.rev_id for one in self.facts.doses}
        return tuple(sorted({self.pupil.revision.rev_id, *doses}))


def asked_on(desk: Desk, reader: Reader, visit_id: VisitId, visit: Visit) -> list[Asked]:
    """Everybody on the list, by class and name.

    Not who has something that this user is kept from (conflict of interest).
    """
    listed = {one.pupil_id: one for one in pupils_of(reader, visit_id)}
    pupils = {
        PupilId(one.record_id): one
        for one in all_standing(reader.heads(kinds=("pupil",), pupil_ids=tuple(listed)), Pupil)
    }
    facts = read_pupils(reader, {key: one.body for key, one in pupils.items()}, visit.on)
    kept_from = _kept_from(desk, reader, tuple(listed))
    found = [
        Asked(listed[key], pupil, facts[key], _verdicts(facts[key], visit.vaccines))
        for key, pupil in pupils.items()
        if key not in kept_from
    ]
    return sorted(found, key=_envelope)


def _envelope(one: Asked) -> tuple[str, ...]:
    body = one.pupil.body
    return (
        one.listed.class_name,
        *on_a_list(body.family_name, body.given_name),
        one.listed.pupil_id,
    )


def _verdicts(facts: PupilFacts, vaccines: tuple[str, ...]) -> dict[str, ConsentVerdict]:
    history = facts.history()
    judged = judge_vaccination(history, facts.situation, ruleset(), vaccines)
    needed = {one.vaccine for one in judged.advice if one.state in _NEEDED}
    events, situation = facts.consent_events(), facts.situation
    return {
        vaccine: judge_consent(events, vaccine, situation.birth, situation.on, history)
        for vaccine in vaccines
        if vaccine in needed
    }


def _kept_from(desk: Desk, reader: Reader, ids: tuple[PupilId, ...]) -> set[PupilId]:
    flagged = {head.leaf.pupil_id for head in reader.heads(kinds=("shielding",), pupil_ids=ids)}
    return {
        pupil_id
        for pupil_id in flagged
        if pupil_id is not None
        and hidden_from(desk.user.staff_id, shieldings_of(reader, pupil_id).values())
    }
