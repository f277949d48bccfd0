import math

from fmnist_tui.lab.clues.clue import BOUTHILLIER, Claim, Clue
from fmnist_tui.lab.clues.trained import Trained
from fmnist_tui.lab.clues.wording import unsigned
from fmnist_tui.lab.language.catalogue import translated


def lead(trained: Trained) -> Clue | None:
    """Say how much of the best experiment's unclear lead is noise and selection."""
    if len(trained.repeated) < 2 or trained.floor is None:
        return None
    best, second = trained.ranked[:2]
    pair = trained.pair(best, second)
    if pair is None or pair.relation == "better":
        return None
    count = len(trained.ranked)
    floor = trained.floor.sd
    gained = trained.selection_gain
    noise = floor * math.sqrt(1 / trained.n(best) + 1 / trained.n(second))
    ahead = trained.mean(best) - trained.mean(second)
    if ahead >= 2 * noise:
        return None
    leader = trained.called(best)
    return Clue(
        "lead-within-noise",
        translated(
            "The lead of {best} over {second}, {lead}, is within the noise: the means of two equal networks differ by "
            "about {noise} (single runs vary by {single}), and choosing the best of {count} makes it look about "
            "{gained} better than it is. Report its test accuracy once, and expect a little less of the next run."
        ).format(
            best=leader,
            second=trained.called(second),
            lead=unsigned(ahead),
            noise=unsigned(noise),
            single=unsigned(floor),
            count=count,
            gained=unsigned(gained),
        ),
        trained.labels((best, second)),
        {
            "lead": ahead,
            "noise_sd": floor,
            "noise_of_difference": noise,
            "inflation": gained,
            "experiments": count,
            "pair": trained.pair_evidence(pair),
        },
        "clear" if ahead < noise else "possible",
        f"{BOUTHILLIER}; Cawley & Talbot 2010, Journal of Machine Learning Research 11",
        None,
        (Claim((trained.label(best),), "lead", "within noise"),),
    )
