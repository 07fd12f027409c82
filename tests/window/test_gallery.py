"""Every widget in light and dark, at normal and large text: nothing is cut off, all have a name."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication

from tests.window.checks import outside, pieces, too_small
from tests.window.gallery import PAGES
from ui import theme
from ui.theme import Role, Scheme
from ui.widgets import focus_ring


@pytest.fixture
def show(qtbot, qapp, tmp_path):
    """Builds a page of the gallery, grabs it, and keeps the picture beside the test."""
    focus_ring.install(qapp)

    def build(name, scheme=Scheme.LIGHT, scale=1.0, width=1366, height=728):
        theme.apply(qapp, scheme, scale)
        page = PAGES[name]()
        qtbot.addWidget(page)
        page.resize(width, height)
        with qtbot.waitActive(page):
            page.show()
            page.activateWindow()
        page.start.setFocus(Qt.FocusReason.TabFocusReason)
        for _ in range(10):
            QApplication.processEvents()
        page.grab().save(str(tmp_path / f"{name}-{scheme}-{scale}-{width}.png"))
        return page

    return build


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_cut_off(show, name, scheme, scale):
    page = show(name, scheme, scale)
    assert page.width() == 1366, f"{name} needs {page.minimumSizeHint().width()} px"
    assert not too_small(page)
    assert not outside(page)


@pytest.mark.parametrize("name", PAGES)
def test_a_laptop_at_125_percent_has_room_enough(show, name):
    page = show(name, width=1093, height=576)
    assert (page.width(), page.height()) == (1093, 576)
    assert not too_small(page)
    assert not outside(page)


@pytest.mark.parametrize("name", PAGES)
def test_every_control_has_a_name_and_a_target_that_can_be_hit(show, name):
    page = show(name)
    for widget in pieces(page):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            assert widget.accessibleName(), widget
            assert widget.height() >= 28, widget
            assert widget.width() >= 24, widget


@pytest.mark.parametrize("name", PAGES)
def test_dark_leaves_no_light_patch(show, name):
    page = show(name, Scheme.DARK)
    image = page.grab().toImage()
    light = sum(
        image.pixelColor(x, y).lightness() > 200
        for x in range(0, image.width(), 7)
        for y in range(0, image.height(), 7)
    )
    assert light < 0.04 * (image.width() // 7) * (image.height() // 7)


def test_one_area_of_accent_per_page(show):
    page = show("growth")
    image = page.grab().toImage()
    accent = theme.colour(Role.ACCENT).name()
    primary = page.footer.primary
    box = QRect(primary.mapTo(page, QPoint(0, 0)), primary.size()).adjusted(-4, -4, 4, 4)
    columns = [
        x
        for x in range(0, image.width(), 8)
        if sum(
            image.pixelColor(x, y).name() == accent and not box.contains(x, y)
            for y in range(image.height())
        )
        > 20
    ]
    assert len(columns) < 12, "only borders and lines, no second filled area"
