"""A draft's gestures, where what they do is a choice; `test_draft_machine` has them in any order."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import architectures

from fmnist_tui.lab.layers import Dense, Dropout, Flatten
from fmnist_tui.lab.records.architecture import Architecture
from fmnist_tui.tui.editor import draft as gestures
from fmnist_tui.tui.editor.draft import MOST_LAYERS, Draft, UndoHistory
from fmnist_tui.tui.editor.rows import lines


@given(architectures(), st.integers(20, 200), st.integers(0, 40))
def test_a_draft_is_shown_within_any_width_the_cursor_s_row_too(drawn: Architecture, width: int, row: int) -> None:
    draft = gestures.move_cursor(gestures.set_architecture(Draft(), drawn), row)

    shown = lines(draft, width, None)

    assert all(line.text.cell_len <= width for line in shown)
    assert any(line.row == draft.row for line in shown)


def test_moving_the_cursor_is_no_step_to_undo() -> None:
    moved = UndoHistory(Draft()).do(partial(gestures.move_cursor, by=1))

    assert moved.past == ()
    assert moved.draft.row == 2


def test_a_dense_layer_takes_the_flatten_that_stands_below_it() -> None:
    draft = Draft(layers=(Dropout(0.5), Flatten(), Dense(10)), row=0)

    added = gestures.insert(draft, Dense(32))

    assert added.layers == (Dropout(0.5), Flatten(), Dense(32), Dense(10))
    assert added.layer == Dense(32)


def test_there_is_an_end_to_the_layers() -> None:
    draft = Draft(layers=(Flatten(), *[Dense(1)] * (MOST_LAYERS - 1)))

    assert gestures.insert(draft, Dense(2)) == draft
    assert gestures.duplicate(draft) == draft


@pytest.mark.parametrize("by", [-1, 1])
def test_a_layer_is_not_moved_beyond_the_others(by: int) -> None:
    draft = Draft(row=0 if by < 0 else 1)

    assert gestures.move_layer(draft, by) == draft
