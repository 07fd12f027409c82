"""A safety concern can be asked for too: through its circle, by the matrix, and without a trace."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from clbdesk.domain.disclosing import AccessWay, Requester
from clbdesk.domain.revision import Role
from clbdesk.ids import PupilId
from clbdesk.services.access_request import Asked, make_bundle, weigh
from clbdesk.services.desk import Desk, User
from clbdesk.services.safety_concern import open_concern, record_concern
from tests.builders.paper_words import text_of
from tests.journeys.concerns import FACT
from tests.journeys.test_safety_concern import entry_about, with_doctor
from tests.journeys.world import DOCTOR, Hands, World, find_pupil


def asked(desk: Desk, requester: Requester = Requester.MOTHER) -> Asked:
    return Asked(
        requester=requester,
        name="Sofie Claes",
        way=AccessWay.VIEWING,
        received_on=desk.clock.now().date(),
    )


@pytest.fixture
def hands(qtbot: QtBot, world: World, tmp_path: Path) -> Hands:
    return with_doctor(qtbot, world, tmp_path)


def write_concern(desk: Desk, world: World, pupil: PupilId, *, closed_to_parents: bool) -> None:
    view = open_concern(desk, None)
    entry = msgspec.structs.replace(
        entry_about(view, pupil),
        discussed_with=world.staff(DOCTOR),
        decision="gesprek met de ouders",
        decided_by="team",
        not_for_parents=closed_to_parents,
    )
    record_concern(desk, view, entry)


def test_somebody_of_the_circle_gives_every_word_and_the_request_does_not_name_it(
    hands: Hands, world: World
) -> None:
    desk = hands.desk
    lotte = find_pupil(desk, "Peeters", "Lotte")
    write_concern(desk, world, lotte, closed_to_parents=False)

    bundle = make_bundle(desk, lotte, asked(desk)).value

    words = text_of(bundle.printed.pdf)
    for one in (FACT, "bij het meten", "gesprek met de ouders", "Opnieuw te bekijken"):
        assert one in words
    with desk.vault.read() as reader:
        (head,) = reader.heads(kinds=("safety_concern",))
        (request,) = reader.heads(kinds=("access_request",), pupil_id=lotte)
    assert head.leaf.rev_id not in request.leaf.body, "colleagues read that record"
    assert head.record_id not in request.leaf.body


@pytest.mark.parametrize("said, is_given", [("Lotte Peeters", True), ("Lotte", False)])
def test_a_concern_that_was_written_by_name_can_be_asked_for_too(
    hands: Hands, world: World, said: str, is_given: bool
) -> None:
    desk = hands.desk
    lotte = find_pupil(desk, "Peeters", "Lotte")
    view = open_concern(desk, None)
    entry = msgspec.structs.replace(
        entry_about(view, lotte), pupil_id=None, pupil_name=said, not_for_parents=False
    )
    record_concern(desk, view, entry)
    found = [one for one in weigh(desk, lotte, asked(desk)) if one.is_sealed]
    assert bool(found) is is_given


def test_what_is_not_for_parents_is_not_for_a_request_of_the_parents(
    hands: Hands, world: World
) -> None:
    desk = hands.desk
    lotte = find_pupil(desk, "Peeters", "Lotte")
    write_concern(desk, world, lotte, closed_to_parents=True)
    assert FACT not in text_of(make_bundle(desk, lotte, asked(desk)).value.printed.pdf)
    confidant = asked(desk, Requester.CONFIDANT)
    assert FACT in text_of(make_bundle(desk, lotte, confidant).value.printed.pdf)


def test_who_is_not_in_the_circle_gives_nothing_of_it_and_sees_no_difference(
    hands: Hands, world: World
) -> None:
    desk = hands.desk
    lotte = find_pupil(desk, "Peeters", "Lotte")
    colleague = replace(
        desk, user=User(world.staff("Els Claes"), "Els Claes", Role.NURSE), own_key=bytearray(32)
    )
    before = weigh(colleague, lotte, asked(desk))
    write_concern(desk, world, lotte, closed_to_parents=False)
    assert weigh(colleague, lotte, asked(desk)) == before
    other = next(PupilId(one.record_id) for one in _pupils(desk) if one.record_id != lotte)
    assert not [one for one in weigh(desk, other, asked(desk)) if one.is_sealed]


def _pupils(desk: Desk) -> list:
    with desk.vault.read() as reader:
        listed = {one.leaf.pupil_id for one in reader.heads(kinds=("visit_pupil",))}
        return [one for one in reader.heads(kinds=("pupil",)) if PupilId(one.record_id) in listed]
