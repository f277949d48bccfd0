import math
from dataclasses import replace

from fmnist_tui.lab.clues.clue import DYING, PLAYBOOK, Claim, Clue
from fmnist_tui.lab.clues.trained import Trained
from fmnist_tui.lab.clues.wording import percent, unsigned
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.language.catalogue import message, translated
from fmnist_tui.lab.layers import CLASSES
from fmnist_tui.lab.statistics.noise import NoiseFloor, weak_seed
from fmnist_tui.lab.statistics.power import SIGNIFICANCE

CHANCE = 1 / CLASSES

_COLLAPSED = message(
    "Seed {seed} of {network} collapsed: it ended at {accuracy}, where guessing gives {guessing}; its other {others} "
    "seeds reach {mean} on average. The mean and spread of this experiment rest on that one run: see its curves, and "
    "train more seeds."
)
_WEAK = message(
    "Seed {seed} of {network} is weak: it ended at {accuracy}, {below} below the mean of its other {others} seeds, "
    "while runs of one recipe usually differ by a standard deviation of {sd} points. The mean and spread of this "
    "experiment rest on that one run: see its curves, and train more seeds."
)


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
    share = (trained.sd(group) or 0.0) / floor.sd if floor.sd else 0.0
    return replace(floor, sd=floor.sd * math.sqrt(max(0.0, floor.freedom - own * share**2) / freedom), freedom=freedom)


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
    said = translated(_COLLAPSED if collapsed else _WEAK).format(
        seed=seed,
        network=name,
        accuracy=percent(lowest),
        guessing=percent(CHANCE, 0),
        others=len(values) - 1,
        mean=percent(others),
        below=unsigned(others - lowest),
        sd=f"{100 * floor.sd if floor else 0:.2f}",
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
        said,
        (trained.label(group),),
        evidence,
        "clear" if collapsed else "possible",
        f"{DYING}; {PLAYBOOK} (trial variance)",
        trained.suggest(group, group.recipe, 2 * len(values)),
        (Claim((trained.label(group),), f"seed {seed}", "weak"),),
    )
    return [(clue, others - lowest)]
