import math
from dataclasses import replace

from fmnist_tui.lab.clues.clue import DYING, PLAYBOOK, Claim, Clue
from fmnist_tui.lab.clues.trained import Trained
from fmnist_tui.lab.clues.wording import percent, unsigned
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.layers import CLASSES
from fmnist_tui.lab.plain_text import counted
from fmnist_tui.lab.statistics.noise import NoiseFloor, weak_seed
from fmnist_tui.lab.statistics.power import SIGNIFICANCE

CHANCE = 1 / CLASSES


def collapsed_seed(trained: Trained) -> Clue | None:
    """Say which seed went wrong, and of several the one farthest below the others.

    Collapsed: below twice the accuracy of guessing. Weak: below all others by more than the noise of the other
    experiments explains, p multiplied by the number of experiments tested.
    """
    candidates = [group for group in trained.groups if trained.n(group) > 2]
    healthy = frozenset(trained.floor.healthy) if trained.floor else frozenset()
    found = [
        (clue, gap)
        for place, group in enumerate(trained.groups)
        if trained.n(group) > 2
        for clue, gap in _of(trained, group, len(candidates), place in healthy)
    ]
    return max(found, key=lambda each: each[1])[0] if found else None


def _without(trained: Trained, group: Group, healthy: bool) -> NoiseFloor | None:
    floor = trained.floor
    if floor is None or not healthy:
        return floor
    own = trained.n(group) - 1
    freedom = floor.freedom - own
    if freedom < 1:
        return None
    squares = floor.sd**2 * floor.freedom - own * (trained.sd(group) or 0.0) ** 2
    return replace(floor, sd=math.sqrt(max(0.0, squares) / freedom), freedom=freedom)


def _of(trained: Trained, group: Group, looked_at: int, healthy: bool) -> list[tuple[Clue, float]]:
    known = trained.accuracies(group)
    seed = min(known, key=lambda seed: known[seed])
    values, lowest = trained.values(group), known[seed]
    floor = _without(trained, group, healthy)
    weak = weak_seed(values, floor) if floor else None
    others = (sum(values) - lowest) / (len(values) - 1)
    collapsed = lowest < 2 * CHANCE < others
    p = min(1.0, weak.p * looked_at) if weak else 1.0
    if not collapsed and p >= SIGNIFICANCE:
        return []
    name = trained.called(group)
    said = (
        f"Seed {seed} of {name} collapsed: it ended at {percent(lowest)}, where guessing gives {percent(CHANCE, 0)}; "
        f"its other {counted(len(values) - 1, 'seed')} reach {percent(others)} on average."
        if collapsed
        else f"Seed {seed} of {name} is weak: it ended at {percent(lowest)}, {unsigned(others - lowest)} below the "
        f"mean of its other {counted(len(values) - 1, 'seed')}, while runs of one recipe usually differ by a standard "
        f"deviation of {100 * floor.sd if floor else 0:.2f} points."
    )
    evidence = {
        "seed": seed,
        "accuracy": lowest,
        "others": others,
        "gap": others - lowest,
        "noise_sd": floor.sd if floor else None,
        "p": p,
        "noisier_experiments": [
            {"name": trained.label(trained.groups[place]), "sd": trained.sd(trained.groups[place])}
            for place in (trained.floor.wider if trained.floor else ())
        ],
    }
    clue = Clue(
        "collapsed-seed",
        f"{said} The mean and spread of this experiment rest on that one run: see its curves, and train more seeds.",
        (trained.label(group),),
        evidence,
        "clear" if collapsed else "possible",
        f"{DYING}; {PLAYBOOK} (trial variance)",
        trained.suggest(group, group.recipe, 2 * len(values)),
        (Claim((trained.label(group),), f"seed {seed}", "weak"),),
    )
    return [(clue, others - lowest)]
