from fmnist_tui.lab.clues.clue import BOUTHILLIER, Claim, Clue
from fmnist_tui.lab.clues.trained import Pair, Trained
from fmnist_tui.lab.clues.wording import interval, points, seeds
from fmnist_tui.lab.language.catalogue import translated, translated_plural
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
        translated_plural(
            "About {n:,} more seed of {first} and of {second} would tell whether they differ: so far it is "
            "{difference} ({interval}, {p} corrected for all experiments) after {seeds}.",
            "About {n:,} more seeds of {first} and of {second} would tell whether they differ: so far it is "
            "{difference} ({interval}, {p} corrected for all experiments) after {seeds}.",
            more,
            first=trained.called(first),
            second=trained.called(second),
            difference=points(around.mean),
            interval=interval(around.low, around.high),
            p=p_words(pair.verdict.p),
            seeds=seeds(around.n),
        ),
        trained.labels((first, second)),
        {"more_seeds": more, "pair": trained.pair_evidence(pair)},
        "possible",
        f"{translated('power of the t test at 80 % (Cohen 1988)')}; {BOUTHILLIER}",
        trained.suggest(fewer, fewer.recipe, trained.n(fewer) + more),
        (Claim(tuple(sorted(trained.labels((first, second)))), "seeds", "more"),),
    )


def _undecided(pair: Pair | None) -> list[tuple[int, Pair]]:
    if pair is None or pair.relation != "open" or pair.verdict.more is None or pair.verdict.more > MOST:
        return []
    return [(pair.verdict.more, pair)]
