"""What journeys of a vaccination visit share: a session, pupils by what is planned, their records."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from clbdesk.domain.body import Body
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.vaccination import ConsentChannel, ConsentChoice, ConsentGiver, Dose
from clbdesk.ids import PupilId
from clbdesk.services.class_list import ListRow, open_class_list
from clbdesk.services.outcome import Outcome
from clbdesk.services.pupil import find_on_visit
from clbdesk.services.reading import all_standing
from clbdesk.services.records import Saved
from clbdesk.services.vaccination_lots import LotEntry
from clbdesk.services.vaccination_plan import PlanState
from clbdesk.services.vaccination_saving import ConsentEntry, record_consent
from clbdesk.services.vaccination_session import (
    SessionEntry,
    open_session,
    record_session,
)
from tests.journeys.world import AN, DOCTOR, VACCINATION, Hands, World
from ui.pages.base import Destination
from ui.pages.vaccination import VaccinationPage

Key = Qt.Key

# --- what the vault says ---


def records(
    hands: Hands, world: World, pupil_id: PupilId, kind: str, visit: int = VACCINATION
) -> list[Body]:
    """The standing records of one kind of a pupil on the visit."""
    shape = KINDS[kind].shape
    with hands.desk.vault.read() as reader:
        heads = reader.heads(kinds=(kind,), visit_id=world.visit(visit), pupil_id=pupil_id)
    return [one.body for one in all_standing(heads, shape)]


def doses(hands: Hands, world: World, pupil_id: PupilId, visit: int = VACCINATION) -> list[Dose]:
    """The dose facts of a pupil on the visit."""
    found = records(hands, world, pupil_id, "dose", visit)
    return [one for one in found if isinstance(one, Dose)]


def rows(hands: Hands, world: World, visit: int = VACCINATION) -> tuple[ListRow, ...]:
    """The list as the service sees it."""
    return open_class_list(hands.desk, world.visit(visit)).rows


def planned(hands: Hands, world: World, *vaccines: str, visit: int = VACCINATION) -> list[ListRow]:
    """Pupils for whom exactly these vaccines are planned, in the order of the list."""
    found = []
    for row in rows(hands, world, visit):
        plans = row.vaccination.shown if row.vaccination else ()
        if {one.vaccine for one in plans} == set(vaccines) and all(
            one.state is PlanState.PLANNED for one in plans
        ):
            found.append(row)
    return found


# --- what people do ---


def have_session(
    hands: Hands,
    world: World,
    *vaccines: str,
    kit: bool = True,
    user: str = AN,
    others: tuple[str, ...] = (),
    arrival: str = "5.1",
    visit: int = VACCINATION,
) -> Outcome[Saved]:
    """A session of this station with the lots of these vaccines, as fixed earlier that day.

    `others`: numbers of lots that go along unopened; `arrival`: °C.
    """
    view = open_session(hands.desk, world.visit(visit))
    lots = {lot.vaccine: lot for lot in reversed(view.lots)}
    taken = [(lots[name], True) for name in vaccines or ("dTpa",)]
    taken += [(lot, False) for lot in view.lots if lot.number in others]
    entry = SessionEntry(
        vaccinator=world.staff(user),
        registrar=None,
        doctor=world.staff(DOCTOR),
        order_id=view.orders[0].order_id,
        lots=tuple(
            LotEntry(lot.lot_id, lot.product, lot.number, lot.expires_on, 40, in_use=in_use)
            for lot, in_use in taken
        ),
        departure=Decimal("4.8"),
        arrival=Decimal(arrival),
        kit=kit,
    )
    return record_session(hands.desk, view, entry, view.base)


def go_to(hands: Hands, world: World, pupil_id: PupilId) -> VaccinationPage:
    """From the list to a pupil, as Enter does."""
    visit = world.visit(VACCINATION)
    hands.go(Destination("vaccination_list", visit))
    hands.go(Destination("pupil", visit, pupil_id, "vaccination"))
    found = hands.page.findChild(VaccinationPage)
    assert found is not None
    hands.start_counting()
    return found


def say_birthday(hands: Hands, born: date) -> None:
    """Type day and month as the pupil says them, and who said so."""
    hands.type(f"{born:%d%m}")
    hands.press(Key.Key_Return)
    hands.type("l")


def sentences(hands: Hands) -> str:
    """Everything that the message bar says, links included."""
    message = hands.page.messages.message()
    return " ".join((message.text, *(one.text for one in message.links))) if message else ""


def condition(hands: Hands) -> str:
    """The line above the footer."""
    return " ".join(f"{one.head} {one.sentence}" for one in hands.page.rules.lines())


def refusal_form(
    hands: Hands,
    world: World,
    pupil_id: PupilId,
    choice: ConsentChoice = ConsentChoice.REFUSAL,
) -> Outcome[Saved]:
    """Somebody says no, or takes a yes back, at the other post."""
    with hands.desk.vault.read() as reader:
        on_visit, _visit, _listed = find_on_visit(reader, world.visit(VACCINATION), pupil_id)
    return record_consent(
        hands.desk,
        on_visit,
        ConsentEntry(
            choice=choice,
            vaccines=("dTpa", "HPV"),
            giver=ConsentGiver.GUARDIAN,
            giver_name="Mia Andersen",
            relation="voogd",
            channel=ConsentChannel.PAPER,
            signed_on=date(2026, 11, 23),
            received_on=date(2026, 11, 23),
            health_answers={},
        ),
    )


def scan(hands: Hands, code: str) -> None:
    """A scanner types a burst that ends with Enter wherever the focus is: one gesture."""
    at = time.monotonic_ns() // 1_000_000
    for char in (*code, "\r"):
        key = Key.Key_Return if char == "\r" else Key.Key_unknown
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, char)
        at += 5
        event.setTimestamp(at)
        focus = QApplication.focusWidget()
        assert focus is not None
        QApplication.sendEvent(focus, event)
    hands.strokes += 1
    hands.settle()
