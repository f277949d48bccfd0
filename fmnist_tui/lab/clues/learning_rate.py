from dataclasses import replace
from itertools import pairwise

from fmnist_tui.lab.clues.clue import KARPATHY, Claim, Clue
from fmnist_tui.lab.clues.trained import Trained
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.figures import mean
from fmnist_tui.lab.language.catalogue import message, translated
from fmnist_tui.lab.records.run import Run

SOURCE = (
    "Smith 2017, Cyclical Learning Rates for Training Neural Networks, WACV; "
    f"{KARPATHY} (visualize prediction dynamics)"
)
FEWEST_EPOCHS = 5

_TOO_HIGH_WORDS = message(
    "The learning rate {rate} looks too high for {network}: its training loss rises in {share} % of the epochs (first "
    "{first}, last {last})."
)
_TOO_LOW_WORDS = message(
    "The learning rate {rate} looks too low for {network}: its training loss falls as fast in the last epochs as "
    "before (first {first}, last {last}), so training was cut short."
)


def learning_rate(trained: Trained) -> Clue | None:
    """Say that the learning rate is too high or too low.

    Too high: in every seed, the training loss rises in a third of the epochs. Too low: it falls as fast at the end as
    before.
    """
    for says, fits in (("lower", _too_high), ("higher", _too_low)):
        groups = [group for group in trained.groups if group.finished and all(map(fits, group.finished))]
        if groups:
            return _clue(trained, max(groups, key=trained.mean), says)
    return None


def _too_high(run: Run) -> bool:
    losses = run.curves.loss
    return len(losses) >= FEWEST_EPOCHS and (losses[-1] >= losses[0] or _share_of_rises(run) > 1 / 3)


def _too_low(run: Run) -> bool:
    losses = run.curves.loss
    if len(losses) < FEWEST_EPOCHS or losses[-1] >= losses[0]:
        return False
    return (losses[-3] - losses[-1]) / 2 >= (losses[0] - losses[-1]) / (len(losses) - 1) / 2


def _clue(trained: Trained, group: Group, says: str) -> Clue:
    training, name = group.recipe.training, trained.label(group)
    rate = training.learning_rate / 3 if says == "lower" else training.learning_rate * 3
    first, last = (mean([run.curves.loss[place] for run in group.finished]) for place in (0, -1))
    rises = mean([_share_of_rises(run) for run in group.finished])
    said = translated(_TOO_HIGH_WORDS if says == "lower" else _TOO_LOW_WORDS).format(
        rate=f"{training.learning_rate:g}",
        network=trained.called(group),
        share=f"{100 * rises:.0f}",
        first=f"{first:.3f}",
        last=f"{last:.3f}",
    )
    recipe = replace(group.recipe, training=replace(training, learning_rate=float(f"{min(10.0, max(1e-7, rate)):.1g}")))
    return Clue(
        "learning-rate",
        said,
        (name,),
        {
            "learning_rate": training.learning_rate,
            "first_loss": first,
            "last_loss": last,
            "share_of_rising_epochs": rises,
            "seeds": len(group.finished),
        },
        "clear" if len(group.finished) > 1 else "possible",
        SOURCE,
        trained.suggest(group, recipe),
        (Claim((name,), "learning rate", says),),
    )


def _share_of_rises(run: Run) -> float:
    steps = [after > before for before, after in pairwise(run.curves.loss)]
    return sum(steps) / len(steps)
