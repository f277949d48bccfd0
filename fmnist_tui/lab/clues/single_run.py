from fmnist_tui.lab.clues.clue import BOUTHILLIER, Claim, Clue
from fmnist_tui.lab.clues.trained import REPEATS, Trained
from fmnist_tui.lab.clues.wording import percent
from fmnist_tui.lab.fields.field import NOTHING
from fmnist_tui.lab.language.catalogue import message, translated, translated_plural
from fmnist_tui.lab.records.dataset import FASHION_MNIST

_NOISE_KNOWN = message(
    "The {accuracy} of {network} comes from one seed, and another would give another number: runs of one recipe differ "
    "by a standard deviation of {sd} points in this notebook. Train {repeats} seeds before you believe it."
)
_NOISE_PUBLISHED = message(
    "The {accuracy} of {network} comes from one seed, and another would give another number: runs of one recipe differ "
    "by a standard deviation of {sd} points on these images, as published elsewhere. Train {repeats} seeds before you "
    "believe it."
)
_NOISE_UNKNOWN = message(
    "The {accuracy} of {network} comes from one seed, and another would give another number. By how much runs of one "
    "recipe differ on these images is not known yet. Train {repeats} seeds before you believe it."
)

USUAL_SD = 0.0025
"""Deviation of 30 reruns of one network on Fashion-MNIST, published elsewhere; for a notebook without repeats."""


def single_run(trained: Trained) -> Clue | None:
    alone = [group for group in trained.groups if trained.n(group) == 1]
    if not alone:
        return None
    best = max(alone, key=trained.mean)
    floor = trained.floor
    published = USUAL_SD if best.recipe.dataset == FASHION_MNIST else None
    sd = floor.sd if floor else published
    known = _NOISE_KNOWN if floor else _NOISE_PUBLISHED
    said = translated(_NOISE_UNKNOWN if sd is None else known).format(
        accuracy=percent(trained.mean(best)),
        network=trained.called(best),
        sd=NOTHING if sd is None else f"{100 * sd:.2f}",
        repeats=REPEATS,
    )
    if len(trained.groups) > 1:
        several = translated_plural(
            "{n:,} experiment of {experiments:,} have a single run.",
            "{n:,} experiments of {experiments:,} have a single run.",
            len(alone),
            experiments=len(trained.groups),
        )
        said = f"{several} {said}"
    return Clue(
        "single-run",
        said,
        (trained.label(best),),
        {"single": len(alone), "experiments": len(trained.groups), "accuracy": trained.mean(best)}
        | ({} if sd is None else {"sd": sd}),
        "clear",
        f"{BOUTHILLIER}; Dietterich 1998, Neural Computation 10",
        trained.suggest(best, best.recipe),
        (Claim((trained.label(best),), "seeds", "more"),),
    )
