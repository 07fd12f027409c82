"""A pupil who was added at a school and turns out to be known: the centre joins, the laptop follows."""

from __future__ import annotations

from contextlib import closing

from clbdesk.centre.joining import join, provisional_pupils
from clbdesk.domain.people import Sex
from clbdesk.ids import PupilId
from clbdesk.services.class_list import open_class_list
from clbdesk.services.provisional import NewPupil, add_pupil
from tests.journeys.town import Town
from tests.journeys.world import AN, CONTACT


def test_after_joining_the_laptop_shows_the_known_pupil_with_what_was_measured(town: Town) -> None:
    visit = town.world.visit(CONTACT)
    centre = town.world.setting.centre
    with closing(town.desk("LAP-07", AN)) as desk:
        known = open_class_list(desk, visit).rows[4]
        identity = NewPupil(
            known.family_name, known.given_name, known.birth_date, Sex.FEMALE, known.class_name
        )
        saved = add_pupil(desk, visit, identity).value
        (added,) = {one.pupil_id for one in saved.revisions if one.pupil_id}
        town.measure(desk, added, "131.4")
        town.synchronise("LAP-07", desk)

        (waiting,) = provisional_pupils(centre)
        assert [one.pupil_id for one in waiting.may_be] == [known.pupil_id]
        join(centre, PupilId(waiting.pupil_id), known.pupil_id, "dezelfde leerling")

        town.synchronise("LAP-07", desk)
        listed = {row.pupil_id for row in open_class_list(desk, visit).rows}
        assert known.pupil_id in listed
        assert added not in listed
        growth = town.growth_head(desk, known.pupil_id)
        assert "131.4" in growth.leaf.body
        assert not growth.is_conflict
