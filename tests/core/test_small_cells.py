"""Small counts stay hidden, also from somebody who subtracts everything from everything."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clbdesk.domain.small_cells import ShownTable, raised_table, shown_table

LEAST = 5


def least(cell: str) -> int:
    return 10 if cell.startswith("sensitive") else LEAST


def table(groups: dict[str, dict[str, int]]) -> ShownTable:
    return shown_table(groups, least, LEAST)


def possible(shown: ShownTable, most: int) -> list[dict[tuple[str, str], int]]:
    """Everything that the hidden cells may be, by an attacker who knows that they are not zero."""
    per_group = []
    for name, group in shown.groups.items():
        hidden = [cell for cell, count in group.cells.items() if count is None]
        known = sum(count for count in group.cells.values() if count is not None)
        found = []
        for values in product(range(1, most + 1), repeat=len(hidden)):
            total = known + sum(values)
            if group.total is None or total == group.total:
                filled = {(name, cell): one for cell, one in zip(hidden, values, strict=True)}
                found.append((total, filled))
        per_group.append(found)
    solutions = []
    for choice in product(*per_group):
        if shown.total is None or sum(total for total, _ in choice) == shown.total:
            solutions.append({key: one for _, filled in choice for key, one in filled.items()})
    return solutions


def test_a_count_of_four_is_hidden_and_five_is_shown() -> None:
    shown = table({"PSF": {"breaks": 4, "class": 9, "online": 8}})
    assert shown.groups["PSF"].cells["breaks"] is None
    assert table({"PSF": {"breaks": 5, "class": 9}}).groups["PSF"].cells == {
        "breaks": 5,
        "class": 9,
    }


def test_a_sensitive_theme_is_hidden_below_ten() -> None:
    shown = table({"PSF": {"sensitive": 9, "class": 20, "breaks": 20}})
    assert shown.groups["PSF"].cells["sensitive"] is None


def test_one_hidden_cell_takes_a_second_with_it_so_that_the_total_does_not_give_it_away() -> None:
    shown = table({"PSF": {"breaks": 3, "class": 9, "online": 20}})
    assert shown.total == 32
    cells = shown.groups["PSF"].cells
    assert [cell for cell, count in cells.items() if count is None] == ["breaks", "class"]


def test_what_is_hidden_with_a_small_count_is_chosen_by_name_and_not_by_number() -> None:
    for others in ({"class": 9, "online": 20}, {"class": 20, "online": 9}):
        cells = table({"PSF": {"breaks": 3, **others}}).groups["PSF"].cells
        assert [cell for cell, count in cells.items() if count is None] == ["breaks", "class"]


def test_a_group_shows_its_total_only_where_it_shows_all_its_cells() -> None:
    shown = table({"PSF": {"breaks": 3}, "PGZ": {"sleep": 7, "air": 8}, "LS": {"maths": 30}})
    assert shown.groups["PSF"].total is None
    assert shown.groups["LS"].total is None, "the first by name is hidden with it"
    assert shown.groups["PGZ"].total == 15
    assert shown.total == 48


SHAPES: tuple[tuple[dict[str, tuple[str, ...]], int], ...] = (
    ({"a": ("x", "y", "z")}, 11),
    ({"a": ("x",), "b": ("x",), "c": ("x",)}, 11),
    ({"a": ("sensitive", "y", "z")}, 13),
    ({"a": ("sensitive", "y"), "b": ("y",)}, 13),
    ({"a": ("w", "x"), "b": ("y", "z")}, 7),
)


@pytest.mark.parametrize("shape, most", SHAPES)
def test_nobody_who_knows_the_rule_and_tries_all_tables_reads_a_small_count(
    shape: dict[str, tuple[str, ...]], most: int
) -> None:
    """Every table up to `most` per cell, by what is shown of it: a hidden small count has company."""
    places = [(group, cell) for group, cells in shape.items() for cell in cells]
    by_shown: dict[object, list[tuple[int, ...]]] = {}
    for values in product(range(most + 1), repeat=len(places)):
        made: dict[str, dict[str, int]] = {group: {} for group in shape}
        for (group, cell), value in zip(places, values, strict=True):
            made[group][cell] = value
        shown = table(made)
        seen = (
            shown.total,
            *((shown.groups[g].total, tuple(shown.groups[g].cells.items())) for g in shown.groups),
            tuple(shown.groups),
        )
        by_shown.setdefault(seen, []).append(values)
    for same in by_shown.values():
        if max(max(values) for values in same) == most:
            continue  # its company lies beyond what was tried
        for place, (_group, cell) in enumerate(places):
            told = {values[place] for values in same}
            assert len(told) > 1 or not 0 < min(told) < least(cell), f"{places[place]}: {same}"


def seen(shown: ShownTable) -> object:
    """All that somebody reads."""
    return (
        shown.total,
        *((name, one.total, tuple(one.cells.items())) for name, one in shown.groups.items()),
    )


RAISED_SHAPES: tuple[tuple[dict[str, tuple[str, ...]], int], ...] = (
    ({"a": ("x", "y", "z")}, 14),
    ({"a": ("x",), "b": ("x",), "c": ("x",)}, 14),
    ({"a": ("sensitive", "y"), "b": ("y",)}, 15),
    ({"a": ("w", "x"), "b": ("y", "z")}, 8),
)


@pytest.mark.parametrize("limit", [6, 7])
@pytest.mark.parametrize("shape, most", RAISED_SHAPES)
def test_who_has_a_report_from_five_on_learns_nothing_from_one_with_a_higher_limit(
    shape: dict[str, tuple[str, ...]], most: int, limit: int
) -> None:
    """All tables that look alike in the first look alike in the second; alone it tells none either."""

    def higher(cell: str) -> int:
        return max(limit, least(cell))

    places = [(group, cell) for group, cells in shape.items() for cell in cells]
    second: dict[object, object] = {}
    by_raised: dict[object, list[tuple[int, ...]]] = {}
    for values in product(range(most + 1), repeat=len(places)):
        made: dict[str, dict[str, int]] = {group: {} for group in shape}
        for (group, cell), value in zip(places, values, strict=True):
            made[group][cell] = value
        first = table(made)
        raised = raised_table(first, higher)
        assert second.setdefault(seen(first), seen(raised)) == seen(raised)
        by_raised.setdefault(seen(raised), []).append(values)
    assert len(by_raised) < len(second), "the higher limit hides more"
    for same in by_raised.values():
        if max(max(values) for values in same) == most:
            continue  # its company lies beyond what was tried
        for place, (_group, cell) in enumerate(places):
            told = {values[place] for values in same}
            assert len(told) > 1 or not 0 < min(told) < higher(cell), f"{places[place]}: {same}"


def test_five_times_one_is_not_told_by_its_sum() -> None:
    shown = table({"PSF": dict.fromkeys("abcde", 1), "LS": {"maths": 30}})
    assert shown.groups["PSF"].total is None


def test_a_table_of_less_than_five_shows_nothing_at_all() -> None:
    shown = table({"PSF": {"breaks": 2}, "LS": {"maths": 2}})
    assert shown.total is None
    assert {group.total for group in shown.groups.values()} == {None}


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    shown = table({"PSF": {"breaks": 6, "class": 9}, "LS": {"maths": 5}})
    assert shown.total == 20
    assert shown.groups["PSF"].total == 15


counts = st.integers(min_value=0, max_value=7)
groups = st.dictionaries(
    st.sampled_from(["LS", "PSF", "PGZ"]),
    st.dictionaries(st.sampled_from(["a", "b", "c"]), counts, min_size=1, max_size=3),
    min_size=1,
    max_size=3,
)


@settings(max_examples=300, deadline=None)
@given(groups)
def test_no_subtraction_gives_a_small_count_back(made: dict[str, dict[str, int]]) -> None:
    shown = table(made)
    hidden = [
        (name, cell)
        for name, group in shown.groups.items()
        for cell, count in group.cells.items()
        if count is None
    ]
    if len(hidden) > 6:
        return
    solutions = possible(shown, most=9)
    truth = {key: made[key[0]][key[1]] for key in hidden}
    assert truth in solutions
    for key in hidden:
        assert len({one[key] for one in solutions}) > 1, f"{key} is {truth[key]}: {made}"


@settings(max_examples=300, deadline=None)
@given(groups)
def test_every_small_count_is_hidden_and_totals_too(made: dict[str, dict[str, int]]) -> None:
    shown = table(made)
    for name, group in shown.groups.items():
        assert all(count is None or count >= LEAST for count in group.cells.values())
        assert group.total is None or group.total >= LEAST
        assert 0 not in group.cells.values(), name
    assert shown.total is None or shown.total >= LEAST or not shown.groups


@pytest.mark.parametrize("small", [1, 2, 3, 4])
def test_the_difference_of_two_tables_that_do_not_overlap_says_nothing(small: int) -> None:
    first = table({"PSF": {"breaks": small, "class": 12, "online": 11}})
    second = table({"PSF": {"breaks": 6, "class": 12, "online": 11}})
    assert first.groups["PSF"].cells == {"breaks": None, "class": None, "online": 11}
    assert second.groups["PSF"].cells["breaks"] == 6
