"""The growth chart in the real window: read, looked at closer, on other charts; what a doctor adds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from clbdesk.charts.chart_window import CLOSER
from clbdesk.cli.demo.setting import PASSPHRASE
from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import Growth, GrowthReference
from clbdesk.domain.kinds import derived_record_id
from clbdesk.ids import PupilId
from clbdesk.services.reading import one_standing
from clbdesk.standards.tables import put_in_force, rule
from tests.journeys.conftest import Opener
from tests.journeys.days import saved, started_at
from tests.journeys.moments import born, pause
from tests.journeys.world import AN, DOCTOR, Hands, World, find_pupil
from tests.window.checks import nameless, outside, too_small
from ui.pages.base import Destination
from ui.pages.growth import GrowthPage
from ui.pages.growth_chart import GrowthChartCard
from ui.pages.history import HistoryPage
from ui.pages.rules import RulesPage


def at_growth(hands: Hands, world: World) -> tuple[PupilId, GrowthPage]:
    """Lotte at the step of growth."""
    lotte = started_at(hands, world, "Peeters", "Lotte", "growth")
    page = hands.page._pages["growth"]
    assert isinstance(page, GrowthPage)
    return lotte, page


def measure(hands: Hands) -> None:
    """Length and weight, and nothing saved yet."""
    hands.type("121,5")
    hands.press(Qt.Key.Key_Return)
    hands.type("24,8")


def drawn(card: GrowthChartCard) -> list[str]:
    """The words of the drawing."""
    scene = card._plot._scene
    assert scene is not None
    return [item.text for item in scene.items if hasattr(item, "text")]


def turn(card: GrowthChartCard, delta: int, held: Qt.KeyboardModifier) -> bool:
    """Turn the wheel over the plot; whether it was taken."""
    at, none = QPointF(200, 100), Qt.MouseButton.NoButton
    where, angle, phase = card._plot.mapToGlobal(at), QPoint(0, delta), Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(at, where, QPoint(), angle, none, held, phase, False)
    event.accept()
    QApplication.sendEvent(card._plot, event)
    return event.isAccepted()


# --- reading and looking closer ------------------------------------------------------------------


def test_the_arrows_read_every_point_with_its_exact_age_percentile_and_reference(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    _, page = at_growth(hands, world)
    measure(hands)
    assert page._chart._side._unsigned.isVisible(), "which lines are drawn waits for a doctor"
    plot = page._chart._plot

    plot.setFocus(Qt.FocusReason.TabFocusReason)
    hands.settle()
    newest = (
        "23 nov 2026 · 6 j 8 m (6,72 jaar) · 121,5 cm · P53 · +0,1 SDS · Vlaamse groeicurven 2004"
    )
    assert newest in drawn(page._chart)
    assert plot.accessibleDescription().startswith(newest)
    hands.press(Qt.Key.Key_Left)
    assert any(text.startswith("09 okt 2023 · 3 j 7 m (3,60 jaar) · 98,1 cm · P36")
               for text in drawn(page._chart))  # fmt: skip
    hands.press(Qt.Key.Key_Left, Qt.Key.Key_Left)
    assert any(text.startswith("06 sep 2022 · 2 j 6 m") for text in drawn(page._chart))
    assert [line._is_read for line in page._chart._side._rows] == [False, False, True]
    hands.press(Qt.Key.Key_Tab)
    assert not any(" · " in text for text in drawn(page._chart)), "left, and nothing is read"


def test_the_mouse_reads_the_point_under_it_and_no_other(opened: Opener, world: World) -> None:
    hands = opened(AN)
    _, page = at_growth(hands, world)
    measure(hands)
    card = page._chart
    now = card._points[-1]
    window = card._window(now.age)
    scale = card._plot.at_mm(QPointF(100, 0))[0] / 100

    QTest.mouseMove(
        card._plot, QPoint(round(window.x(now.age) / scale), round(window.y(now.value) / scale))
    )
    hands.settle()
    assert any(text.startswith("23 nov 2026 · ") for text in drawn(card))
    QTest.mouseMove(card._plot, QPoint(round(window.x(11.0) / scale), 40))
    hands.settle()
    assert not any(" · " in text for text in drawn(card))


def test_plus_minus_and_zero_look_closer_and_back_by_keys_and_buttons(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    _, page = at_growth(hands, world)
    measure(hands)
    card = page._chart
    years = [float(text.replace(",", ".")) for text in ("2", "12")]
    assert card._window(6.7).age_from == years[0]

    card._plot.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(3):
        hands.type("+")
    nearest = card._window(6.7)
    assert nearest.age_to - nearest.age_from == CLOSER[-1]
    assert nearest.age_from <= 6.72 <= nearest.age_to
    hands.press(Qt.Key.Key_Left)
    assert card._window(6.7).shows(3.6, 98.1), "the closer look goes along with the point"
    hands.type("-")
    assert card._times == 1
    hands.type("0")
    assert (card._window(6.7).age_from, card._window(6.7).age_to) == tuple(years)

    side = card._side
    assert (side._back.isEnabled(), side._whole.isEnabled()) == (False, False)
    side._nearer.click()
    side._nearer.click()
    assert not side._nearer.isEnabled()
    side._back.click()
    assert card._times == 1
    side._whole.click()
    assert card._times == 0


def test_the_wheel_zooms_with_ctrl_alone(opened: Opener, world: World) -> None:
    hands = opened(AN)
    _, page = at_growth(hands, world)
    measure(hands)
    card = page._chart
    none, ctrl = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier

    assert not turn(card, 120, none), "the page scrolls"
    assert card._times == 0
    assert turn(card, 120, ctrl)
    assert card._times == 1
    assert turn(card, -120, ctrl)
    assert card._times == 0


def test_another_pupil_begins_with_the_whole_chart(opened: Opener, world: World) -> None:
    hands = opened(AN)
    _, page = at_growth(hands, world)
    page._chart._side._nearer.click()
    assert page._chart._times == 1

    started_at(hands, world, "Coppens", "Louis", "growth")

    assert page._chart._times == 0


def test_the_velocity_and_the_table_are_one_key_away(opened: Opener, world: World) -> None:
    hands = opened(AN)
    _, page = at_growth(hands, world)
    measure(hands)
    card = page._chart

    card._measure.setFocus()
    hands.type("n")
    assert card.title.text() == "Groeisnelheid"
    assert {"7,5", "7,6"} <= set(drawn(card))
    card._as_table.click()
    cells = [card._grid.itemAt(place).widget().text() for place in range(card._grid.count())]
    assert cells[:10] == [
        "Datum", "Leeftijd", "Groeisnelheid (cm/jaar)", "Interval", "Bron",
        "23 nov 2026", "6 j 8 m (6,72 jaar)", "7,5", "over 3,1 jaar", "An Janssens",
    ]  # fmt: skip


# --- what a doctor adds --------------------------------------------------------------------------


def test_f3_opens_head_and_sitting_height_for_a_doctor_and_both_are_recorded(
    opened: Opener, world: World
) -> None:
    hands = opened(DOCTOR)
    lotte, page = at_growth(hands, world)
    assert page._more.isHidden()
    measure(hands)
    hands.press(Qt.Key.Key_F3)
    hands.type("51,2")
    hands.press(Qt.Key.Key_Tab)
    hands.type("66,4")
    hands.save_and_go()

    growth = saved(hands, world, lotte, "growth", Growth)
    assert growth is not None
    assert (growth.head_cm, growth.sitting_height_cm) == (Decimal("51.2"), Decimal("66.4"))
    assert {"GRO-HC", "GRO-ZIT"} <= {one.rule_id for one in growth.judgements}


def test_an_impossible_or_unlikely_head_is_refused_or_asked_about(
    opened: Opener, world: World
) -> None:
    hands = opened(DOCTOR)
    lotte, page = at_growth(hands, world)
    measure(hands)
    hands.press(Qt.Key.Key_F3)
    hands.type("12")
    hands.save_and_go()
    (link,) = hands.page.messages.message().links
    assert link.text == "Hoofdomtrek: 12 kan niet. Vul een waarde in van 20 tot 80 cm."

    link.call()
    QApplication.focusWidget().selectAll()
    hands.type("61,0")
    hands.press(Qt.Key.Key_Tab)
    asked = page._rows["head"].question()
    assert asked.startswith("Hoofdomtrek 61,0 cm ligt ver van de curve"), asked
    page._fields["head"].setFocus()
    hands.press(Qt.Key.Key_F4)
    pause(hands)
    hands.save_and_go()
    growth = saved(hands, world, lotte, "growth", Growth)
    assert growth is not None
    assert [(one.field, one.limit_id, one.value) for one in growth.confirmed] == [
        ("head", "LIM-HC", "61.0")
    ]


def test_a_head_that_could_not_be_measured_says_why(opened: Opener, world: World) -> None:
    hands = opened(DOCTOR)
    lotte, _ = at_growth(hands, world)
    measure(hands)
    hands.press(Qt.Key.Key_F3)
    hands.press(Qt.Key.Key_F8, Qt.Key.Key_W, Qt.Key.Key_Return, Qt.Key.Key_L)
    hands.save_and_go()

    growth = saved(hands, world, lotte, "growth", Growth)
    assert growth is not None
    assert growth.head_cm is None
    assert growth.head_state is ExamState.REFUSED
    assert growth.height_state is ExamState.DONE


def test_a_nurse_says_another_device_and_what_stood_in_the_way_and_measures_no_head(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte, page = at_growth(hands, world)
    assert page._more.isHidden()
    measure(hands)

    hands.press(Qt.Key.Key_F3)
    assert not page._rows["head"].isVisible()
    assert QApplication.focusWidget().accessibleName() == "Meettoestel"
    QApplication.focusWidget().selectAll()
    hands.type("Seca 217")
    hands.press(Qt.Key.Key_Tab)
    hands.type("gips aan de linkerarm")
    assert not page._chart._reference.link.isVisible()
    hands.save_and_go()

    growth = saved(hands, world, lotte, "growth", Growth)
    assert growth is not None
    assert (growth.device, growth.remark) == ("Seca 217", "gips aan de linkerarm")


def test_a_doctor_plots_a_pupil_on_the_who_charts_and_what_was_typed_stays(
    opened: Opener, world: World
) -> None:
    hands = opened(DOCTOR)
    lotte, page = at_growth(hands, world)
    measure(hands)
    flemish = [one.rule_id for one in page.judgements()]

    page._chart._reference.link.click()
    hands.type("w")
    page._chart._reference._apply.click()
    assert page._chart._reference._wrong.text() == "Vul de reden in."
    hands.type("ouders uit Ghana")
    page._chart._reference._apply.click()
    hands.settle()

    with hands.desk.vault.read() as reader:
        record_id = derived_record_id("growth_reference", lotte)
        chosen = one_standing(reader, record_id, GrowthReference)
    assert chosen is not None
    assert (chosen.body.reference, chosen.body.reason) == ("who", "ouders uit Ghana")
    assert chosen.revision.author == world.staff(DOCTOR)
    assert page._fields["height"].text() == "121,5"
    assert page._fields["weight"].text() == "24,8"
    assert page._chart.quiet.text() == "WHO 2006 en 2007 · meisjes"
    note = page._chart._reference._note.text()
    assert note == "Gekozen door dr. Lieve Maes op 23 nov 2026: ouders uit Ghana"
    assert page._computed._reference.text().startswith("SDS en percentiel op de curve WHO 2007")
    assert [one.rule_id for one in page.judgements()] == [*flemish, "WHO-2, GRO-REF"]

    hands.save_and_go()
    growth = saved(hands, world, lotte, "growth", Growth)
    assert growth is not None
    assert growth.reference == "who"


def test_the_charts_are_chosen_in_the_dossier_too(opened: Opener, world: World) -> None:
    hands = opened(DOCTOR)
    lotte, _ = at_growth(hands, world)
    hands.press(Qt.Key.Key_D, ctrl=True)
    page = hands.page
    assert isinstance(page, HistoryPage)
    page._views.setFocus()
    page._views._press(1)
    hands.settle()
    card = page._growth._chart

    card._reference.link.click()
    hands.type("w")
    card._reference._reason.setFocus()
    hands.type("ouders uit Ghana")
    card._reference._apply.click()
    hands.settle()

    assert card.quiet.text() == "WHO 2006 en 2007 · meisjes"
    with hands.desk.vault.read() as reader:
        record_id = derived_record_id("growth_reference", lotte)
        assert one_standing(reader, record_id, GrowthReference) is not None
        assert "growth_reference" in {line.kind for line in reader.access_lines()}


# --- the limit of nine years ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "birth, head, number, why",
    [
        (
            date(2017, 11, 23),
            "Normaal gewicht",
            "BMI 19,2, index 119 % (grens 120 %)",
            "tot en met 9 j 0 m geldt de gewichtsindex, vanaf 9 j 1 m de BMI-lijn",
        ),
        (
            date(2017, 10, 23),
            "Overgewicht",
            "BMI 19,2 (grens 19,1)",
            "vanaf 9 j 1 m geldt de BMI-lijn, tot en met 9 j 0 m de gewichtsindex",
        ),
    ],
)
def test_the_same_weight_on_both_sides_of_nine_years_says_on_the_screen_why_it_differs(
    opened: Opener, world: World, birth: date, head: str, number: str, why: str
) -> None:
    hands = opened(AN)
    louis = find_pupil(hands.desk, "Coppens", "Louis")
    born(hands, louis, birth)
    started_at(hands, world, "Coppens", "Louis", "growth")

    hands.type("135,9")
    hands.press(Qt.Key.Key_Return)
    hands.type("35,5")

    line = hands.page.rules._lines[0]
    assert (line.head, line.sentence) == (head, f"{number}, grensgeval, {why}")


# --- whole on every laptop -----------------------------------------------------------------------


@pytest.mark.parametrize("size", [(1366, 728), (1093, 576)])
def test_what_a_doctor_opens_is_cut_off_nowhere_and_has_names(
    opened: Opener, world: World, size: tuple[int, int]
) -> None:
    hands = opened(DOCTOR)
    hands.desktop.window.resize(*size)
    _, page = at_growth(hands, world)
    measure(hands)
    card = page._chart
    troubles: dict[str, list[str]] = {}

    def look(what: str) -> None:
        for _ in range(3):
            hands.settle()
        found = [*too_small(hands.page), *outside(hands.page), *nameless(hands.page)]
        if found:
            troubles[f"{what} {card.title.text()}"] = found

    hands.press(Qt.Key.Key_F3)
    hands.type("51,2")
    look("head")
    card._plot.setFocus(Qt.FocusReason.TabFocusReason)
    look("read")
    for chart in "nhsbg":
        card._measure.setFocus()
        hands.type(chart)
        look(chart)
    card._reference.link.click()
    look("choosing")
    hands.type("w")
    card._reference._reason.setFocus()
    hands.type("ouders uit Ghana, lengte onder het doellengtegebied, besproken met de ouders")
    card._reference._apply.click()
    look("chosen")
    card._as_table.click()
    look("table")
    assert not troubles, "\n".join(f"{what}: {one}" for what, one in troubles.items())


def test_a_doctor_signs_the_lines_of_the_chart_and_the_page_draws_them(
    opened: Opener, world: World
) -> None:
    hands = opened(DOCTOR)
    hands.go(Destination("rules"))
    page = hands.page
    assert isinstance(page, RulesPage)
    page.choose("GRO-LINES")
    hands.settle()
    form = page.form
    for field, typed in zip(form.values, ("3", "10", "", "50", "", "90", "97"), strict=True):
        field.setText(typed)
    form.page.set_value("12")
    form.reason.set_value("de lijnen van onze gedrukte curven")
    form.passphrase.setText(PASSPHRASE)
    pause(hands)
    hands.save_and_go()

    try:
        assert rule("GRO-LINES").value == "3|10|50|90|97"
        _, growth = at_growth(hands, world)
        measure(hands)
        assert growth._chart._side._unsigned.isHidden()
        assert [text for text in drawn(growth._chart) if text.startswith("P")] == [
            "P3",
            "P10",
            "P50",
            "P90",
            "P97",
        ]
    finally:
        put_in_force(())
