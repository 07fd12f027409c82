"""A form that is typed over beside the pupil: for the series unless somebody says one dose."""

from __future__ import annotations

import pytest

from clbdesk.domain.vaccination import Consent, ConsentChannel, ConsentReach
from tests.journeys.conftest import Opener
from tests.journeys.needles import go_to, have_session, planned, records
from tests.journeys.world import AN, Hands, World


def type_form(hands: Hands, world: World, *, one_dose: bool) -> Consent:
    """Keuze, door, naam and kanaal are asked; how many doses only of who wants to say so."""
    have_session(hands, world)
    pupil_id = planned(hands, world, "dTpa")[0].pupil_id
    before = records(hands, world, pupil_id, "consent")
    page = go_to(hands, world, pupil_id)
    page.form_button.click()
    hands.settle()
    form = page.form
    hands.type("c")
    form._giver.setFocus()
    hands.type("o")
    form._name.setFocus()
    hands.type("Ine Peeters")
    form._channel.setFocus()
    hands.type("p")
    if one_dose:
        form._reach.setFocus()
        hands.type("d")
    form.save()
    hands.settle()
    (made,) = [one for one in records(hands, world, pupil_id, "consent") if one not in before]
    assert isinstance(made, Consent)
    return made


@pytest.mark.parametrize("one_dose", [False, True])
def test_a_form_is_for_the_series_unless_somebody_says_the_next_dose_only(
    opened: Opener, world: World, *, one_dose: bool
) -> None:
    an = opened(AN)
    made = type_form(an, world, one_dose=one_dose)
    assert made.reach is (ConsentReach.ONE_DOSE if one_dose else ConsentReach.SERIES)


def test_beside_the_pupil_a_withdrawal_is_for_no_number_of_doses_and_blocks_at_once(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    have_session(hands, world)
    row = planned(hands, world, "dTpa")[0]
    page = go_to(hands, world, row.pupil_id)
    page.form_button.click()
    hands.settle()
    form = page.form
    assert form._reach.isVisible()
    hands.type("i")
    assert not form._reach.isVisible()
    form._giver.setFocus()
    hands.type("o")
    form._name.setFocus()
    hands.type("Ine Peeters")
    form._channel.setFocus()
    hands.type("t")
    form.save()
    hands.settle()

    (back,) = [one for one in records(hands, world, row.pupil_id, "consent") if one.withdrawn_on]
    assert (back.giver_name, back.channel) == ("Ine Peeters", ConsentChannel.TELEPHONE)
    assert row.pupil_id not in {one.pupil_id for one in planned(hands, world, "dTpa")}
