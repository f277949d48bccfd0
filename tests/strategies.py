"""Hypothesis strategies for layers, recipes, runs and other values."""

import re
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from fmnist_tui.lab.layers import (
    ACTIVATIONS,
    KINDS,
    Activation,
    AveragePooling,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling,
    Layer,
    LayerError,
    LayerNormalization,
    MaxPooling,
)
from fmnist_tui.lab.parameters import Choice, FloatRange, IntRange, Spec, specs
from fmnist_tui.lab.records.architecture import INPUT_SHAPE, Architecture
from fmnist_tui.lab.records.dataset import DATASETS
from fmnist_tui.lab.records.recipe import Hyperparameters, Recipe
from fmnist_tui.lab.records.run import STATUSES, Curves, Environment, Experiment, Metrics, Run
from fmnist_tui.lab.toml.reading import MOST_REPEATS

HOSTILE = (
    "",
    " ",
    '"',
    '"""',
    "'''",
    "\\",
    "\\u0041",
    "a\nb",
    "a\r\nb",
    "\t",
    "\x00",
    "\x07\x08\x0b\x0c",
    "\x1b[2J\x1b[31mred",
    "\x7f\x80\x85\x9b31m\x9f",
    "\u2028line\u2029paragraph",
    "\u202eright to left\u202c",
    "\u2066isolate\u2069",
    "\u200e\u200f\u061c",
    "\ud800",
    "\udfff\ud83d",
    "👩‍👩‍👧 café ٣",
    "\ufeffmark",
    '"\n[[run]]\nid = "x',
    "# not a comment",
    "[@click=app.quit]x[/]",
    "}, {",
    "0" * 5_000,
)
"""Texts that break careless writers, parsers and terminals; two hold lone surrogates."""


def short_id(text: str) -> str:
    """Return a test id for a text: its first characters, in ASCII."""
    return ascii(text)[:40]


PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
"""Two surrogates that are one character as soon as a text is written and read."""


def hostile_text() -> st.SearchStrategy[str]:
    """Any text, including lone surrogates and control characters."""
    anything = st.text(st.characters(), max_size=30)
    joined = st.lists(st.sampled_from(HOSTILE), max_size=3).map("".join)
    return st.one_of(anything, joined).filter(lambda text: not PAIR.search(text))


def values(spec: Spec) -> st.SearchStrategy[Any]:
    """All values of a parameter, except fractions between 0 and 1e-9."""
    match spec:
        case IntRange(low, high):
            return st.integers(low, high)
        case FloatRange(low, high):
            return st.just(low) | st.floats(max(low, 1e-9), high)
        case Choice(options):
            return st.sampled_from(options)


def layers() -> st.SearchStrategy[Layer]:
    """A layer of any kind with any valid parameters."""
    return st.one_of([_of_kind(kind) for kind in KINDS])


def _of_kind(kind: type[Layer]) -> st.SearchStrategy[Layer]:
    return st.builds(kind, **{name: values(spec) for name, spec in specs(kind)})


def small_layers() -> st.SearchStrategy[Layer]:
    """A layer of any kind that needs little memory and often fits the layers before it."""
    activation = st.sampled_from(ACTIVATIONS)
    penalty = st.sampled_from((0.0, 0.001))
    window = st.one_of(st.integers(1, 3), st.integers(1, 28))
    return st.one_of(
        st.builds(Dense, st.integers(1, 12), activation, penalty),
        st.builds(Conv2D, st.integers(1, 4), window, st.sampled_from(("valid", "same")), window, activation, penalty),
        st.builds(Activation, st.sampled_from(("relu", "tanh"))),
        st.builds(MaxPooling, st.one_of(st.integers(1, 3), st.integers(1, 40))),
        st.builds(AveragePooling, st.one_of(st.integers(1, 3), st.integers(1, 40))),
        st.builds(Dropout, st.sampled_from((0.0, 0.1, 0.5, 0.99))),
        *map(st.just, (GlobalAveragePooling(), Flatten(), BatchNormalization(), LayerNormalization())),
    )


def architectures(
    layer: st.SearchStrategy[Layer] | None = None, *, min_size: int = 0, max_size: int = 10
) -> st.SearchStrategy[Architecture]:
    """Layers in any order, most of which cannot be built."""
    return st.lists(layers() if layer is None else layer, min_size=min_size, max_size=max_size).map(
        lambda drawn: Architecture((*drawn,))
    )


@st.composite
def buildable_architectures(
    draw: st.DrawFn, layer: st.SearchStrategy[Layer] | None = None, *, max_size: int = 10
) -> Architecture:
    """Layers that each accept the output of the one before, with a vector at the end."""
    shape = INPUT_SHAPE
    kept: list[Layer] = []
    for drawn in draw(st.lists(layers() if layer is None else layer, max_size=max_size)):
        try:
            shape = drawn.output_shape(shape)
        except LayerError:
            if len(shape) == 1:
                continue
            kept.append(draw(_to_vector()))
            shape = kept[-1].output_shape(shape)
        else:
            kept.append(drawn)
    if len(shape) != 1:
        kept.append(draw(_to_vector()))
    return Architecture(tuple(kept))


def _to_vector() -> st.SearchStrategy[Layer]:
    return st.sampled_from((Flatten(), GlobalAveragePooling()))


def hyperparameters() -> st.SearchStrategy[Hyperparameters]:
    return st.builds(Hyperparameters, **{name: values(spec) for name, spec in specs(Hyperparameters)})


def recipes() -> st.SearchStrategy[Recipe]:
    return st.builds(Recipe, buildable_architectures(), hyperparameters(), st.sampled_from(DATASETS))


def run_ids() -> st.SearchStrategy[str]:
    """Valid run ids."""
    return st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", fullmatch=True)


@st.composite
def curves(draw: st.DrawFn) -> Curves:
    """Curves of up to five epochs, with validation or without."""
    epochs = draw(st.integers(0, 5))
    accuracy = st.lists(st.floats(0, 1), min_size=epochs, max_size=epochs).map(tuple)
    loss = st.lists(st.floats(0, allow_infinity=False), min_size=epochs, max_size=epochs).map(tuple)
    if draw(st.booleans()):
        return Curves(draw(accuracy), draw(loss), draw(accuracy), draw(loss))
    return Curves(draw(accuracy), draw(loss))


def metrics() -> st.SearchStrategy[Metrics]:
    """An accuracy and a loss, both finite."""
    return st.builds(Metrics, st.floats(0, 1), st.floats(0, allow_infinity=False))


def moments() -> st.SearchStrategy[datetime]:
    """Times in whole seconds, with time zones in whole minutes."""
    zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
    # Away from the ends of the calendar, where another zone's date does not exist.
    naive = st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31))
    return st.builds(
        lambda moment, zone: moment.replace(microsecond=0, tzinfo=zone), naive, st.one_of(st.just(UTC), zones)
    )


@st.composite
def runs(draw: st.DrawFn) -> Run:
    """Runs with valid values and hostile texts."""
    text = hostile_text()
    count = st.integers(0, 10_000)
    return Run(
        id=draw(run_ids()),
        experiment=draw(text),
        recipe=draw(recipes()),
        seed=draw(st.integers(0, 2**31 - 1)),
        status=draw(st.sampled_from(STATUSES)),
        started=draw(moments()),
        seconds=draw(st.integers(0, 10**9)) / 1_000,
        parameters=draw(st.integers(10, 10**12)),
        curves=draw(curves()),
        test=draw(st.none() | metrics()),
        confusion=draw(st.none() | count.map(lambda first: tuple(tuple(range(first, first + 10)) for _ in range(10)))),
        dead_units_by_layer=draw(st.none() | st.lists(st.integers(0, 10), max_size=4).map(tuple)),
        environment=draw(st.none() | st.builds(Environment, text, text, text, text, text)),
        host=draw(st.none() | text),
        lost_workers=draw(st.integers(0, 3)),
        reason=draw(st.none() | text),
    )


def experiments() -> st.SearchStrategy[Experiment]:
    """Valid plans with hostile texts."""
    return st.builds(
        Experiment,
        name=hostile_text().filter(lambda name: bool(name.strip())),
        architecture=buildable_architectures(),
        training=hyperparameters(),
        dataset=st.none() | st.sampled_from(DATASETS),
        repeats=st.integers(1, MOST_REPEATS),
        published=st.none() | metrics(),
        section=st.none() | hostile_text(),
        note=st.none() | hostile_text(),
    )


def as_a_file_holds_it(value: Any) -> Any:
    """Return a record with what no file can hold, lone surrogates, replaced as the writer replaces it."""
    if isinstance(value, str):
        return "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {each.name: as_a_file_holds_it(getattr(value, each.name)) for each in fields(value)}
        return replace(value, **changed)
    return value
