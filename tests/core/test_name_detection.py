"""Names of pupils are noticed in a note, and ordinary words are not taken for names."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clbdesk.domain.people import Pupil, Sex
from clbdesk.services.name_detection import KnownNames, names_of, replace_name


def pupil(given_name: str, family_name: str, call_name: str = "") -> Pupil:
    return Pupil(
        given_name=given_name,
        family_name=family_name,
        call_name=call_name,
        birth_date=date(2020, 3, 4),
        sex=Sex.FEMALE,
    )


def class_list() -> KnownNames:
    return names_of(
        [
            pupil("Lotte", "Peeters"),
            pupil("Roos", "De Smet"),
            pupil("Ben", "Van den Broeck"),
            pupil("Zoë", "D'Hondt"),
            pupil("Anne-Sophie", "El Amrani", "Fie"),
            pupil("Bo", "Mees"),
            pupil("Elke", "Vos"),
        ]
    )


def words(text: str) -> list[str]:
    return [one.word for one in class_list().find(text)]


@pytest.mark.parametrize(
    "text, found",
    [
        ("meekijken tijdens rekenen met Lotte, twee keer", ["Lotte"]),
        ("LOTTE en lotte en zoe", ["LOTTE", "lotte", "zoe"]),
        ("Lotte Peeters zit vooraan", ["Lotte Peeters"]),
        ("mama van den Broeck belt", ["van den Broeck"]),
        ("familie Broeck", ["Broeck"]),
        ("Zoe d’hondt leest", ["Zoe d’hondt"]),
        (
            "Anne Sophie, Anne-Sophie, Sophie en Fie",
            ["Anne Sophie", "Anne-Sophie", "Sophie", "Fie"],
        ),
        ("Lottes boek en Lotte's pen", ["Lotte", "Lotte"]),
        ("lottes boek, LOTTES pen", ["lotte", "LOTTE"]),
        (
            "Lotteke en lotteke, Lottetje, peeterske",
            ["Lotteke", "lotteke", "Lottetje", "peeterske"],
        ),
        ("Benneke wacht op Bentje", ["Benneke", "Bentje"]),
        (
            "\u201eLotte\u201d, 'lotte', (Lotte) en Lotte/Fie",
            ["Lotte", "lotte", "Lotte", "Lotte", "Fie"],
        ),
        ("Lotte P. en Fie E, Zoë H. en Zoë D.", ["Lotte P", "Fie E", "Zoë H", "Zoë D"]),
        ("ZOË, Zoé en zoe\u0308", ["ZOË", "Zoé", "zoe\u0308"]),
        ("Sophies juf, mevrouw El Amrani, amrani", ["Sophie", "El Amrani", "amrani"]),
        ("juf: Lotte2 en Lotte_B", ["Lotte", "Lotte"]),
    ],
)
def test_a_name_of_the_class_list_is_found(text: str, found: list[str]) -> None:
    assert words(text) == found


def other_list() -> KnownNames:
    return names_of(
        [
            pupil("Jean-Pierre", "Van den Berghe", "JP"),
            pupil("Sam", "Vandermeulen"),
            pupil("Noa", "Devos"),
            pupil("Jürgen", "O'Brien"),
            pupil("Tom", "De Wit"),
            pupil("Lou", "Delange"),
            pupil("Ayşe", "Peeters-Janssens"),
        ]
    )


@pytest.mark.parametrize(
    "text, found",
    [
        ("bij Vandenberghe thuis", ["Vandenberghe"]),
        ("vandenberghe en dewit", ["vandenberghe", "dewit"]),
        ("Van der Meulen, van der Meulen", ["Van der Meulen", "van der Meulen"]),
        ("De Vos wacht, Devos ook", ["De Vos", "Devos"]),
        ("JeanPierre en jeanpierre", ["JeanPierre", "jeanpierre"]),
        ("JP wacht", ["JP"]),
        ("obrien, O’Brien", ["obrien", "O’Brien"]),
        ("Juergen en Jurgen", ["Juergen", "Jurgen"]),
        ("Sammeke, Tommetje en Tommeke", ["Sammeke", "Tommetje", "Tommeke"]),
        (
            "Jean\u2011Pierre, Jean\u2013Pierre, Jean\u00a0Pierre",
            [
                "Jean\u2011Pierre",
                "Jean\u2013Pierre",
                "Jean\u00a0Pierre",
            ],
        ),
        ("Pee\u00adters en Ay\u200bse", ["Pee\u00adters", "Ay\u200bse"]),
        ("Peeters Janssens", ["Peeters Janssens"]),
    ],
)
def test_a_name_is_found_however_it_is_written_together_apart_or_pasted(
    text: str, found: list[str]
) -> None:
    assert [one.word for one in other_list().find(text)] == found


@pytest.mark.parametrize(
    "text",
    ["de lange zin", "van der meer", "de vos en de wit", "samen, tomaat, tommetje", "noaden"],
)
def test_a_name_that_was_taken_apart_counts_with_a_capital_only(text: str) -> None:
    assert other_list().find(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "een roos op tafel, ik ben er, de smet op het blad, een vos en een mees",
        "elke dag even oefenen",
        "lotje, flotte, slotte, Lottenberg",
        "roosje op tafel, een visje, een bosje",
        "de bo is op",
        "van den dag",
        "",
    ],
)
def test_ordinary_words_and_parts_of_words_are_left_alone(text: str) -> None:
    assert words(text) == []


@pytest.mark.parametrize(
    "text", ["Roosje leest", "Roos leest vlot", "met Ben en Elke", "bij De Smet", "Bo wil meer"]
)
def test_an_ordinary_word_with_a_capital_is_a_name(text: str) -> None:
    assert words(text)


def test_this_name_and_equal_ones_are_replaced_and_others_stay() -> None:
    text = "Lotte werkt met Ben. LOTTE wacht; Lottes schrift ligt klaar."
    shown = replace_name(text, class_list(), "lotte", "leerling A")
    assert shown == "leerling A werkt met Ben. leerling A wacht; leerling A's schrift ligt klaar."


def test_every_form_of_a_name_is_replaced_at_once() -> None:
    text = "Lotteke wil niet. lottes bank, Lotte P. en Ben."
    shown = replace_name(text, class_list(), "lotte", "leerling A")
    assert shown == "leerling A wil niet. leerling A's bank, Lotte P. en Ben."
    assert replace_name(shown, class_list(), "lotte p", "leerling A").count("Lotte") == 0


@given(st.text(max_size=80))
def test_every_place_that_is_told_holds_that_word(text: str) -> None:
    for one in class_list().find(text):
        assert text[one.start : one.start + one.length] == one.word
        assert one.word


@given(st.text(alphabet=st.sampled_from("Lotes Peter, BnRo.'-"), max_size=60))
def test_what_was_replaced_is_not_found_again(text: str) -> None:
    known = class_list()
    for one in known.find(text):
        shown = replace_name(text, known, one.key, "leerling A")
        assert one.key not in {again.key for again in known.find(shown)} or one.key in "leerling a"
