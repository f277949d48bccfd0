from fmnist_tui.lab.clues.clue import BOUTHILLIER, Claim, Clue
from fmnist_tui.lab.clues.trained import REPEATS, Trained
from fmnist_tui.lab.clues.wording import percent
from fmnist_tui.lab.plain_text import counted

USUAL_SD = 0.0025
"""Deviation of 30 reruns of one network on Fashion-MNIST, published elsewhere; for a notebook without repeats."""


def single_run(trained: Trained) -> Clue | None:
    alone = [group for group in trained.groups if trained.n(group) == 1]
    if not alone:
        return None
    best = max(alone, key=trained.mean)
    floor = trained.floor
    sd = floor.sd if floor else USUAL_SD
    known = "in this notebook" if floor else "on these images, as published elsewhere"
    several = f"{counted(len(alone), 'experiment')} of {len(trained.groups):,} have" if len(trained.groups) > 1 else ""
    name = trained.called(best)
    return Clue(
        "single-run",
        (f"{several} a single run. " if several else "")
        + f"The {percent(trained.mean(best))} of {name} comes from one seed, and another would give another number: "
        f"runs of one recipe differ by a standard deviation of {100 * sd:.2f} points {known}. "
        f"Train {REPEATS} seeds before you believe it.",
        (trained.label(best),),
        {"single": len(alone), "experiments": len(trained.groups), "accuracy": trained.mean(best), "sd": sd},
        "clear",
        f"{BOUTHILLIER}; Dietterich 1998, Neural Computation 10",
        trained.suggest(best, best.recipe),
        (Claim((trained.label(best),), "seeds", "more"),),
    )
