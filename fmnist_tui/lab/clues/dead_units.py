"""Units whose output is 0 for every validation image."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from fmnist_tui.lab.clues.clue import DYING, Claim, Clue
from fmnist_tui.lab.clues.trained import Trained
from fmnist_tui.lab.clues.wording import percent, seeds
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.figures import mean
from fmnist_tui.lab.language.catalogue import plural_message, translated, translated_plural
from fmnist_tui.lab.layers import CLASSES, Conv2D, Dense
from fmnist_tui.lab.records.architecture import Architecture, Stage
from fmnist_tui.lab.records.recipe import OPTIMIZERS, Recipe

_DEAD_SLOWER = plural_message(
    "{dead} of {n:,} unit of layer {layer} ({label}) in {network} are dead: their output is 0 for every validation "
    "image ({share} on average over {seeds}). They learn nothing any more: lower the learning rate from {rate}.",
    "{dead} of {n:,} units of layer {layer} ({label}) in {network} are dead: their output is 0 for every validation "
    "image ({share} on average over {seeds}). They learn nothing any more: lower the learning rate from {rate}.",
)
_DEAD_SMALLER = plural_message(
    "{dead} of {n:,} unit of layer {layer} ({label}) in {network} are dead: their output is 0 for every validation "
    "image ({share} on average over {seeds}). They learn nothing any more: use fewer units there, which costs less.",
    "{dead} of {n:,} units of layer {layer} ({label}) in {network} are dead: their output is 0 for every validation "
    "image ({share} on average over {seeds}). They learn nothing any more: use fewer units there, which costs less.",
)

MANY = 0.1
"""The share of a layer from which on its dead units are worth a word; with the usual rates a few of a hundred are."""

MOST = 0.5
"""From this share on a layer is too small for what it was given, or its training is broken: fewer units do not help."""


@dataclass(frozen=True, slots=True)
class DeadLayer:
    """The layer of an experiment with the largest share of dead units."""

    group: Group
    place: int
    """Counted from 0."""
    stage: Stage
    units: int
    counts: tuple[int, ...]
    """Dead units, one for each seed."""

    @property
    def share(self) -> float:
        return mean(self.counts) / self.units

    @property
    def clear(self) -> bool:
        return len(self.counts) > 1 and min(self.counts) >= MANY * self.units


def dead_units(trained: Trained) -> Clue | None:
    """Say in which layer a tenth or more of the units never fire, for the experiment with the largest share.

    Clear where every one of several seeds has as many. Nothing is said of an experiment whose cure was trained.
    """
    found = [
        layer
        for group in trained.groups
        if (layer := _worst(group)) and layer.share >= MANY and trained.suggest(group, _cure(layer))
    ]
    if not found:
        return None
    worst = max(found, key=lambda layer: (layer.clear, layer.share))
    group, name = worst.group, trained.label(worst.group)
    slower = _slower(worst)
    rate = group.recipe.training.learning_rate
    low, high = min(worst.counts), max(worst.counts)
    said = translated_plural(
        *(_DEAD_SLOWER if slower else _DEAD_SMALLER),
        worst.units,
        dead=translated("{low} to {high}").format(low=low, high=high) if low < high else high,
        layer=worst.place + 1,
        label=worst.stage.label,
        network=trained.called(group),
        share=percent(worst.share, 1),
        seeds=seeds(len(worst.counts)),
        rate=f"{rate:g}",
    )
    if len(found) > 1:
        likewise = translated_plural(
            "{n:,} other experiment likewise.", "{n:,} other experiments likewise.", len(found) - 1
        )
        said = f"{said} {likewise}"
    return Clue(
        "dead-units",
        said,
        trained.labels([group]),
        {
            "layer": worst.place + 1,
            "units": worst.units,
            "dead": list(worst.counts),
            "share": worst.share,
            "learning_rate": rate,
            "seeds": len(worst.counts),
            "experiments": [
                {"name": trained.label(each.group), "layer": each.place + 1, "share": each.share} for each in found
            ],
        },
        "clear" if worst.clear else "possible",
        DYING,
        trained.suggest(group, _cure(worst)),
        (
            Claim((name,), "dead units", "many"),
            Claim((name,), "learning rate", "lower") if slower else Claim((name,), "units", "fewer"),
        ),
    )


def _worst(group: Group) -> DeadLayer | None:
    """Return the layer with the largest share, over the finished runs that counted; None if there are none."""
    return max(_layers(group), key=lambda layer: layer.share, default=None)


def _layers(group: Group) -> Iterator[DeadLayer]:
    layers = group.recipe.architecture.cut_off_layers()
    by_run = [run.dead_units_by_layer for run in group.finished]
    # A notebook that was edited by hand may have other numbers.
    known = [counts for counts in by_run if counts is not None and len(counts) == len(layers)]
    if known:
        for number, (place, stage) in enumerate(layers):
            if stage.shape:
                units = stage.shape[-1]
                counts = tuple(min(counts[number], units) for counts in known)
                yield DeadLayer(group, place, stage, units, counts)


def _cure(layer: DeadLayer) -> Recipe:
    return _slower(layer) or _smaller(layer)


def _slower(layer: DeadLayer) -> Recipe | None:
    """Return the recipe with a third of the rate, where that is the likelier cure."""
    recipe = layer.group.recipe
    rate = recipe.training.learning_rate
    smaller = layer.units - round(mean(layer.counts))
    if rate <= OPTIMIZERS[recipe.training.optimizer] and layer.share < MOST and smaller >= CLASSES:
        return None
    return replace(recipe, training=replace(recipe.training, learning_rate=float(f"{max(1e-7, rate / 3):.1g}")))


def _smaller(layer: DeadLayer) -> Recipe:
    """Return the recipe with as many units there as are alive on average."""
    recipe = layer.group.recipe
    alive = layer.units - round(mean(layer.counts))
    layers = list(recipe.architecture.layers)
    # An activation of its own stands behind the layer that has the units.
    place = max(place for place in range(layer.place + 1) if isinstance(layers[place], Dense | Conv2D))
    match layers[place]:
        case Dense() as dense:
            layers[place] = replace(dense, units=alive)
        case Conv2D() as convolution:
            layers[place] = replace(convolution, filters=alive)
    return replace(recipe, architecture=Architecture(tuple(layers)))
