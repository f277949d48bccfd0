"""The history's columns: one for each field, and what they say in a row."""

from dataclasses import replace

import pytest
from group_builders import made_up_group, made_up_recipe
from rich.cells import cell_len
from sample_records import a_run

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.record import STATE_ORDER
from fmnist_tui.lab.fields.registry import FIELDS
from fmnist_tui.lab.fields.results import METRICS
from fmnist_tui.lab.records.run import Curves, Metrics
from fmnist_tui.lab.statistics.baseline import BaselineDifferences
from fmnist_tui.tui.history.cells import CellContext, cell
from fmnist_tui.tui.history.column_chooser import ColumnChooser
from fmnist_tui.tui.history.columns import CHOOSABLE, COLUMNS, DEFAULT_COLUMNS, VERSUS
from fmnist_tui.tui.history.rows import HistoryRow, HistoryRows
from fmnist_tui.tui.training.states import State

NOWHERE = CellContext({}, BaselineDifferences())


def test_every_field_is_a_column_that_can_be_chosen_and_only_the_difference_is_none() -> None:
    assert set(COLUMNS) - set(FIELDS) == {VERSUS.key}
    assert set(FIELDS) <= {"name", *CHOOSABLE}
    assert set(ColumnChooser(DEFAULT_COLUMNS).order) == set(CHOOSABLE)
    assert tuple(COLUMNS)[: 1 + len(DEFAULT_COLUMNS)] == ("name", *DEFAULT_COLUMNS)


@pytest.mark.parametrize("key", COLUMNS)
def test_a_column_has_room_for_its_title_with_the_sign_of_the_order(key: str) -> None:
    assert cell_len(COLUMNS[key].title) + 1 <= COLUMNS[key].width


def test_a_loss_above_one_and_a_gap_below_zero_have_room() -> None:
    recipe = made_up_recipe()
    curves = (Curves((each - 0.02,), (1.2 + each,), (each,), (1.1 + each,)) for each in (0.41, 0.43))
    runs = tuple(
        replace(a_run(f"r{seed}", seed=seed, recipe=recipe, curves=each), test=Metrics(0.4, 1.5 + 0.1 * seed))
        for seed, each in enumerate(curves)
    )
    group = Group("64", recipe, runs)

    for metric in METRICS:
        assert cell_len(metric.show(group, "compact")) <= COLUMNS[metric.key].width, metric.key


@pytest.mark.parametrize("key", FIELDS)
def test_a_column_says_what_its_field_says_of_the_group_and_of_its_runs(key: str) -> None:
    group = made_up_group("64", (0.86, 0.88), recipe=made_up_recipe("64-drop0.5"), note="odd")
    group_row, first, *_ = HistoryRows((group,), {HistoryRow(group).key}, {})

    for row in (group_row, first):
        text = cell(row, COLUMNS[key], NOWHERE, 60).text
        if key not in ("name", "status"):
            field = FIELDS[key]
            assert text == (field.show_run(row.run, "compact") if row.entry else field.show(group, "compact"))
        elif row is group_row:
            assert text == {"name": "64", "status": "✓ finished"}[key]


def test_states_on_the_screen_come_in_the_order_of_the_field() -> None:
    here = [state.word for state in State if state not in (State.ELSEWHERE, State.PAUSED)]

    assert here == [word for word in STATE_ORDER if word != "unfinished"]
