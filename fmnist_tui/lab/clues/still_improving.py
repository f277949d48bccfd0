from dataclasses import replace

from fmnist_tui.lab.clues.clue import PLAYBOOK, Claim, Clue
from fmnist_tui.lab.clues.curves import trends
from fmnist_tui.lab.clues.trained import MOST_PAIRS, Trained
from fmnist_tui.lab.clues.wording import signed
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.language.catalogue import translated, translated_plural

MOST_EPOCHS = 10_000


def still_improving(trained: Trained) -> Clue | None:
    """Say that the best experiment that still improves over the last third of the epochs should train longer.

    Experiments that are clearly worse than the best are left out.
    """
    known = trends(trained, lambda curves: curves.val_accuracy)
    rising = [trend for trend in known if trend.clear and trend.interval.mean > 0]
    best_first = sorted(rising, key=lambda trend: -trained.mean(trend.group))[:MOST_PAIRS]
    rising = [trend for trend in best_first if _matters(trained, trend.group)]
    if not rising:
        return None
    trend = rising[0]
    group, around = trend.group, trend.interval
    training, name = group.recipe.training, trained.label(group)
    longer = replace(group.recipe, training=replace(training, epochs=min(MOST_EPOCHS, 2 * training.epochs)))
    others = trained.labels([other.group for other in rising if other is not trend])
    said = translated(
        "{network} still improves when training ends: over its last {window} epochs validation accuracy rises by "
        "{rise} points an epoch (95 % interval {low} to {high}, {seeds} seeds). Train longer than {epochs} epochs."
    ).format(
        network=trained.called(group),
        window=trend.window,
        rise=f"{100 * around.mean:.2f}",
        low=signed(around.low),
        high=signed(around.high),
        seeds=around.n,
        epochs=training.epochs,
    )
    if others:
        also = translated_plural("So does {n} other.", "So do {n} others.", len(others))
        said = f"{said} {also}"
    return Clue(
        "still-improving",
        said,
        (name, *others),
        {
            "points_an_epoch": around.mean,
            "interval": [around.low, around.high],
            "p": trend.p,
            "epochs": training.epochs,
            "window": trend.window,
            "seeds": around.n,
        },
        "clear",
        f"{PLAYBOOK} (examining the training curves)",
        trained.suggest(group, longer),
        tuple(Claim((trained.label(each.group),), "epochs", "more") for each in rising),
    )


def _matters(trained: Trained, group: Group) -> bool:
    best = trained.ranked[0]
    pair = None if group is best else trained.pair(group, best)
    return pair is None or pair.relation != "worse"
