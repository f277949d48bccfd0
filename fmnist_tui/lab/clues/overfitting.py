from dataclasses import replace

from fmnist_tui.lab.clues.clue import PLAYBOOK, Claim, Clue
from fmnist_tui.lab.clues.curves import last_third, mean_curve, slope, trends
from fmnist_tui.lab.clues.trained import Trained
from fmnist_tui.lab.language.catalogue import translated
from fmnist_tui.lab.records.run import Run


def overfitting(trained: Trained) -> Clue | None:
    """Say since which epoch an experiment overfits, for the one whose validation loss has risen most.

    It rises over the last third of the epochs while training loss falls in every seed.
    """
    found = [
        (curve[-1] - min(curve), trend, curve)
        for trend in trends(trained, lambda curves: curves.val_loss)
        if trend.clear and trend.interval.mean > 0 and all(map(_still_fits_better, trend.group.finished))
        if (curve := mean_curve(trend.group, lambda curves: curves.val_loss))
    ]
    if not found:
        return None
    rise, trend, curve = max(found, key=lambda each: each[0])
    group, name = trend.group, trained.label(trend.group)
    epoch = curve.index(min(curve)) + 1
    training = mean_curve(group, lambda curves: curves.loss)
    shorter = replace(group.recipe, training=replace(group.recipe.training, epochs=epoch))
    return Clue(
        "overfitting",
        translated(
            "{network} overfits since epoch {epoch}: validation loss has risen from {lowest} to {last} while training "
            "loss fell from {training_then} to {training_last} (means of {seeds} seeds). Stop there, or add dropout."
        ).format(
            network=trained.called(group),
            epoch=epoch,
            lowest=f"{min(curve):.3f}",
            last=f"{curve[-1]:.3f}",
            training_then=f"{training[epoch - 1]:.3f}",
            training_last=f"{training[-1]:.3f}",
            seeds=trend.interval.n,
        ),
        (name,),
        {
            "epoch": epoch,
            "lowest_val_loss": min(curve),
            "last_val_loss": curve[-1],
            "rise": rise,
            "loss_then": training[epoch - 1],
            "last_loss": training[-1],
            "p": trend.p,
            "seeds": trend.interval.n,
        },
        "clear",
        f"{PLAYBOOK} (problematic overfitting); Prechelt 1998, Early Stopping - But When?",
        trained.suggest(group, shorter),
        tuple(Claim((trained.label(each.group),), "epochs", "fewer") for _, each, _ in found),
    )


def _still_fits_better(run: Run) -> bool:
    return slope(last_third(run, lambda curves: curves.loss)) < 0
