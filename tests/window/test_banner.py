"""The banner says who this is, in a fixed order, and cuts nothing off."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ui.theme import Role
from ui.widgets import paint
from ui.widgets.banner import Alert, Banner, BannerView

LOTTE = BannerView(
    "Peeters",
    "Lotte",
    date(2020, 3, 4),
    80,
    "Vrouw",
    "20-03-04 118",
    "1B",
    "Lot",
    (
        Alert("alert-triangle", "Allergie: latex", Role.ERROR),
        Alert("users", "Naamgenoot", Role.ATTENTION),
    ),
)


@pytest.fixture
def banner(qtbot):
    made = Banner()
    qtbot.addWidget(made)
    made.resize(1366, 60)
    return made


def test_name_birth_date_sex_number_and_class_stand_in_this_order():
    assert LOTTE.name == "PEETERS, Lotte"
    assert LOTTE.facts() == (
        ("Geboren", "04 mrt 2020 (6 j 8 m)"),
        ("Geslacht", "Vrouw"),
        ("Leerlingnummer", "20-03-04 118"),
        ("Klas", "1B"),
    )


def test_what_is_not_known_says_so():
    unknown = BannerView("Peeters", "Lotte", None, None)
    assert {value for _label, value in unknown.facts()} == {"niet gekend"}


def test_screen_readers_hear_name_facts_and_alerts(banner):
    banner.show_pupil(LOTTE)
    assert banner.accessibleName() == "PEETERS, Lotte"
    assert banner.accessibleDescription().endswith("Klas 1B; Allergie: latex, Naamgenoot")


def test_a_usual_pupil_fits_in_sixty_pixels(banner):
    banner.show_pupil(LOTTE)
    assert banner.height() == 60


def test_a_long_name_wraps_on_a_narrow_window(banner):
    long = BannerView(
        "Van den Broeck-Vandenberghe",
        "Marie-Antoinette Elisabeth",
        date(2020, 3, 4),
        80,
        "Vrouw",
        "20-03-04 118",
        "1B",
        "",
        LOTTE.alerts,
    )
    banner.resize(1000, 60)
    banner.show_pupil(long)
    assert len(banner._name_lines()) > 1
    assert " ".join(banner._name_lines()) == long.name
    banner.show_pupil(replace(long, call_name="Marie"))
    assert banner.height() > 60


@pytest.mark.parametrize("width", [1093, 1024])
def test_a_name_without_spaces_breaks_after_a_hyphen_and_leaves_the_facts_their_place(
    banner, width
):
    name = "van den Bossche-D’Hooghe-Østergård-Wiśniewska"
    long = replace(LOTTE, family_name=name, given_name="Željka-Nguyễn Çağla")
    banner.resize(width, 60)
    banner.show_pupil(long)

    lines = banner._name_lines()
    assert all(paint.width_of(one, banner._name_font()) <= banner._name_room() for one in lines)
    assert "".join(lines).replace(" ", "") == long.name.replace(" ", "")


def test_alerts_that_do_not_fit_beside_the_facts_go_below(banner):
    banner.resize(820, 60)
    banner.show_pupil(LOTTE)
    assert banner.height() == 60 + 28
