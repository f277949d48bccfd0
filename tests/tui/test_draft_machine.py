"""The editor's model under random gestures: it never breaks, undoes what it does, and knows what can be started."""

from collections.abc import Callable

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from keras_comparison import assert_keras_agrees
from strategies import architectures, layers, recipes

from fmnist_tui.lab.layers import Layer
from fmnist_tui.lab.parameters import ParameterError
from fmnist_tui.lab.records.architecture import Architecture
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.shorthand import parse, shorthand
from fmnist_tui.tui.editor import draft as gestures
from fmnist_tui.tui.editor.draft import Draft, Origin, UndoHistory
from fmnist_tui.tui.editor.rows import lines

MOST_WEIGHTS, MOST_LAYERS = 200_000, 6
"""Larger networks are not built in Keras here: they would cost time and prove nothing more."""

Gesture = Callable[[Draft], Draft]


class EditorMachine(RuleBasedStateMachine):
    """Gestures in any order, beside a plain list of the drafts that were."""

    def __init__(self) -> None:
        super().__init__()
        self.timeline = UndoHistory(Draft())
        self.past: list[Draft] = []

    @property
    def draft(self) -> Draft:
        return self.timeline.draft

    def do(self, gesture: Gesture) -> None:
        before = self.draft
        self.timeline = self.timeline.do(gesture)
        if content(self.draft) != content(before):
            self.past.append(before)
            assert content(self.timeline.undo().draft) == content(before)
            assert self.timeline.undo().redo().draft == self.draft

    @rule(by=st.integers(-30, 30))
    def move_the_cursor(self, by: int) -> None:
        self.do(lambda draft: gestures.move_cursor(draft, by))

    @rule(by=st.integers(-5, 5))
    def choose_another_parameter(self, by: int) -> None:
        self.do(lambda draft: gestures.move_column(draft, by))

    @rule(layer=layers())
    def insert_a_layer(self, layer: Layer) -> None:
        self.do(lambda draft: gestures.insert(draft, layer))

    @rule()
    def remove_a_layer(self) -> None:
        self.do(gestures.remove)

    @rule()
    def duplicate_a_layer(self) -> None:
        self.do(gestures.duplicate)

    @rule(by=st.sampled_from([-1, 1]))
    def move_a_layer(self, by: int) -> None:
        self.do(lambda draft: gestures.move_layer(draft, by))

    @rule(by=st.integers(-40, 40))
    def step_a_value(self, by: int) -> None:
        self.do(lambda draft: gestures.step_value(draft, by))

    @rule(factor=st.sampled_from([0.5, 2.0]))
    def scale_a_value(self, factor: float) -> None:
        self.do(lambda draft: gestures.scale_value(draft, factor))

    @rule(text=st.one_of(st.text(max_size=6), st.integers(-9, 99_999).map(str), st.floats().map(str)))
    def type_a_value(self, text: str) -> None:
        before = self.timeline
        try:
            self.do(lambda draft: gestures.type_value(draft, text))
        except ParameterError:
            assert self.timeline == before

    @rule(architecture=architectures())
    def take_a_shorthand(self, architecture: Architecture) -> None:
        self.do(lambda draft: gestures.set_architecture(draft, architecture))

    @rule(recipe=recipes())
    def load_a_recipe(self, recipe: Recipe) -> None:
        self.do(lambda draft: gestures.load(draft, Origin("somewhere", recipe)))

    @rule()
    def clear(self) -> None:
        self.do(gestures.clear)

    @precondition(lambda self: self.past)
    @rule()
    def undo(self) -> None:
        self.timeline = self.timeline.undo()
        assert content(self.draft) == content(self.past.pop())

    @invariant()
    def the_cursor_is_on_a_row(self) -> None:
        assert 0 <= self.draft.row < self.draft.rows

    @invariant()
    def it_can_be_drawn(self) -> None:
        assert all(line.text.cell_len <= 40 for line in lines(self.draft, 40, None, focused=True))

    @invariant()
    def its_shorthand_means_the_same_network(self) -> None:
        architecture = self.draft.architecture
        if architecture.layers:
            again = parse(shorthand(architecture))
            assert again == (architecture if self.draft.startable else architecture.flattened())

    @invariant()
    def it_can_be_started_exactly_when_keras_can_build_it(self) -> None:
        architecture = self.draft.architecture
        if len(architecture.layers) <= MOST_LAYERS and _weights(architecture) <= MOST_WEIGHTS:
            stopped_at = assert_keras_agrees(architecture)
            assert self.draft.startable == (stopped_at is None)


def _weights(architecture: Architecture) -> int:
    return sum(stage.parameters or 0 for stage in architecture.stages())


def content(draft: Draft) -> tuple[object, ...]:
    """Return what undo restores: all but the cursor."""
    return draft.layers, draft.training, draft.seeds, draft.origin


TestEditorMachine = EditorMachine.TestCase
TestEditorMachine.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
