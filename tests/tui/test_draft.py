"""Every gesture gives a draft that can be shown, and undo leads back through all of them."""

from collections.abc import Callable
from functools import partial

import pytest
import strategies
from hypothesis import given
from hypothesis import strategies as st

from fmnist_tui.lab.layers import Dense, Dropout, Flatten
from fmnist_tui.lab.parameters import ParameterError
from fmnist_tui.tui.editor import draft as gestures
from fmnist_tui.tui.editor.draft import MOST_LAYERS, Draft
from fmnist_tui.tui.editor.rows import lines
from fmnist_tui.tui.editor.undo import Timeline

Gesture = Callable[[Draft], Draft]


def gesture() -> st.SearchStrategy[Gesture]:
    """Any gesture that a key makes."""
    steps = st.sampled_from((-1, 1))
    layer = strategies.layers()
    return st.one_of(
        layer.map(lambda added: lambda draft: gestures.insert(draft, added)),
        st.sampled_from((gestures.remove, gestures.duplicate, gestures.clear)),
        st.integers(-20, 20).map(lambda by: lambda draft: gestures.move_cursor(draft, by)),
        steps.map(lambda by: lambda draft: gestures.move_column(draft, by)),
        steps.map(lambda by: lambda draft: gestures.move_layer(draft, by)),
        steps.map(lambda by: lambda draft: gestures.step_value(draft, by)),
        st.sampled_from((0.5, 2)).map(lambda factor: lambda draft: gestures.scale_value(draft, factor)),
        strategies.architectures().map(lambda drawn: lambda draft: gestures.set_architecture(draft, drawn)),
        st.sampled_from(("7", "0", "0.25", "tanh", "s", "", "1e9")).map(partial(partial, attempt)),
    )


def attempt(text: str, draft: Draft) -> Draft:
    """Return the draft with a text typed as the value under the cursor, or as it was where that cannot be."""
    try:
        return gestures.type_value(draft, text)
    except ParameterError:
        return draft


@given(st.lists(gesture(), max_size=12), st.integers(20, 120))
def test_whatever_is_done_the_draft_can_be_shown(done: list[Gesture], width: int) -> None:
    draft = Draft()
    for each in done:
        draft = each(draft)

        assert 0 <= draft.row < draft.rows
        assert len(draft.layers) <= MOST_LAYERS
        shown = lines(draft, width, None)
        assert all(line.text.cell_len <= width for line in shown)
        assert any(line.row == draft.row for line in shown)
        assert draft.startable == (draft.architecture.problem is None)


@given(st.lists(gesture(), max_size=12))
def test_undo_leads_back_to_the_beginning_and_redo_to_the_end(done: list[Gesture]) -> None:
    timeline = Timeline(Draft())
    for each in done:
        timeline = timeline.do(each)
    end = timeline.draft

    undone = [timeline]
    while undone[-1].past:
        undone.append(undone[-1].undo())
    assert undone[-1].undo() == undone[-1]
    assert content(undone[-1].draft) == content(Draft())

    redone = undone[-1]
    while redone.future:
        redone = redone.redo()
    assert redone.redo() == redone
    assert content(redone.draft) == content(end)


def content(draft: Draft) -> tuple[object, ...]:
    """Return a draft without its cursor."""
    return draft.layers, draft.training, draft.seeds


def test_moving_the_cursor_is_no_step_to_undo() -> None:
    moved = Timeline(Draft()).do(partial(gestures.move_cursor, by=1))

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
