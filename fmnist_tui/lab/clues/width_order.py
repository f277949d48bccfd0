from collections.abc import Iterator
from dataclasses import replace

from fmnist_tui.lab.clues.clue import PLAYBOOK, Clue
from fmnist_tui.lab.clues.trained import MOST_PAIRS, Pair, Trained, of_dense_layers_alone, widths, with_widths, written
from fmnist_tui.lab.clues.wording import listed, signed, times_the_parameters
from fmnist_tui.lab.language.catalogue import message, translated

_DIFFER = message(
    "With the same layer sizes falling and rising widths differ: {pairs}. But the falling ones have {cost}, since the "
    "first layer sees all 784 pixels: this is not the order alone."
)
_FALLING = message(
    "With the same layer sizes falling widths beat rising ones: {pairs}. But the falling ones have {cost}, since the "
    "first layer sees all 784 pixels: this is not the order alone."
)
_RISING = message(
    "With the same layer sizes rising widths beat falling ones: {pairs}. But the falling ones have {cost}, since the "
    "first layer sees all 784 pixels: this is not the order alone."
)
_CLEAR = message("{falling} − {rising} {difference} points (clear)")
_NOT_CLEAR = message("{falling} − {rising} {difference} points (not clear)")


def width_order(trained: Trained) -> Clue | None:
    """Compare networks whose layers are the same in falling and in rising order of width.

    They also differ in size: the first layer sees all 784 pixels, so the falling one has several times the weights.
    """
    pairs = [*_pairs(trained)]
    apart = [pair for pair in pairs if pair.relation in ("better", "worse")]
    if not apart:
        return None
    parts = [
        translated(_CLEAR if pair in apart else _NOT_CLEAR).format(
            falling=written(pair.first), rising=written(pair.second), difference=signed(pair.difference.mean)
        )
        for pair in pairs
    ]
    costs = [pair.first.recipe.architecture.parameters / pair.second.recipe.architecture.parameters for pair in pairs]
    falling = {pair.relation for pair in apart}
    said = _DIFFER
    if len(falling) == 1:
        said = _FALLING if "better" in falling else _RISING
    return Clue(
        "order-of-widths",
        translated(said).format(pairs=listed(parts), cost=times_the_parameters(*costs)),
        trained.labels([each for pair in pairs for each in (pair.first, pair.second)]),
        {
            "pairs": [trained.pair_evidence(pair) for pair in pairs],
            "parameters_falling_over_rising": costs,
        },
        "clear",
        f"{PLAYBOOK} (scientific and fixed hyperparameters)",
        None,
        tuple(pair.claim for pair in apart),
    )


def _pairs(trained: Trained) -> Iterator[Pair]:
    by_recipe = {group.recipe: group for group in trained.repeated}
    found = []
    for group in trained.repeated:
        known = widths(group.recipe.architecture)
        if of_dense_layers_alone(group.recipe.architecture) and known == tuple(sorted(known, reverse=True)):
            turned = replace(group.recipe, architecture=with_widths(group.recipe.architecture, known[::-1]))
            other = by_recipe.get(turned)
            if other and other is not group:
                found.append((group, other))
    for group, other in found[:MOST_PAIRS]:
        if pair := trained.pair(group, other):
            yield pair
