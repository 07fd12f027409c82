"""Vragenlijst: what parents or pupil told, and what is known across contacts.

The questionnaire belongs to one contact; each known item (allergy, glasses, …) is a record of the
pupil, so that it is changed in one place and shown everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import (
    Background,
    BackgroundItem,
    HearingIndication,
    ParentPresent,
    Questionnaire,
    QuestionnaireState,
)
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.people import Staff
from clbdesk.domain.visits import ContactMoment
from clbdesk.ids import RecordId, RevId
from clbdesk.services.desk import Desk
from clbdesk.services.outcome import Outcome
from clbdesk.services.pupil import PupilOnVisit, add_step
from clbdesk.services.reading import Standing, all_standing, one_standing, open_base, standing
from clbdesk.services.records import Part, Saved, base_in, changes_of
from clbdesk.services.relation import must_read_at
from clbdesk.standards.hearing_indication import (
    NOT_ASKED,
    HearingTest,
    Screening,
    hearing_indication,
)

# The items of the form, in the order of the page.
ITEMS = (
    BackgroundItem.ALLERGY,
    BackgroundItem.GLASSES,
    BackgroundItem.VISION,
    BackgroundItem.HEARING,
    BackgroundItem.GROWTH,
    BackgroundItem.OTHER_CARE,
)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one item. `answer` None = never asked here."""

    answer: str | None = None
    text: str = ""
    in_banner: bool = False


@dataclass(frozen=True, slots=True)
class QuestionnaireView:
    """What the page shows before anybody answers."""

    on_visit: PupilOnVisit
    known: Mapping[BackgroundItem, Known]
    indication: HearingIndication | None
    saved: Standing[Questionnaire] | None
    saved_by: str
    base: tuple[RevId, ...]

    @property
    def asks_hearing_risk(self) -> bool:
        """Only in the first kleuterklas (HE-1, HE-2)."""
        return self.on_visit.moment is ContactMoment.KK1


@dataclass(frozen=True, slots=True)
class QuestionnaireEntry:
    """The form."""

    received: QuestionnaireState | None
    parent_present: ParentPresent | None = None
    question: str = ""
    known: Mapping[BackgroundItem, Known] = field(default_factory=dict)
    screening: Screening = NOT_ASKED
    risk_factors: tuple[str, ...] | None = None
    assumed: tuple[str, ...] = ()
    state: ExamState = ExamState.DONE
    state_reason: str | None = None


def open_questionnaire(desk: Desk, on_visit: PupilOnVisit) -> QuestionnaireView:
    """What is known of a pupil, and what was answered in this contact."""
    must_read_at(desk, on_visit.school_id, "questionnaire")
    pupil_id = on_visit.pupil_id
    with desk.vault.read() as reader:
        head = reader.head(on_visit.exam_id("questionnaire"))
        heads = {item: reader.head(_item_id(on_visit, item)) for item in ITEMS}
        indication_head = reader.head(on_visit.exam_id("hearing_indication"))
        indications = all_standing(
            reader.heads(kinds=("hearing_indication",), pupil_id=pupil_id), HearingIndication
        )
        saved = standing(head, Questionnaire)
        author = one_standing(reader, RecordId(saved.revision.author), Staff) if saved else None
    known = {}
    for item, item_head in heads.items():
        found = standing(item_head, Background)
        body = found.body if found else None
        known[item] = Known(body.answer, body.text, body.in_banner) if body else Known()
    base = [*open_base(head), *open_base(indication_head)]
    for item_head in heads.values():
        base += open_base(item_head)
    return QuestionnaireView(
        on_visit=on_visit,
        known=known,
        indication=indications[-1].body if indications else None,
        saved=saved,
        saved_by=author.body.name if author else "",
        base=tuple(base),
    )


def record_questionnaire(
    desk: Desk,
    view: QuestionnaireView,
    entry: QuestionnaireEntry,
    base: tuple[RevId, ...],
    *,
    reason: str | None = None,
) -> Outcome[Saved]:
    """Record the questionnaire, the items that changed, and for a toddler the indication."""
    on_visit = view.on_visit
    questionnaire = Questionnaire(
        state=entry.state,
        state_reason=entry.state_reason,
        assumed=entry.assumed,
        received=entry.received,
        parent_present=entry.parent_present,
        question=entry.question,
    )
    with desk.vault.write() as work:
        record_id = on_visit.exam_id("questionnaire")
        parts = [Part(questionnaire, on_visit.where, record_id, base_in(work, record_id, base))]
        for item, known in entry.known.items():
            if known.answer is None or known == view.known.get(item):
                continue
            item_id = _item_id(on_visit, item)
            background = Background(
                pupil_id=on_visit.pupil_id,
                item=item,
                answer=known.answer,
                text=known.text,
                in_banner=known.in_banner,
            )
            parts.append(Part(background, on_visit.where, item_id, base_in(work, item_id, base)))
        if view.asks_hearing_risk and entry.state is ExamState.DONE:
            record_id = on_visit.exam_id("hearing_indication")
            parts.append(
                Part(
                    _indication(view, entry),
                    on_visit.where,
                    record_id,
                    base_in(work, record_id, base),
                )
            )
        saved = add_step(desk, work, on_visit, "questionnaire", parts, reason=reason)
    return Outcome(saved, changes_of(saved.revisions))


def _indication(view: QuestionnaireView, entry: QuestionnaireEntry) -> HearingIndication:
    plan = hearing_indication(
        ContactMoment.KK1,
        screening=entry.screening,
        risk_factors=entry.risk_factors,
    )
    indicated = None if plan.test is None else plan.test is HearingTest.AUDIOMETRY
    return HearingIndication(
        pupil_id=view.on_visit.pupil_id,
        registered_screening=entry.screening.registered,
        neonatal_screening=entry.screening.known,
        screening_source=entry.screening.source,
        risk_factors=entry.risk_factors or (),
        risks_asked=entry.risk_factors is not None,
        indicated=indicated,
        judgements=plan.lines,
    )


def _item_id(on_visit: PupilOnVisit, item: BackgroundItem) -> RecordId:
    return derived_record_id("background", on_visit.pupil_id, item.value)
