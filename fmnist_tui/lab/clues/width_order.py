from collections.abc import Iterator
from dataclasses import replace

from fmnist_tui.lab.clues.clue import PLAYBOOK, Clue
from fmnist_tui.lab.clues.trained import MOST_PAIRS, Pair, Trained, of_dense_layers_alone, widths, with_widths, written
from fmnist_tui.lab.clues.wording import listed, signed, times


def width_order(trained: Trained) -> Clue | None:
    """Compare networks whose layers are the same in falling and in rising order of width.

    They also differ in size: the first layer sees all 784 pixels, so the falling one has several times the weights.
    """
    pairs = [*_pairs(trained)]
    apart = [pair for pair in pairs if pair.relation in ("better", "worse")]
    if not apart:
        return None
    parts = [
        f"{written(pair.first)} − {written(pair.second)} {signed(pair.difference.mean)} points "
        f"({'clear' if pair in apart else 'not clear'})"
        for pair in pairs
    ]
    costs = [pair.first.recipe.architecture.parameters / pair.second.recipe.architecture.parameters for pair in pairs]
    ratio = times(min(costs)) if len(costs) == 1 else f"{min(costs):.1f} to {max(costs):.1f} times"
    falling = {pair.relation for pair in apart}
    said = "falling and rising widths differ"
    if len(falling) == 1:
        said = "falling widths beat rising ones" if "better" in falling else "rising widths beat falling ones"
    return Clue(
        "order-of-widths",
        f"With the same layer sizes {said}: {listed(parts)}. But the falling ones have {ratio} the parameters, since "
        "the first layer sees all 784 pixels: this is not the order alone.",
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
