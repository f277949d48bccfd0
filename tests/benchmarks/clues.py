"""How often clues claim what is not so, and name what is: `python tests/benchmarks/clues.py [NOTEBOOKS]`.

Both on simulated notebooks, see `tests/simulated_notebooks.py`. Prints the tables of docs/statistics.md.
"""

import sys
from collections import Counter
from pathlib import Path
from time import perf_counter

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from simulated_notebooks import SD, SEVENTEEN, clues_of, false_claims, simulated_notebook

from fmnist_tui.lab.clues.trained import Trained
from fmnist_tui.lab.statistics.equivalence import MARGIN

EFFECTS = (0.003, 0.005, 0.01)
SEEDS = (3, 5, 10)
ONE, OTHER = (64,), (128,)
"""The pair of networks that differ truly in the power table."""


def false_alarms(notebooks: int, seeds: int, odd: float = 0.0) -> None:
    """Print the share of notebooks of equal networks with a clue that claims a difference, trend, edge or order.

    Args:
        notebooks: how many are drawn.
        seeds: runs of each network.
        odd: how much worse 4-8-16 is than the others, of which then nothing that is claimed counts as false.
    """
    drawn = np.random.default_rng(20_000 + seeds)
    by_rule: Counter[str] = Counter()
    wrong = 0
    for _ in range(notebooks):
        found = clues_of(simulated_notebook(drawn, {(4, 8, 16): 0.87 - odd}, seeds=seeds))
        claims = false_claims(found, "4-8-16" if odd else "")
        wrong += bool(claims)
        by_rule.update(clue.rule for clue in claims)
        by_rule.update(clue.rule for clue in found if clue.rule in ("collapsed-seed", "cheapest-as-good"))
    rules = ", ".join(f"{rule} {100 * count / notebooks:.1f} %" for rule, count in sorted(by_rule.items()))
    equal = f"16, and one {100 * odd:g} points worse" if odd else "all 17"
    print(f"| {equal} | {seeds} | {notebooks:,} | {100 * wrong / notebooks:.1f} % | {rules or '–'} |", flush=True)


def power(notebooks: int, effect: float, seeds: int) -> tuple[float, float, float]:
    """Return how often one truly better network among the seventeen is called clearly better, possibly, and equivalent.

    It is compared with one of the sixteen others, which are equal.
    """
    drawn = np.random.default_rng(round(1e6 * effect) + seeds)
    clear = possible = equivalent = 0
    for _ in range(notebooks):
        groups = simulated_notebook(drawn, {OTHER: 0.87 + effect}, seeds=seeds)
        trained = Trained(groups, groups, MARGIN)
        by_name = {group.name: group for group in groups}
        pair = trained.pair(by_name["128"], by_name["64"])
        assert pair
        clear += pair.relation == "better"
        possible += pair.verdict.word == "possible" and pair.difference.mean > 0
        equivalent += pair.relation == "equivalent"
    return clear / notebooks, possible / notebooks, equivalent / notebooks


def main(notebooks: int) -> None:
    begun = perf_counter()
    print(f"{len(SEVENTEEN)} equal networks, deviation {100 * SD:g} points\n")
    print("| equal networks | seeds | notebooks | with a false claim | by rule |\n|---|---:|---:|---:|---|")
    for odd in (0.0, 0.05):
        for seeds in SEEDS:
            false_alarms(notebooks, seeds, odd)
    print("\n| true difference | " + " | ".join(f"{seeds} seeds" for seeds in SEEDS) + " |\n|---:|" + "---:|" * 3)
    for effect in (0.0, *EFFECTS):
        cells = [
            " / ".join(f"{100 * share:.0f} %" for share in power(notebooks // 2, effect, seeds)) for seeds in SEEDS
        ]
        print(f"| {100 * effect:g} points | {' | '.join(cells)} |", flush=True)
    print(f"\nclear / possible / as good as within {100 * MARGIN:g} points; {perf_counter() - begun:.0f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
