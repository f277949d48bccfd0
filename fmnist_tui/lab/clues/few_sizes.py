"""Too few sizes of one network to see whether more units pay."""

from dataclasses import replace
from fractions import Fraction

from fmnist_tui.lab.clues.clue import KARPATHY, PLAYBOOK, Claim, Clue
from fmnist_tui.lab.clues.trained import Trained, of_dense_layers_alone, parameters, widths, with_widths, written
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.language.catalogue import message, translated
from fmnist_tui.lab.records.recipe import Recipe

_ONE_SIZE = message(
    "Only one size of this network is trained, {smaller}. Whether more units pay cannot be said before {enough} are "
    "trained: try twice the units."
)
_TWO_SIZES = message(
    "Only two sizes of this network are trained, {smaller} and {larger}, and the larger is ahead. Whether more units "
    "pay cannot be said before {enough} are trained: try twice the units."
)

ENOUGH = 3
"""Sizes from which `edge-of-range` and `doubling` speak of the trend."""


def few_sizes(trained: Trained) -> Clue | None:
    """Say that the best network is the largest that is trained, and of one or two sizes: a larger one was not tried.

    It claims nothing of the larger one: with fewer than three sizes the results cannot say.
    """
    dense = [group for group in trained.ranked if of_dense_layers_alone(group.recipe.architecture)]
    best = dense[0] if dense else None
    if best is None or trained.n(best) < 2 or parameters(best) < max(map(parameters, dense)):
        return None
    sizes = sorted(_scaled_alike(trained, best), key=lambda group: widths(group.recipe.architecture))
    if len(sizes) >= ENOUGH:
        return None
    double = [2 * units for units in widths(best.recipe.architecture)]
    wider = replace(best.recipe, architecture=with_widths(best.recipe.architecture, double))
    suggestion = trained.suggest(best, wider)
    if suggestion is None:
        return None
    name = trained.label(best)
    tried = [written(group) for group in sizes]
    said = translated(_ONE_SIZE if len(sizes) == 1 else _TWO_SIZES).format(
        smaller=tried[0], larger=tried[-1], enough=ENOUGH
    )
    return Clue(
        "few-sizes",
        said,
        trained.labels(sizes),
        {"sizes": tried, "accuracies": [trained.mean(group) for group in sizes]},
        "possible",
        f"{PLAYBOOK} (exploration vs exploitation); {KARPATHY} (overfit: first get a model large enough)",
        suggestion,
        (Claim((name,), "units", "more"),),
    )


def _scaled_alike(trained: Trained, best: Group) -> list[Group]:
    """Return the experiments that are the best's but for a factor on all units, the best among them."""
    wanted = _without_scale(best.recipe)
    return [
        group
        for group in trained.repeated
        if of_dense_layers_alone(group.recipe.architecture) and _without_scale(group.recipe) == wanted
    ]


def _without_scale(recipe: Recipe) -> tuple[Recipe, tuple[Fraction, ...]]:
    first, *rest = widths(recipe.architecture)
    same = with_widths(recipe.architecture, [1] * (1 + len(rest)))
    return replace(recipe, architecture=same), tuple(Fraction(units, first) for units in rest)
