"""Leidraad: the conversation guide in the words of the centre, and the sentences it often uses.

A wording is a revision like a signed rule and comes to every vault of the care team; taking it
back brings the program's own words again. What was recorded before is not touched by either.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

import msgspec

from clbdesk.domain.care_guide import GuideWording, StockPhrase, is_own, own_step
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.people import Staff
from clbdesk.domain.revision import Compartment
from clbdesk.errors import Refused
from clbdesk.ids import RecordId, RevId
from clbdesk.services.desk import Desk
from clbdesk.services.name_detection import known_names
from clbdesk.services.outcome import Outcome
from clbdesk.services.reading import Standing, all_standing, one_standing, open_base, standing
from clbdesk.services.records import (
    Part,
    Saved,
    Where,
    add_parts,
    base_in,
    changes_of,
    undo_in,
    withdraw_in,
)
from clbdesk.standards.care_guide import (
    GuideStep,
    may_leave_out,
    place_of,
    placed_steps,
    program_guide,
    put_guide_in_force,
)
from clbdesk.storage.vault import Draft, Reader
from clbdesk.wording import say

KIND, PHRASE = "guide_wording", "stock_phrase"
LONGEST_LABEL, LONGEST_PROMPT, LONGEST_PHRASE = 24, 160, 200
_RESET, _STRUCK = "terug naar de tekst van het programma", "zin geschrapt"


class PhraseEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence in the form. `record_id` None = new."""

    record_id: RecordId | None = None
    text: str = ""


class StepEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in the form of a step."""

    label: str
    prompt: str
    required: bool
    phrases: tuple[PhraseEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class GuideStepView:
    """One step: `step` as it comes, `wording` as the centre has it, None = as it comes."""

    step: GuideStep
    wording: Standing[GuideWording] | None
    number: int
    is_left_out: bool
    worded_by: str
    phrases: tuple[Standing[StockPhrase], ...]
    record_id: RecordId
    base: tuple[RevId, ...]
    draft: Draft | None

    @property
    def form(self) -> str:
        """The key of its draft."""
        return f"{KIND}/{self.step.name}"

    @property
    def is_own(self) -> bool:
        """Whether the centre added it."""
        return is_own(self.step.name)

    @property
    def is_free(self) -> bool:
        """Whether it may be moved and left out."""
        return may_leave_out(self.step.name)

    @property
    def is_always_required(self) -> bool:
        """Whether the handbook requires it."""
        return not self.is_own and self.step.required

    @property
    def body(self) -> GuideWording:
        """How it stands."""
        return self.wording.body if self.wording else _as_it_comes(self.step)

    @property
    def entry(self) -> StepEntry:
        """As it stands, for the form."""
        shown = self.wording.body if self.wording else self.step
        return StepEntry(
            label=shown.label,
            prompt=shown.prompt,
            required=self.step.required or shown.required,
            phrases=tuple(
                PhraseEntry(record_id=one.record_id, text=one.body.text) for one in self.phrases
            ),
        )


def may_word_guide(desk: Desk) -> bool:
    """Whether this user may change the guide."""
    return desk.may_write(KIND)


def apply_guide(desk: Desk) -> None:
    """Ask from now on in the words of the centre of this vault."""
    if desk.vault.compartment is not Compartment.GUIDANCE:
        put_guide_in_force()
        return
    with desk.vault.read() as reader:
        put_guide_in_force(
            (one.body for one in all_standing(reader.heads(kinds=(KIND,)), GuideWording)),
            (one.body for one in _phrases(reader)),
        )


def list_guide(desk: Desk) -> tuple[GuideStepView, ...]:
    """All steps in their order, with those that are left out; these have no number."""
    with desk.vault.read() as reader:
        phrases = _phrases(reader)
        own = {one.name: one for one in program_guide().step}
        views = [
            _view(desk, reader, own.get(step.name, step), phrases)
            for step in placed_steps(_wordings(reader))
        ]
    found, number = [], 0
    for view in views:
        number += not view.is_left_out
        found.append(replace(view, number=0 if view.is_left_out else number))
    return tuple(found)


def _wordings(reader: Reader) -> dict[str, GuideWording]:
    every = all_standing(reader.heads(kinds=(KIND,)), GuideWording)
    return {one.body.step: one.body for one in every}


def _view(
    desk: Desk, reader: Reader, step: GuideStep, phrases: list[Standing[StockPhrase]]
) -> GuideStepView:
    record_id = derived_record_id(KIND, step.name)
    head = reader.head(record_id)
    wording = standing(head, GuideWording)
    staff = one_standing(reader, RecordId(wording.revision.author), Staff) if wording else None
    own = tuple(one for one in phrases if one.body.step == step.name)
    return GuideStepView(
        step=step,
        wording=wording,
        number=step.number,
        is_left_out=bool(wording and wording.body.removed and may_leave_out(step.name)),
        worded_by=staff.body.name if staff else "",
        phrases=own,
        record_id=record_id,
        base=(*open_base(head), *(tip for one in own for tip in open_base(one.head))),
        draft=reader.draft(desk.user.staff_id, f"{KIND}/{step.name}"),
    )


def _phrases(reader: Reader) -> list[Standing[StockPhrase]]:
    found = all_standing(reader.heads(kinds=(PHRASE,)), StockPhrase)
    return sorted(found, key=lambda one: one.body.text.casefold())


def missing_in_step(entry: StepEntry) -> tuple[tuple[str, str], ...]:
    """Field and sentence of what keeps a step from being recorded."""
    needs = {"label": entry.label, "prompt": entry.prompt}
    return tuple(
        (field, say(f"guide.missing_{field}")) for field, is_there in needs.items() if not is_there
    )


def record_step(
    desk: Desk, view: GuideStepView, entry: StepEntry, base: tuple[RevId, ...]
) -> Outcome[Saved]:
    """Record what differs, in one commit: the words of the step, its new and struck sentences.

    Refused while a word is missing, or when a sentence names a pupil.
    """
    missing = missing_in_step(entry)
    if missing:
        raise Refused("guide.not_whole", field=missing[0][0], first=missing[0][1])
    before = view.body
    body = msgspec.structs.replace(
        before,
        label=entry.label,
        prompt=entry.prompt,
        required=view.is_always_required or entry.required,
    )
    known = {one.record_id: one for one in view.phrases}
    kept = {one.record_id for one in entry.phrases if one.text}
    with desk.vault.write() as work:
        _refuse_names(work, entry)
        parts = []
        if body != before:
            parts.append(Part(body, Where(), view.record_id, base_in(work, view.record_id, base)))
        for one in entry.phrases:
            phrase = StockPhrase(step=view.step.name, text=one.text)
            standing_phrase = known.get(one.record_id) if one.record_id else None
            if not one.text or (standing_phrase and standing_phrase.body == phrase):
                continue
            base_of = base_in(work, one.record_id, base) if one.record_id else ()
            parts.append(Part(phrase, Where(), one.record_id, base_of))
        saved = add_parts(desk, work, parts)
        struck = [
            withdraw_in(desk, work, record_id, _STRUCK)
            for record_id in known
            if record_id not in kept
        ]
        work.drop_draft(desk.user.staff_id, view.form)
    apply_guide(desk)
    saved = Saved((*saved.revisions, *struck))
    return Outcome(saved, changes_of(saved.revisions))


def _as_it_comes(step: GuideStep) -> GuideWording:
    return GuideWording(
        step=step.name, label=step.label, prompt=step.prompt, required=step.required
    )


def _refuse_names(reader: Reader, entry: StepEntry) -> None:
    names = known_names(reader)
    for text in (entry.label, entry.prompt, *(one.text for one in entry.phrases)):
        found = names.find(text)
        if found:
            raise Refused("guide.name", field="phrases", name=found[0].word)


# --- adding, moving, leaving out ---


def add_step(desk: Desk) -> Outcome[Saved]:
    """A step of the centre before the last one; its words are typed next."""
    with desk.vault.write() as work:
        wordings = _wordings(work)
        before, last = (place_of(one, wordings) for one in placed_steps(wordings)[-2:])
        name = own_step(desk.ids.new())
        body = GuideWording(
            step=name,
            label=say("guide.new_label"),
            prompt=say("guide.new_prompt"),
            required=False,
            place=(before + last) / 2,
        )
        saved = add_parts(desk, work, [Part(body, Where(), derived_record_id(KIND, name))])
    apply_guide(desk)
    return Outcome(saved, changes_of(saved.revisions))


def move_step(desk: Desk, view: GuideStepView, *, up: bool) -> Outcome[Saved]:
    """Past the step before or after it; nothing happens at the end.

    Refused for what the handbook requires.
    """
    _must_be_free(view)
    with desk.vault.read() as reader:
        wordings = _wordings(reader)
    others = [one for one in placed_steps(wordings) if one.name != view.step.name]
    before = [one for one in others if place_of(one, wordings) < place_of(view.step, wordings)]
    at = len(before) + (-1 if up else 1)
    if not 0 <= at < len(others):
        return Outcome(Saved(()), changes_of(()))
    places = [Decimal(0), *(place_of(one, wordings) for one in others)]
    return _placed(desk, view, place=(places[at] + places[at + 1]) / 2)


def leave_out(desk: Desk, view: GuideStepView, *, on: bool) -> Outcome[Saved]:
    """Leave a step out of the guide, or take it in again. Refused for what must stay."""
    return _placed(desk, view, removed=on)


def _must_be_free(view: GuideStepView) -> None:
    if not view.is_free:
        raise Refused("guide.always_there", field="place")


def _placed(desk: Desk, view: GuideStepView, **fields: object) -> Outcome[Saved]:
    _must_be_free(view)
    body = msgspec.structs.replace(view.body, **fields)
    with desk.vault.write() as work:
        base = base_in(work, view.record_id, view.base)
        saved = add_parts(desk, work, [Part(body, Where(), view.record_id, base)])
    apply_guide(desk)
    return Outcome(saved, changes_of(saved.revisions))


def reset_step(desk: Desk, view: GuideStepView) -> Outcome[Saved]:
    """The program's own words again; its sentences stay."""
    if view.wording is None or view.is_own:
        raise Refused("guide.not_worded")
    with desk.vault.write() as work:
        saved = Saved((withdraw_in(desk, work, view.record_id, _RESET),))
        work.drop_draft(desk.user.staff_id, view.form)
    apply_guide(desk)
    return Outcome(saved, changes_of(saved.revisions))


def undo_step(desk: Desk, saved: Saved) -> Outcome[Saved]:
    """Take a change of the guide back."""
    with desk.vault.write() as work:
        undone = undo_in(desk, work, saved)
    apply_guide(desk)
    return Outcome(undone, changes_of(undone.revisions))
