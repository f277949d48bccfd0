"""The rows of the history: made when they are looked at, and the same as if all had been made at once."""

from collections.abc import Sequence

import pytest
from group_builders import made_up_recipe
from hypothesis import given
from hypothesis import strategies as st
from sample_records import RUN, a_plan, a_run

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.tui.history.rows import HistoryRow, HistoryRows, RowKey
from fmnist_tui.tui.training.activity import Activity
from fmnist_tui.tui.training.states import Ongoing, entries, ongoing_entries

RECIPES = (RUN.recipe, made_up_recipe("8"))
KNOWN = tuple(
    Group(
        name,
        recipe,
        tuple(a_run(f"{name}{number}{seed}", experiment=name, recipe=recipe, seed=seed) for seed in range(number)),
        a_plan(name, repeats=2) if number == 1 else None,
    )
    for name in ("a", "b", "c")
    for number, recipe in enumerate(RECIPES)
)
ONGOING: Ongoing = ongoing_entries(Activity(waiting=(Job("b", RECIPES[0], 0), Job("b", RECIPES[0], 1))))

some_groups = st.lists(st.sampled_from(KNOWN), unique_by=id)
some_keys = st.frozensets(st.sampled_from([HistoryRow(group).key for group in KNOWN]))


def made_at_once(groups: Sequence[Group], unfolded: frozenset[RowKey]) -> list[HistoryRow]:
    """Return the rows of groups."""
    rows = []
    for group in groups:
        open_ = HistoryRow(group).key in unfolded
        rows.append(HistoryRow(group, None, open_))
        rows += [HistoryRow(group, entry) for entry in entries(group, ONGOING) if open_]
    return rows


@given(groups=some_groups, unfolded=some_keys)
def test_rows_are_those_of_the_groups_each_at_its_place(groups: list[Group], unfolded: frozenset[RowKey]) -> None:
    rows = HistoryRows(groups, unfolded, ONGOING)

    expected = made_at_once(groups, unfolded)
    assert [*rows] == expected
    assert len(rows) == len(expected)
    assert [rows[place] for place in reversed(range(len(rows)))] == expected[::-1]
    assert [rows.place_of(row.key) for row in rows] == [*range(len(rows))]


@given(groups=some_groups, after=some_groups, unfolded=some_keys, data=st.data())
def test_what_is_gone_gives_its_place_to_the_next_below_or_else_above(
    groups: list[Group], after: list[Group], unfolded: frozenset[RowKey], data: st.DataObject
) -> None:
    before, rows = HistoryRows(groups, unfolded, ONGOING), HistoryRows(after, unfolded, ONGOING)
    at = data.draw(st.integers(0, max(len(before) - 1, 0)))

    names = [row.group.name for row in made_at_once(groups, unfolded)]
    left = [name for name in (*names[at:], *reversed(names[:at])) if name in {group.name for group in after}]
    place = rows.place_near(at, before)
    if left:
        assert rows[place].group.name == left[0]
        assert rows[place].entry is None
    else:
        assert place == 0


@pytest.mark.parametrize("place", [-1, 6])
def test_there_is_no_row_beyond_the_last_or_before_the_first(place: int) -> None:
    with pytest.raises(IndexError, match=f"no row {place}"):
        HistoryRows(KNOWN)[place]


def test_a_row_that_is_gone_is_found_by_its_seed_or_by_its_group() -> None:
    rows = HistoryRows(KNOWN, {HistoryRow(KNOWN[1]).key})

    assert rows.place_of(RowKey("a", RECIPES[1], 0, "another id")) == 2
    assert rows.place_of(RowKey("a", RECIPES[1], 9)) == 1
    assert rows.place_of(RowKey("a", made_up_recipe("9"))) is None
