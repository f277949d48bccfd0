"""Groups in order: stable, numbers as numbers, and what has no value last either way."""

from dataclasses import replace
from itertools import pairwise

import pytest
from group_builders import made_up_group, made_up_recipe, made_up_run
from hypothesis import given
from hypothesis import strategies as st

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.registry import FIELDS
from fmnist_tui.lab.filtering.sorting import UnknownKey, descends, sort_groups

GROUPS = (
    made_up_group("16 units", (0.86, 0.85), recipe=made_up_recipe("16")),
    made_up_group("never trained", (), recipe=made_up_recipe("16")),
    made_up_group("8 units", (0.84,), recipe=made_up_recipe("8")),
    made_up_group("Wide", (0.88,), recipe=made_up_recipe("512")),
    made_up_group("again", (0.84,), recipe=made_up_recipe("8")),
)


def names(key: str, descending: bool | None = None) -> list[str]:
    return [group.name for group in sort_groups(GROUPS, key, descending)]


def test_the_best_accuracy_comes_first_and_the_smallest_loss_equals_as_they_stood() -> None:
    assert names("test") == ["Wide", "16 units", "8 units", "again", "never trained"]
    assert names("params") == ["8 units", "again", "16 units", "never trained", "Wide"]


def test_the_other_way_round_equals_and_what_is_missing_stay_where_they_were() -> None:
    assert names("test", descending=False) == ["8 units", "again", "16 units", "Wide", "never trained"]
    assert names("params", descending=True) == ["Wide", "16 units", "never trained", "8 units", "again"]


def test_numbers_in_a_name_count_as_numbers_and_case_does_not() -> None:
    assert names("name") == ["8 units", "16 units", "again", "never trained", "Wide"]
    digits = [made_up_group(name, recipe=made_up_recipe("8")) for name in ("x" + "9" * 5_000, "x010", "x9", "x")]
    assert [len(group.name) for group in sort_groups(digits, "name")] == [1, 2, 4, 5_001]


def test_what_has_a_star_comes_first() -> None:
    plan = GROUPS[2].plan
    assert plan
    starred = replace(GROUPS[2], plan=replace(plan, starred=True))

    assert sort_groups((GROUPS[0], starred), "starred") == (starred, GROUPS[0])


def test_a_key_goes_by_its_other_names_and_an_unknown_one_is_told_in_a_line() -> None:
    assert sort_groups(GROUPS, "parameters") == sort_groups(GROUPS, "params")
    with pytest.raises(UnknownKey, match=r"^cannot sort by 'acuracy'; near it: accuracy"):
        sort_groups(GROUPS, "acuracy")
    with pytest.raises(UnknownKey, match=r"^cannot sort by '\\x1b'; keys: name, "):
        descends("\x1b")


@pytest.mark.parametrize("key", FIELDS)
@given(order=st.permutations(GROUPS), descending=st.booleans() | st.none())
def test_sorting_by_any_key_keeps_every_group_and_the_order_of_equals(
    key: str, order: list[Group], descending: bool | None
) -> None:
    ordered = sort_groups(order, key, descending)

    assert sorted(map(order.index, ordered)) == list(range(len(order)))
    assert sort_groups(ordered, key, descending) == ordered
    values = [FIELDS[key].values(group) for group in ordered]
    assert [bool(each) for each in values] == sorted((bool(each) for each in values), reverse=True)
    for one, other in pairwise(ordered):
        if FIELDS[key].values(one) == FIELDS[key].values(other):
            assert order.index(one) < order.index(other)


def test_of_several_numbers_the_largest_counts() -> None:
    late = replace(GROUPS[2], runs=(made_up_run("8 units", made_up_recipe("8"), seed=9),))

    assert sort_groups((GROUPS[0], late), "seed", descending=True) == (late, GROUPS[0])
