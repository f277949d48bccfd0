import math
from dataclasses import replace

from fmnist_tui.lab.clues.clue import KARPATHY, Claim, Clue
from fmnist_tui.lab.clues.trained import Trained
from fmnist_tui.lab.figures import mean
from fmnist_tui.lab.language.catalogue import translated
from fmnist_tui.lab.layers import CLASSES

GUESSING = math.log(CLASSES)
"""Cross-entropy of equal probabilities, nats: 2.303."""


def first_loss(trained: Trained) -> Clue | None:
    """Say that the mean training loss of the first epoch is above ln 10, worse than guessing, in every seed."""
    found = []
    for group in trained.groups:
        losses = [run.curves.loss[0] for run in group.finished if run.curves.loss]
        if losses and min(losses) > GUESSING:
            found.append((mean(losses), group, losses))
    if not found:
        return None
    loss, group, losses = max(found, key=lambda each: each[0])
    training = group.recipe.training
    slower = replace(group.recipe, training=replace(training, learning_rate=max(1e-7, training.learning_rate / 10)))
    name = trained.label(group)
    return Clue(
        "first-loss",
        translated(
            "{network} starts worse than guessing: its training loss is {loss} on average over the first epoch, and "
            "equal probabilities for {classes} classes give ln 10 = {guessing}. Look at the scale of the weights, or "
            "lower the learning rate from {rate}."
        ).format(
            network=trained.called(group),
            loss=f"{loss:.2f}",
            classes=CLASSES,
            guessing=f"{GUESSING:.3f}",
            rate=f"{training.learning_rate:g}",
        ),
        (name,),
        {"first_epoch_loss": loss, "ln_10": GUESSING, "seeds": len(losses)},
        "clear" if len(losses) > 1 else "possible",
        f"{KARPATHY} (verify loss @ init); Glorot & Bengio 2010, AISTATS",
        trained.suggest(group, slower),
        (Claim((name,), "learning rate", "lower"),),
    )
