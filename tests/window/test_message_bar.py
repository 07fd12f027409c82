"""Messages leave or stay by their severity, and can be acted upon."""

from __future__ import annotations

import pytest

from ui.bus import Act, Message, Severity
from ui.widgets.button import Link
from ui.widgets.message_bar import MessageBar, to_put_right


@pytest.fixture
def bar(qtbot):
    made = MessageBar()
    qtbot.addWidget(made)
    return made


def seconds(bar):
    return bar._timer.interval() / 1000 if bar._timer.isActive() else None


@pytest.mark.parametrize(
    "message, stays",
    [
        (Message("Groei van Lotte Peeters opgeslagen.", Severity.OK), 8),
        (Message("Groei opgeslagen.", Severity.OK, Act("Ongedaan maken", lambda: None)), 10),
        (Message("Nu: RAHMANI, Sami – 02 jan 2020", seconds=3), 3),
        (Message("De klok wijkt af.", Severity.ATTENTION), None),
        (Message("De schijf is vol.", Severity.ERROR), None),
    ],
)
def test_how_long_a_message_stays(bar, message, stays):
    bar.show_message(message)
    assert seconds(bar) == stays
    assert not bar.isHidden()


def test_a_message_leaves_by_itself(bar, qtbot):
    bar.show_message(Message("Even.", seconds=0.02))
    qtbot.waitSignal(bar.emptied, timeout=1000)
    qtbot.waitUntil(bar.isHidden)
    assert bar.message() is None


def test_a_warning_comes_back_when_the_info_above_it_has_gone(bar):
    bar.say("De klok wijkt af.", Severity.ATTENTION)
    bar.say("Groei opgeslagen.", Severity.OK)
    bar.say("Zicht opgeslagen.", Severity.OK)
    bar.dismiss()
    assert bar.message().text == "De klok wijkt af."
    bar.dismiss()
    assert bar.isHidden()


def test_undo_is_done_once_and_takes_the_message_away(bar):
    done = []
    bar.say("Groei opgeslagen.", Severity.OK, Act("Ongedaan maken", lambda: done.append(True)))
    bar.act()
    bar.act()
    assert done == [True]
    assert bar.isHidden()


def test_the_summary_counts_and_links_to_each_field(bar):
    seen = []
    bar.show_message(
        to_put_right(
            (
                Act("Vul de lengte in.", lambda: seen.append("length")),
                Act("Kies de correctie.", lambda: seen.append("correction")),
            )
        )
    )
    assert bar.message().text == "Er zijn 2 dingen na te kijken."
    links = bar.findChildren(Link)
    links[1].click()
    assert seen == ["correction"]
    assert to_put_right((Act("x", lambda: None),)).text == "Er is 1 ding na te kijken."


def test_another_pupil_clears_everything(bar):
    bar.say("De klok wijkt af.", Severity.ATTENTION)
    bar.clear()
    assert bar.message() is None
    assert bar.isHidden()


def test_links_that_do_not_fit_stand_below_each_other_and_none_is_cut_off(bar, qtbot):
    texts = [f"Verschil van {count} bij lot AC37B2299. Tel opnieuw." for count in range(1, 5)]
    bar.resize(700, 100)
    bar.show()
    bar.show_message(to_put_right(tuple(Act(text, lambda: None) for text in texts)))
    qtbot.wait(20)

    links = bar.findChildren(Link)
    assert [link.width() >= link.sizeHint().width() for link in links] == [True] * 4
    assert len({link.y() for link in links}) == 4
    bar.resize(2400, 100)
    qtbot.wait(20)
    assert len({link.y() for link in links}) == 1
