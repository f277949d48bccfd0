"""A draft: the recipe being edited and where the cursor stands, with every gesture as a function.

A draft is a value: each gesture returns another. It may hold a network that cannot be built;
then its stages say why, and it cannot be started.
"""

from dataclasses import dataclass, field, replace

from fmnist_tui.lab.layers import Dense, Flatten, Layer
from fmnist_tui.lab.parameters import Real, Spec, Value, Whole, parameter, spec_of, specs, spoken
from fmnist_tui.lab.records.architecture import Architecture, Stage
from fmnist_tui.lab.records.recipe import HYPERPARAMETERS, OPTIMIZERS, DatasetName, Hyperparameters, Recipe

MOST_LAYERS = 200
"""How many layers a draft may hold."""


@dataclass(frozen=True, slots=True)
class Seeds:
    """Which seeds a start trains: the first `repeats` from `seed` upwards that are not trained yet."""

    seed: int = parameter(Whole(0, 2**31 - 1), 0)
    repeats: int = parameter(Whole(1, 1_000), 1)


SEEDS = tuple(name for name, _ in specs(Seeds))


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a draft came from: what it is compared with."""

    name: str
    recipe: Recipe


@dataclass(frozen=True, slots=True)
class Draft:
    """What the editor holds."""

    layers: tuple[Layer, ...] = (Flatten(), Dense(64))
    training: Hyperparameters = field(default_factory=Hyperparameters)
    seeds: Seeds = field(default_factory=Seeds)
    origin: Origin | None = None
    """What it was loaded from."""
    row: int = 1
    """The row of the cursor: the layers first, then the hyperparameters, then the seeds."""
    column: int = 0
    """Which parameter of the row's layer the cursor is on."""

    @property
    def architecture(self) -> Architecture:
        """The layers as an architecture, buildable or not."""
        return Architecture(self.layers)

    @property
    def stages(self) -> tuple[Stage, ...]:
        """A stage for each layer and one for the output."""
        return self.architecture.stages()

    @property
    def rows(self) -> int:
        """How many rows the cursor can stand on."""
        return len(self.layers) + len(HYPERPARAMETERS) + len(SEEDS)

    @property
    def layer(self) -> Layer | None:
        """The layer under the cursor, if it stands on one."""
        return self.layers[self.row] if self.row < len(self.layers) else None

    @property
    def field(self) -> str | None:
        """The name of the parameter under the cursor; None on a layer without parameters."""
        if self.layer is not None:
            names = [name for name, _ in specs(self.layer)]
            return names[min(self.column, len(names) - 1)] if names else None
        return (HYPERPARAMETERS + SEEDS)[self.row - len(self.layers)]

    @property
    def spec(self) -> Spec | None:
        """What the parameter under the cursor may be."""
        return spec_of(self._holder, self.field) if self.field else None

    @property
    def value(self) -> Value | None:
        """The value under the cursor."""
        return getattr(self._holder, self.field) if self.field else None

    @property
    def _holder(self) -> Layer | Hyperparameters | Seeds:
        if self.layer is not None:
            return self.layer
        return self.training if self.row - len(self.layers) < len(HYPERPARAMETERS) else self.seeds

    @property
    def startable(self) -> bool:
        """Whether the network can be built, so that a training can be started."""
        return self.architecture.problem is None

    def recipe(self, dataset: DatasetName) -> Recipe:
        """Return the recipe on a dataset; ArchitectureError where the network cannot be built."""
        self.architecture.check()
        return Recipe(self.architecture, self.training, dataset)


def move_cursor(draft: Draft, by: int) -> Draft:
    """Return the draft with the cursor `by` rows further, kept on the rows there are."""
    return _placed(draft, draft.row + by)


def move_column(draft: Draft, by: int) -> Draft:
    """Return the draft with the cursor on another parameter of its layer."""
    count = len(list(specs(draft.layer))) if draft.layer is not None else 1
    column = min(draft.column, max(count - 1, 0)) + by
    return replace(draft, column=min(max(column, 0), max(count - 1, 0)))


def insert(draft: Draft, layer: Layer) -> Draft:
    """Return the draft with a layer below the cursor, or last where the cursor is below the layers.

    A layer that takes a vector and would meet an image brings the flatten it needs.
    """
    if len(draft.layers) >= MOST_LAYERS:
        return draft
    place = draft.row + 1 if draft.row < len(draft.layers) else len(draft.layers)
    before, after = draft.layers[:place], draft.layers[place:]
    lacking = layer.takes == "vector" and not any(each.gives == "vector" for each in before)
    new = (Flatten(), layer) if lacking else (layer,)
    if lacking and after[:1] == (Flatten(),):
        new, before, after = (layer,), (*before, Flatten()), after[1:]
    row = len(before) + len(new) - 1
    return _placed(replace(draft, layers=(*before, *new, *after), column=0), row)


def remove(draft: Draft) -> Draft:
    """Return the draft without the layer under the cursor."""
    if draft.layer is None:
        return draft
    return _placed(replace(draft, layers=_without(draft.layers, draft.row), column=0), draft.row)


def duplicate(draft: Draft) -> Draft:
    """Return the draft with the layer under the cursor twice."""
    if draft.layer is None or len(draft.layers) >= MOST_LAYERS:
        return draft
    layers = (*draft.layers[: draft.row], draft.layer, *draft.layers[draft.row :])
    return replace(draft, layers=layers, row=draft.row + 1)


def move_layer(draft: Draft, by: int) -> Draft:
    """Return the draft with the layer under the cursor moved, the cursor with it."""
    target = draft.row + by
    if draft.layer is None or not 0 <= target < len(draft.layers):
        return draft
    rest = _without(draft.layers, draft.row)
    return replace(draft, layers=(*rest[:target], draft.layer, *rest[target:]), row=target)


def clear(draft: Draft) -> Draft:
    """Return the draft without layers, and from nowhere."""
    return replace(draft, layers=(), origin=None, row=0, column=0)


def set_architecture(draft: Draft, architecture: Architecture) -> Draft:
    """Return the draft with other layers."""
    return _placed(replace(draft, layers=architecture.layers, column=0), 0)


def load(draft: Draft, origin: Origin, seed: int | None = None) -> Draft:
    """Return the draft with the recipe of something there is, and which; its seeds stay unless one is given."""
    loaded = set_architecture(draft, origin.recipe.architecture)
    seeds = draft.seeds if seed is None else replace(draft.seeds, seed=seed)
    return replace(loaded, training=origin.recipe.training, origin=origin, seeds=seeds)


def set_value(draft: Draft, value: Value) -> Draft:
    """Return the draft with another value under the cursor.

    A new optimizer brings Keras's learning rate for it, unless the rate was chosen by hand.

    Raises:
        ParameterError: a value that the parameter cannot take.
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
    """Return the draft with what a person typed as the value under the cursor; ParameterError where it cannot be."""
    if draft.spec is None or draft.field is None:
        return draft
    return set_value(draft, draft.spec.read(spoken(draft.field), text))


def step_value(draft: Draft, by: int) -> Draft:
    """Return the draft with the value under the cursor one step up or down; kernels keep within the image."""
    if draft.spec is None or draft.value is None:
        return draft
    return set_value(draft, draft.spec.step(draft.value, by))  # type: ignore[arg-type]


def scale_value(draft: Draft, factor: float) -> Draft:
    """Return the draft with the value under the cursor multiplied."""
    if draft.spec is None or draft.value is None:
        return draft
    return set_value(draft, draft.spec.scale(draft.value, factor))  # type: ignore[arg-type]


def typed_by_digits(spec: Spec | None) -> bool:
    """Whether a value is a number, which typing a digit begins to replace."""
    return isinstance(spec, Whole | Real)


def _without(layers: tuple[Layer, ...], place: int) -> tuple[Layer, ...]:
    return (*layers[:place], *layers[place + 1 :])


def _placed(draft: Draft, row: int) -> Draft:
    return replace(draft, row=min(max(row, 0), draft.rows - 1))
