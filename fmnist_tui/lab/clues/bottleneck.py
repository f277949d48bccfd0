from collections.abc import Iterator
from dataclasses import replace

from fmnist_tui.lab.clues.clue import Clue
from fmnist_tui.lab.clues.trained import MOST_PAIRS, Pair, Trained, of_dense_layers_alone, widths, with_widths, written
from fmnist_tui.lab.clues.wording import listed, percent, signed
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.language.catalogue import translated, translated_plural
from fmnist_tui.lab.layers import CLASSES, Dense
from fmnist_tui.lab.records.architecture import Architecture
from fmnist_tui.lab.records.recipe import Recipe

SOURCE = "Lu, Su & Karniadakis 2018, Collapse of Deep and Narrow Neural Nets, arXiv:1808.04947"


def bottleneck(trained: Trained) -> Clue | None:
    """Say which networks lose accuracy by a layer narrower than the classes, against the same ones without it."""
    pairs = sorted(_with_controls(trained), key=lambda pair: pair.difference.mean)
    harmed = [pair for pair in pairs if pair.difference.mean < 0 and pair.verdict.word != "not resolved"]
    if not any(pair.relation == "worse" for pair in harmed):
        return None
    unharmed = [pair.first for pair in pairs if pair not in harmed]
    lost = [
        f"{written(pair.first)} {percent(trained.mean(pair.first))} ({signed(pair.difference.mean)}, {pair.word})"
        for pair in harmed
    ]
    layer = min(width for pair in harmed for width in widths(pair.first.recipe.architecture))
    worst, control = harmed[0], harmed[0].second
    rest = listed([written(group) for group in unharmed]) if unharmed else ""
    said = translated(
        "A layer narrower than the {classes} classes costs accuracy. Without its narrow layers the network is "
        "{control} and reaches {accuracy}; with them {lost}, in points. The narrowest layer has {units} units: widen "
        "it to {classes} or more."
    ).format(
        classes=CLASSES,
        control=trained.called(control),
        accuracy=percent(trained.mean(control)),
        lost=listed(lost),
        units=layer,
    )
    if rest:
        aside = translated_plural(
            "{networks} loses nothing that can be seen.",
            "{networks} lose nothing that can be seen.",
            len(unharmed),
            networks=rest,
        )
        said = f"{said} {aside}"
    return Clue(
        "bottleneck",
        said,
        trained.labels([*(pair.first for pair in harmed), control]),
        {
            "classes": CLASSES,
            "pairs": [
                trained.pair_evidence(pair) | {"narrowest": min(widths(pair.first.recipe.architecture))}
                for pair in harmed
            ],
            "unharmed": list(trained.labels(unharmed)),
        },
        "clear",
        SOURCE,
        trained.suggest(worst.first, _widened(worst.first)),
        tuple(pair.claim for pair in harmed),
    )


def _with_controls(trained: Trained) -> Iterator[Pair]:
    by_recipe = {group.recipe: group for group in trained.repeated}
    found = []
    for group in trained.ranked:
        layers = group.recipe.architecture.layers
        wide = tuple(layer for layer in layers if not (isinstance(layer, Dense) and layer.units < CLASSES))
        if len(wide) < len(layers):
            control = by_recipe.get(replace(group.recipe, architecture=Architecture(wide)))
            if control and of_dense_layers_alone(control.recipe.architecture):
                found.append((group, control))
    for group, control in found[-MOST_PAIRS:]:
        if pair := trained.pair(group, control):
            yield pair


def _widened(group: Group) -> Recipe:
    known = widths(group.recipe.architecture)
    return replace(
        group.recipe,
        architecture=with_widths(
            group.recipe.architecture, (max(known) if units < CLASSES else units for units in known)
        ),
    )
