from dataclasses import replace
from itertools import combinations, pairwise

from fmnist_tui.lab.clues.axes import Axis, axes
from fmnist_tui.lab.clues.clue import BOUTHILLIER, PLAYBOOK, Clue
from fmnist_tui.lab.clues.trained import MOST_PAIRS, Pair, Trained, parameters
from fmnist_tui.lab.clues.wording import signed, times_the_parameters
from fmnist_tui.lab.language.catalogue import message, translated

_DOUBLING = message(
    "Doubling the units of the one hidden layer bought, in points of validation accuracy: {steps}. {wide} beats "
    "{narrow} by {difference}, for {cost}."
)
_MORE_UNITS = message(
    "Each step to more units of the one hidden layer bought, in points of validation accuracy: {steps}. {wide} beats "
    "{narrow} by {difference}, for {cost}."
)
_PAYS = message("The last step still pays.")
_STOPS = message("From {enough} on nothing wider is clearly better.")
_FLAT = message(
    "From {enough} on nothing wider is clearly better; {most}, the widest tried, is as good as {before} within "
    "{margin} points."
)


def doubling(trained: Trained) -> Clue | None:
    """Say what each step to more units gained, and the smallest width that no wider one clearly beats."""
    chains = [axis for axis in axes(trained) if axis.name == "units" and len(axis.values) > 1]
    if not chains:
        return None
    axis = _in_steps(chains[0])
    if len(axis.values) < 2:
        return None
    pairs = {
        (narrow, wide): pair
        for narrow, wide in combinations(range(len(axis.groups)), 2)
        if (pair := trained.pair(axis.groups[wide], axis.groups[narrow]))
    }
    beaten = [narrow for (narrow, _), pair in pairs.items() if pair.relation == "better"]
    if not beaten or len(pairs) < len(axis.groups) * (len(axis.groups) - 1) / 2:
        return None
    return _clue(trained, axis, pairs, max(beaten))


def _in_steps(axis: Axis) -> Axis:
    """Keep the twelve widest of those that are at least 1.5 times the one before."""
    places = [0]
    for place, value in enumerate(axis.values):
        if value >= 1.5 * axis.values[places[-1]]:
            places.append(place)
    places = places[-MOST_PAIRS:]
    return replace(
        axis,
        values=tuple(axis.values[place] for place in places),
        groups=tuple(axis.groups[place] for place in places),
    )


def _clue(trained: Trained, axis: Axis, pairs: dict[tuple[int, int], Pair], beaten: int) -> Clue:
    """`pairs` are wider - narrower by position, `beaten` is the widest that a wider one clearly beats."""
    units = [f"{value:g}" for value in axis.values]
    steps = [pairs[place, place + 1] for place in range(len(units) - 1)]
    bought = [
        translated("{low} to {high} {difference} ({verdict})").format(
            low=units[place], high=units[place + 1], difference=signed(step.difference.mean), verdict=step.word
        )
        for place, step in enumerate(steps)
    ]
    doubled = all(wide == 2 * narrow for narrow, wide in pairwise(axis.values))
    first = next(pairs[beaten, wide] for wide in range(beaten + 1, len(units)) if _pays(pairs[beaten, wide]))
    end = steps[-1].relation == "equivalent"
    stops = translated(_PAYS if beaten == len(units) - 2 else _FLAT if end else _STOPS).format(
        enough=units[beaten + 1], most=units[-1], before=units[-2], margin=f"{100 * trained.margin:g}"
    )
    bought_words = translated(_DOUBLING if doubled else _MORE_UNITS).format(
        steps=", ".join(bought),
        wide=trained.called(first.first),
        narrow=trained.called(first.second),
        difference=first.words,
        cost=times_the_parameters(parameters(first.first) / parameters(first.second)),
    )
    best = max(axis.groups, key=trained.mean)
    return Clue(
        "doubling",
        f"{bought_words} {stops}",
        trained.labels(axis.groups),
        {
            "units": list(axis.values),
            "accuracies": [trained.mean(group) for group in axis.groups],
            "parameters": [parameters(group) for group in axis.groups],
            "steps": [trained.pair_evidence(step) for step in steps],
            "wider": [trained.pair_evidence(pair) for (narrow, wide), pair in pairs.items() if wide > narrow + 1],
            "stops_paying_at": axis.values[beaten + 1],
            "best": trained.label(best),
            "best_at_edge": best is axis.groups[-1],
            "edge_pays": _pays(steps[-1]),
        },
        "clear",
        f"{PLAYBOOK} (isolation plots); {BOUTHILLIER}",
        None,
        tuple(pair.claim for pair in (*steps, first)),
    )


def _pays(pair: Pair) -> bool:
    return pair.relation == "better"
