"""The recipe being edited, with a function for each edit, undo and redo."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from fmnist_tui.lab.layers import Dense, Flatten, Layer
from fmnist_tui.lab.parameters import FloatRange, IntRange, Spec, Value, parameter, spec_of, specs, spoken
from fmnist_tui.lab.records.architecture import Architecture, Stage
from fmnist_tui.lab.records.dataset import DatasetName
from fmnist_tui.lab.records.recipe import HYPERPARAMETERS, OPTIMIZERS, Hyperparameters, Recipe

MOST_LAYERS = 200


@dataclass(frozen=True, slots=True)
class Seeds:
    """The first `repeats` seeds from `seed` up that are not trained yet."""

    seed: int = parameter(IntRange(0, 2**31 - 1), 0)
    repeats: int = parameter(IntRange(1, 1_000), 1)


BEFORE = "the network before"

SEEDS = tuple(name for name, _ in specs(Seeds))


class Origin(NamedTuple):
    name: str
    recipe: Recipe


@dataclass(frozen=True, slots=True)
class Draft:
    layers: tuple[Layer, ...] = (Flatten(), Dense(64))
    training: Hyperparameters = field(default_factory=Hyperparameters)
    seeds: Seeds = field(default_factory=Seeds)
    origin: Origin | None = None
    row: int = 1
    """The cursor's row: layers first, then hyperparameters, then seeds."""
    column: int = 0
    """The cursor's parameter within the layer."""

    @property
    def architecture(self) -> Architecture:
        return Architecture(self.layers)

    @property
    def stages(self) -> tuple[Stage, ...]:
        return self.architecture.stages()

    @property
    def rows(self) -> int:
        return len(self.layers) + len(HYPERPARAMETERS) + len(SEEDS)

    @property
    def layer(self) -> Layer | None:
        return self.layers[self.row] if self.row < len(self.layers) else None

    @property
    def field(self) -> str | None:
        """None on a layer without parameters."""
        if self.layer is not None:
            names = [name for name, _ in specs(self.layer)]
            return names[min(self.column, len(names) - 1)] if names else None
        return (HYPERPARAMETERS + SEEDS)[self.row - len(self.layers)]

    @property
    def spec(self) -> Spec | None:
        return spec_of(self._holder, self.field) if self.field else None

    @property
    def value(self) -> Value | None:
        return getattr(self._holder, self.field) if self.field else None

    @property
    def _holder(self) -> Layer | Hyperparameters | Seeds:
        if self.layer is not None:
            return self.layer
        return self.training if self.row - len(self.layers) < len(HYPERPARAMETERS) else self.seeds

    @property
    def startable(self) -> bool:
        return self.architecture.problem is None

    def recipe(self, dataset: DatasetName) -> Recipe:
        """Raise ArchitectureError if the network cannot be built."""
        self.architecture.check()
        return Recipe(self.architecture, self.training, dataset)


def move_cursor(draft: Draft, by: int) -> Draft:
    return _placed(draft, draft.row + by)


def move_column(draft: Draft, by: int) -> Draft:
    count = len(list(specs(draft.layer))) if draft.layer is not None else 1
    column = min(draft.column, max(count - 1, 0)) + by
    return replace(draft, column=min(max(column, 0), max(count - 1, 0)))


def point_at(draft: Draft, row: int, name: str | None = None) -> Draft:
    there = _placed(draft, row)
    names = [each for each, _ in specs(there.layer)] if there.layer is not None else []
    return replace(there, column=names.index(name)) if name in names else there


def insert(draft: Draft, layer: Layer) -> Draft:
    """Insert a layer below the cursor, after a flatten if it takes a vector and would receive an image."""
    if len(draft.layers) >= MOST_LAYERS:
        return draft
    place = draft.row + 1 if draft.row < len(draft.layers) else len(draft.layers)
    before, after = draft.layers[:place], draft.layers[place:]
    needs_flatten = layer.takes == "vector" and not any(other.gives == "vector" for other in before)
    new = (Flatten(), layer) if needs_flatten else (layer,)
    if needs_flatten and after[:1] == (Flatten(),):
        new, before, after = (layer,), (*before, Flatten()), after[1:]
    row = len(before) + len(new) - 1
    return _placed(replace(draft, layers=(*before, *new, *after), column=0), row)


def remove(draft: Draft) -> Draft:
    if draft.layer is None:
        return draft
    return _placed(replace(draft, layers=_without(draft.layers, draft.row), column=0), draft.row)


def duplicate(draft: Draft) -> Draft:
    if draft.layer is None or len(draft.layers) >= MOST_LAYERS:
        return draft
    layers = (*draft.layers[: draft.row], draft.layer, *draft.layers[draft.row :])
    return replace(draft, layers=layers, row=draft.row + 1)


def move_layer(draft: Draft, by: int) -> Draft:
    target = draft.row + by
    if draft.layer is None or not 0 <= target < len(draft.layers):
        return draft
    rest = _without(draft.layers, draft.row)
    return replace(draft, layers=(*rest[:target], draft.layer, *rest[target:]), row=target)


def clear(draft: Draft) -> Draft:
    """Remove all layers and the origin."""
    return replace(draft, layers=(), origin=None, row=0, column=0)


def set_architecture(draft: Draft, architecture: Architecture) -> Draft:
    return _placed(replace(draft, layers=architecture.layers, column=0), 0)


def load(draft: Draft, origin: Origin, seed: int | None = None) -> Draft:
    """Keep the draft's seeds unless one is given."""
    loaded = set_architecture(draft, origin.recipe.architecture)
    seeds = draft.seeds if seed is None else replace(draft.seeds, seed=seed)
    return replace(loaded, training=origin.recipe.training, origin=origin, seeds=seeds)


def suggest(draft: Draft, recipe: Recipe, repeats: int) -> Draft:
    """Load a recipe and how many seeds to train, with the draft's own recipe as the origin to compare with."""
    before = Recipe(draft.architecture, draft.training, recipe.dataset)
    loaded = load(draft, Origin(BEFORE, recipe))
    return replace(loaded, origin=Origin(BEFORE, before), seeds=Seeds(0, repeats))


def set_value(draft: Draft, value: Value) -> Draft:
    """Set the value under the cursor; ParameterError if it is not valid.

    A new optimizer sets its default learning rate, unless the rate was changed.
    """
    holder, name = draft._holder, draft.field
    if name is None:
        return draft
    changed = replace(holder, **{name: value})  # type: ignore[arg-type]
    match holder, changed:
        case Hyperparameters(), Hyperparameters():
            usual = holder.learning_rate == OPTIMIZERS[holder.optimizer]
            if name == "optimizer" and usual:
                changed = replace(changed, learning_rate=OPTIMIZERS[changed.optimizer])
            return replace(draft, training=changed)
        case Seeds(), Seeds():
            return replace(draft, seeds=changed)
    before, after = draft.layers[: draft.row], draft.layers[draft.row + 1 :]
    return replace(draft, layers=(*before, changed, *after))  # type: ignore[arg-type]


def type_value(draft: Draft, text: str) -> Draft:
    """ParameterError if the text is not valid."""
    if draft.spec is None or draft.field is None:
        return draft
    return set_value(draft, draft.spec.read(spoken(draft.field), text))


def step_value(draft: Draft, by: int) -> Draft:
    if draft.spec is None or draft.value is None:
        return draft
    return set_value(draft, draft.spec.step(draft.value, by))  # type: ignore[arg-type]


def scale_value(draft: Draft, factor: float) -> Draft:
    if draft.spec is None or draft.value is None:
        return draft
    return set_value(draft, draft.spec.scale(draft.value, factor))  # type: ignore[arg-type]


def typed_by_digits(spec: Spec | None) -> bool:
    return isinstance(spec, IntRange | FloatRange)


def _without(layers: tuple[Layer, ...], place: int) -> tuple[Layer, ...]:
    return (*layers[:place], *layers[place + 1 :])


def _placed(draft: Draft, row: int) -> Draft:
    return replace(draft, row=min(max(row, 0), draft.rows - 1))


@dataclass(frozen=True, slots=True)
class UndoHistory:
    draft: Draft
    past: tuple[Draft, ...] = ()
    future: tuple[Draft, ...] = ()

    def do(self, gesture: Callable[[Draft], Draft]) -> "UndoHistory":
        """Apply an edit; moving the cursor is not a step to undo."""
        after = gesture(self.draft)
        if content(after) == content(self.draft):
            return replace(self, draft=after)
        return UndoHistory(after, (*self.past, self.draft))

    def undo(self) -> "UndoHistory":
        if not self.past:
            return self
        return UndoHistory(self.past[-1], self.past[:-1], (self.draft, *self.future))

    def redo(self) -> "UndoHistory":
        if not self.future:
            return self
        return UndoHistory(self.future[0], (*self.past, self.draft), self.future[1:])


def content(draft: Draft) -> Draft:
    """Return a draft without its cursor."""
    return replace(draft, row=0, column=0)
