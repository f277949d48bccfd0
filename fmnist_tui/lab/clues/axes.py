from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Any

from fmnist_tui.lab.clues.trained import Trained, with_widths
from fmnist_tui.lab.clues.trained import widths as units_of
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.language.catalogue import message
from fmnist_tui.lab.parameters import spoken
from fmnist_tui.lab.records.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Axis:
    name: str
    """`units`, `learning rate`, `epochs`, `batch size`."""
    values: tuple[float, ...]
    """Rising."""
    groups: tuple[Group, ...]
    beyond: Callable[[Recipe, float], Recipe]
    """Returns a recipe with another value."""


def axes(trained: Trained) -> tuple[Axis, ...]:
    """Return the axes of two or more experiments with two seeds or more, the longest first."""
    found: list[Axis] = []
    for name, key_of, value_of, beyond in _KINDS:
        members: dict[Hashable, dict[float, Group]] = {}
        for group in trained.repeated:
            value = value_of(group.recipe)
            if value is not None:
                members.setdefault(key_of(group.recipe), {})[value] = group
        for by_value in members.values():
            if len(by_value) > 1:
                values = tuple(sorted(by_value))
                found.append(Axis(name, values, tuple(by_value[value] for value in values), beyond))
    return tuple(sorted(found, key=lambda axis: -len(axis.values)))


def _units(recipe: Recipe) -> float | None:
    widths = units_of(recipe.architecture)
    return widths[0] if len(widths) == recipe.architecture.depth == 1 else None


def _of_one_width(recipe: Recipe) -> Recipe:
    return replace(recipe, architecture=with_widths(recipe.architecture, [1]))


def _as_wide(recipe: Recipe, value: float) -> Recipe:
    return replace(recipe, architecture=with_widths(recipe.architecture, [min(65_536, max(1, round(value)))]))


def _setting(
    name: str, low: float, high: float, whole: bool
) -> tuple[str, Callable[[Recipe], Hashable], Callable[[Recipe], float | None], Callable[[Recipe, float], Recipe]]:
    def changed(recipe: Recipe, value: float) -> Recipe:
        within = min(high, max(low, value))
        setting: dict[str, Any] = {name: round(within) if whole else within}
        return replace(recipe, training=replace(recipe.training, **setting))

    return (
        spoken(name),
        lambda recipe: changed(recipe, high),
        lambda recipe: float(getattr(recipe.training, name)),
        changed,
    )


_KINDS = (
    (message("units"), _of_one_width, _units, _as_wide),
    _setting("learning_rate", 1e-7, 10.0, whole=False),
    _setting("epochs", 1, 10_000, whole=True),
    _setting("batch_size", 1, 60_000, whole=True),
)
