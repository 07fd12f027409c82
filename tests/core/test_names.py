"""Who can be taken for whom on a list: found in one pass, and the same as comparing every pair."""

from hypothesis import given
from hypothesis import strategies as st

from clbdesk.domain.names import (
    has_namesake,
    is_similar,
    normalise,
    on_a_list,
    with_namesake,
)

NAMES = st.tuples(
    st.sampled_from(["Peeters", "peeters", "D'Hondt", "d hondt", "Çelik"]),
    st.sampled_from(["Lotte", "Lotta", "Lot", "Jan", "Jàn", "Jana", ""]),
)


def test_a_letter_or_an_accent_does_not_tell_two_pupils_apart():
    people = {"a": ("Peeters", "Lotte"), "b": ("PEETERS", "Lotta"), "c": ("Maes", "Lotte")}
    assert with_namesake(people) == {"a", "b"}


def test_nobody_is_a_namesake_of_oneself():
    assert with_namesake({"a": ("Peeters", "Lotte")}) == frozenset()


@given(st.lists(NAMES, max_size=12))
def test_the_one_pass_finds_what_comparing_every_pair_finds(names):
    people = dict(enumerate(names))
    pairs = {
        one
        for one, name in people.items()
        if any(is_similar(name, other) for another, other in people.items() if another != one)
    }
    assert with_namesake(people) == pairs


@given(NAMES, st.lists(NAMES, max_size=12))
def test_one_against_many_is_every_pair(own, others):
    assert has_namesake(own, others) == any(is_similar(own, other) for other in others)


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_a_name_without_accents_is_compared_as_one_with_them(name):
    assert normalise(name + " e") == normalise(name + " é")


def test_a_list_runs_as_the_list_of_the_school_does_whatever_the_accents():
    names = ["Debacker", "Ösel", "'t Jolle", "Łukasik", "De Smet", "D'Hondt", "Zwart", "De Wolf"]
    assert sorted([*names, "Maes", "Éloy"], key=lambda one: on_a_list(one, "Lotte")) == [
        "D'Hondt",
        "De Smet",
        "De Wolf",
        "Debacker",
        "Éloy",
        "Łukasik",
        "Maes",
        "Ösel",
        "'t Jolle",
        "Zwart",
    ]
