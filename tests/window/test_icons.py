"""Icons exist under the names of the word table and take the colour of their role."""

from __future__ import annotations

from collections import Counter

import pytest

from ui import icons, theme
from ui.theme import Role, Scheme

NAMES = [
    "user",
    "user-check",
    "user-off",
    "player-play",
    "circle-half",
    "check",
    "rotate",
    "pencil",
    "stethoscope",
    "hand-stop",
    "minus",
    "clock",
    "wave",
    "eye-check",
    "calendar",
    "arrow-right-circle",
    "alert-triangle",
    "bookmark",
    "equal",
    "help",
    "signature",
    "home-heart",
    "history",
    "arrows-split",
    "needle",
    "x",
    "arrow-right",
    "hourglass",
    "door-exit",
    "lock",
    "cloud",
    "shield-check",
    "box",
    "circle",
    "users",
    "cloud-off",
    "equal-not",
    "circle-check",
    "device-laptop",
    "chevron-left",
    "chevron-down",
    "search",
    "plus",
]


@pytest.mark.parametrize("name", NAMES)
def test_every_icon_of_the_word_table_exists(name):
    assert name in icons.names()


@pytest.mark.parametrize("name", icons.names())
def test_every_icon_draws_something_in_the_colour_of_its_role(name, qapp):
    image = icons.pixmap(name, Role.ERROR, 48).toImage()
    pixels = [image.pixelColor(x, y) for x in range(48) for y in range(48)]
    seen = Counter(pixel.name() for pixel in pixels if pixel.alpha() == 255)
    assert seen.most_common(1)[0][0] == theme.colour(Role.ERROR).name()


def test_an_icon_is_sharp_on_a_dense_screen(qapp):
    picture = icons.pixmap("check", Role.TEXT, 18, 2.0)
    assert picture.width() == 36
    assert picture.deviceIndependentSize().width() == 18


def test_an_icon_follows_the_scheme(qapp):
    light = icons.pixmap("minus", Role.TEXT, 24).toImage().pixelColor(12, 12)
    theme.apply(qapp, Scheme.DARK)
    dark = icons.pixmap("minus", Role.TEXT, 24).toImage().pixelColor(12, 12)
    assert dark.lightness() > 200
    assert light.lightness() < 60


def test_icons_come_with_their_licence():
    assert "MIT License" in (icons.FOLDER / "LICENSE-tabler.txt").read_text(encoding="utf-8")
