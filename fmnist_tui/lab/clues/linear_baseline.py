from dataclasses import replace

from fmnist_tui.lab.clues.clue import KARPATHY, Claim, Clue
from fmnist_tui.lab.clues.trained import MOST_PAIRS, Pair, Trained
from fmnist_tui.lab.clues.wording import listed, percent
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.language.catalogue import translated, translated_plural
from fmnist_tui.lab.layers import Flatten
from fmnist_tui.lab.records.architecture import Architecture

SOURCE = f"{KARPATHY} (get dumb baselines)"


def linear_baseline(trained: Trained) -> Clue | None:
    if not trained.groups:
        return None
    dataset = trained.groups[0].recipe.dataset
    linear = [
        group
        for group in trained.known
        if group.recipe.architecture.depth == 0 and group.recipe.dataset == dataset and trained.n(group)
    ]
    if not linear:
        return _missing(trained)
    baseline = max(linear, key=trained.mean)
    below = [group for group in trained.ranked if trained.mean(group) < trained.mean(baseline)]
    pairs = [trained.pair(group, baseline) for group in below[-MOST_PAIRS:] if group.recipe.architecture.depth]
    worse = [pair for pair in pairs if pair and pair.relation == "worse"]
    return _not_beaten(trained, baseline, worse) if worse else None


def _missing(trained: Trained) -> Clue:
    best = trained.ranked[0]
    recipe = replace(best.recipe, architecture=Architecture((Flatten(),)))
    names = (trained.label(best),)
    return Clue(
        "linear-baseline",
        translated(
            "There is no linear baseline yet: a network without a hidden layer. {network} reaches {accuracy}, but how "
            "much of it the hidden layers earn cannot be said without one."
        ).format(network=trained.called(best), accuracy=percent(trained.mean(best))),
        names,
        {"baselines": 0, "best_accuracy": trained.mean(best)},
        "clear",
        SOURCE,
        trained.suggest(best, recipe),
        (Claim(names, "baseline", "missing"),),
    )


def _not_beaten(trained: Trained, baseline: Group, worse: list[Pair]) -> Clue:
    worst = min(worse, key=lambda pair: pair.difference.mean)
    names = trained.labels([pair.first for pair in worse])
    return Clue(
        "linear-baseline",
        translated_plural(
            "Without a hidden layer, {baseline} reaches {accuracy}, and {networks} is clearly worse: {worst} differs "
            "by {difference}. Look for a layer that is too narrow, or a learning rate that does not suit it.",
            "Without a hidden layer, {baseline} reaches {accuracy}, and {networks} are clearly worse: {worst} differs "
            "by {difference}. Look for a layer that is too narrow, or a learning rate that does not suit it.",
            len(worse),
            baseline=trained.called(baseline),
            accuracy=percent(trained.mean(baseline)),
            networks=listed(tuple(trained.called(pair.first) for pair in worse)),
            worst=trained.called(worst.first),
            difference=worst.words,
        ),
        (*names, trained.label(baseline)),
        {
            "baseline": trained.label(baseline),
            "baseline_accuracy": trained.mean(baseline),
            "pairs": [trained.pair_evidence(pair) for pair in worse],
        },
        "clear",
        SOURCE,
        None,
        tuple(pair.claim for pair in worse),
    )
