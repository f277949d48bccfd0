from fmnist_tui.lab.clues.clue import BOUTHILLIER, Claim, Clue
from fmnist_tui.lab.clues.trained import Pair, Trained
from fmnist_tui.lab.clues.wording import interval, points
from fmnist_tui.lab.plain_text import counted
from fmnist_tui.lab.statistics.verdicts import p_words

MOST = 20
"""More seeds than that are not worth it for what they would show."""
RIVALS = 5


def more_seeds(trained: Trained) -> Clue | None:
    """Say how many more seeds would tell the best from the rival that needs the fewest."""
    best, *rivals = trained.ranked if trained.repeated else (None,)
    if best is None:
        return None
    found = [(more, pair) for rival in rivals[:RIVALS] for more, pair in _undecided(trained.pair(best, rival))]
    if not found:
        return None
    more, pair = min(found, key=lambda each: each[0])
    first, second = pair.first, pair.second
    around = pair.difference
    fewer = min((first, second), key=lambda group: (trained.n(group), group is first))
    return Clue(
        "more-seeds",
        f"About {counted(more, 'more seed')} of {trained.called(first)} and of {trained.called(second)} would tell "
        f"whether they differ: so far it is {points(around.mean)} ({interval(around.low, around.high)}, "
        f"{p_words(pair.verdict.p)} corrected for all experiments) after {counted(around.n, 'seed')}.",
        trained.labels((first, second)),
        {"more_seeds": more, "pair": trained.pair_evidence(pair)},
        "possible",
        f"power of the t test at 80 % (Cohen 1988); {BOUTHILLIER}",
        trained.suggest(fewer, fewer.recipe, trained.n(fewer) + more),
        (Claim(tuple(sorted(trained.labels((first, second)))), "seeds", "more"),),
    )


def _undecided(pair: Pair | None) -> list[tuple[int, Pair]]:
    if pair is None or pair.relation != "open" or pair.verdict.more is None or pair.verdict.more > MOST:
        return []
    return [(pair.verdict.more, pair)]
