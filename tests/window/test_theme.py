"""Colours can be told apart by everybody, and every name can be written."""

from __future__ import annotations

import re

import pytest
from PySide6.QtGui import QColor, QFontMetricsF, QPalette, QRawFont
from PySide6.QtWidgets import QLabel

from ui import theme
from ui.theme import Role, Scheme, Size, Weight

PAIRS = [
    (scheme, role, ground, least)
    for scheme in Scheme
    for kind, least in (("text", 4.5), ("symbol", 3.0))
    for role, grounds in theme.tokens()["contrast"][kind].items()
    for ground in grounds
]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_knows_black_on_white():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)


@pytest.mark.parametrize("scheme, role, ground, least", PAIRS)
def test_every_pair_of_colours_can_be_read(scheme, role, ground, least):
    colours = theme.tokens()[scheme]
    assert contrast(colours[role], colours[ground]) >= least


@pytest.mark.parametrize("scheme", Scheme)
def test_every_role_has_a_colour_in_both_schemes(scheme):
    assert set(theme.tokens()[scheme]) == {role.value for role in Role}
    assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in theme.tokens()[scheme].values())


def test_every_role_of_text_is_in_the_contrast_list():
    listed = set(theme.tokens()["contrast"]["text"]) | set(theme.tokens()["contrast"]["symbol"])
    grounds = {role for role in Role if role.endswith("_ground")} | {
        *(Role.WINDOW, Role.SURFACE, Role.BANNER, Role.SELECTED, Role.SELECTED_LIGHT),
        *(Role.LINE, Role.LINE_FAINT, Role.CHART_BAND, Role.ACCENT_PRESSED),
    }
    assert {role.value for role in Role} - {role.value for role in grounds} == listed


def test_dark_reaches_palette_sheet_and_labels_that_exist_already(qapp, qtbot):
    label = QLabel("Lotte")
    qtbot.addWidget(label)
    theme.apply(qapp, Scheme.DARK)
    dark = theme.tokens()[Scheme.DARK]
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(dark["window"])
    assert label.palette().color(QPalette.ColorRole.WindowText) == QColor(dark["text"])
    assert dark["input_border"] in qapp.styleSheet()
    assert "$" not in qapp.styleSheet()


def test_the_sheet_sets_no_fonts_and_touches_no_widget_by_wildcard():
    sheet = (theme.RESOURCES / "theme" / "clbdesk.qss").read_text(encoding="utf-8")
    rules = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    assert "font" not in rules
    assert "*" not in rules


def test_text_grows_with_the_setting_and_lengths_with_it(qapp):
    normal = theme.font(Size.BASE).pointSizeF()
    theme.apply(qapp, text_scale=1.5)
    assert theme.font(Size.BASE).pointSizeF() == pytest.approx(normal * 1.5)
    assert theme.px(40) == 60


def test_the_tt_of_lotte_is_two_letters():
    metrics = QFontMetricsF(theme.font(Size.NAME, Weight.BOLD))
    assert metrics.horizontalAdvance("tt") == pytest.approx(
        2 * metrics.horizontalAdvance("t"), abs=0.6
    )


@pytest.mark.parametrize("face", ["Regular", "SemiBold", "Bold"])
def test_every_letter_of_latin_1_and_extended_a_can_be_written(face):
    font = QRawFont(str(theme.RESOURCES / "fonts" / f"Lato-{face}.ttf"), 16)
    wanted = {*range(0x20, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x180), 0x2212, 0x2013, 0x2026}
    wanted |= {ord(letter) for letter in "NGUYỄN Bảo Đặng"}
    assert not [chr(code) for code in sorted(wanted) if not font.supportsCharacter(code)]
