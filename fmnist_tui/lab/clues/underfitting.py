from dataclasses import replace

from fmnist_tui.lab.clues.clue import KARPATHY, Claim, Clue
from fmnist_tui.lab.clues.trained import Trained, of_dense_layers_alone, widths, with_widths
from fmnist_tui.lab.clues.wording import percent, signed
from fmnist_tui.lab.fields.results import ACCURACY_GAP, TRAIN_ACCURACY
from fmnist_tui.lab.figures import mean
from fmnist_tui.lab.language.catalogue import translated
from fmnist_tui.lab.statistics.intervals import interval

NARROW_GAP = 0.02
LOW_ACCURACY = 0.95


def underfitting(trained: Trained) -> Clue | None:
    """Say that the best experiment is hardly more accurate on its training images than on validation images.

    The 95 % interval of the gap lies below 2 points and training accuracy below 95 %. Silent where layers twice as wide
    are trained already, and where layers such as dropout lower the training accuracy.
    """
    if not trained.repeated:
        return None
    best = trained.ranked[0]
    gap = interval([*ACCURACY_GAP.figures(best).values()])
    own = [*TRAIN_ACCURACY.figures(best).values()]
    if gap is None or gap.high >= NARROW_GAP or mean(own) >= LOW_ACCURACY:
        return None
    if not of_dense_layers_alone(best.recipe.architecture) or len(best.recipe.architecture.layers) > 1 + len(
        widths(best.recipe.architecture)
    ):
        return None
    wider = replace(
        best.recipe,
        architecture=with_widths(best.recipe.architecture, (2 * units for units in widths(best.recipe.architecture))),
    )
    suggestion = trained.suggest(best, wider)
    if suggestion is None or suggestion.trained > 1:
        return None
    name = trained.label(best)
    return Clue(
        "underfitting",
        translated(
            "{network}, the best so far, does not fit its training images either: it gets {accuracy} of them right, "
            "only {gap} points more than of the validation images (95 % interval {low} to {high}). It is too small "
            "rather than overfitted: widen it."
        ).format(
            network=trained.called(best),
            accuracy=percent(mean(own)),
            gap=f"{100 * gap.mean:.2f}",
            low=signed(gap.low),
            high=signed(gap.high),
        ),
        (name,),
        {"train_accuracy": mean(own), "gap": gap.mean, "interval": [gap.low, gap.high], "seeds": gap.n},
        "possible",
        f"{KARPATHY} (overfit: first get a model large enough)",
        suggestion,
        (Claim((name,), "units", "more"),),
    )
