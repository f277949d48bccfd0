"""What the results say and what to try next, a rule a file."""

from collections.abc import Callable, Sequence

from fmnist_tui.lab.clues.bottleneck import bottleneck
from fmnist_tui.lab.clues.cheapest import cheapest
from fmnist_tui.lab.clues.clue import Clue, without_contradictions
from fmnist_tui.lab.clues.collapsed_seed import collapsed_seed
from fmnist_tui.lab.clues.confused_classes import confused_classes
from fmnist_tui.lab.clues.dead_units import dead_units
from fmnist_tui.lab.clues.depth import depth
from fmnist_tui.lab.clues.doubling import doubling
from fmnist_tui.lab.clues.failed_runs import failed_runs, nothing_finished
from fmnist_tui.lab.clues.few_sizes import few_sizes
from fmnist_tui.lab.clues.first_loss import first_loss
from fmnist_tui.lab.clues.lead import lead
from fmnist_tui.lab.clues.learning_rate import learning_rate
from fmnist_tui.lab.clues.linear_baseline import linear_baseline
from fmnist_tui.lab.clues.more_seeds import more_seeds
from fmnist_tui.lab.clues.overfitting import overfitting
from fmnist_tui.lab.clues.published_figures import published_implausible, published_reading
from fmnist_tui.lab.clues.range_edge import range_edge
from fmnist_tui.lab.clues.several_changes import several_changes
from fmnist_tui.lab.clues.single_run import single_run
from fmnist_tui.lab.clues.still_improving import still_improving
from fmnist_tui.lab.clues.trained import Trained, labels
from fmnist_tui.lab.clues.underfitting import underfitting
from fmnist_tui.lab.clues.width_order import width_order
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.records.dataset import DatasetName, in_order
from fmnist_tui.lab.statistics.equivalence import MARGIN

Rule = Callable[[Trained], Clue | None]

STAGES: tuple[tuple[Rule, ...], ...] = (
    # Something is broken: nothing else matters before it is mended.
    (failed_runs, nothing_finished, first_loss, learning_rate),
    # What is lacking before the results can be judged.
    (single_run, linear_baseline),
    # What the results say to do next.
    (
        range_edge,
        still_improving,
        overfitting,
        doubling,
        bottleneck,
        cheapest,
        underfitting,
        few_sizes,
        dead_units,
        several_changes,
    ),
    # What else they say.
    (
        collapsed_seed,
        published_implausible,
        depth,
        width_order,
        lead,
        confused_classes,
        published_reading,
        more_seeds,
    ),
)
"""The rules, the most urgent stage first; within one, clear clues come before possible ones."""

RULES: tuple[Rule, ...] = tuple(rule for stage in STAGES for rule in stage)

FIRST = 5
"""How many clues are shown at first."""


def find_clues(
    groups: Sequence[Group], known: Sequence[Group] | None = None, margin: float = MARGIN
) -> tuple[Clue, ...]:
    """Return what the results say, the most useful first; each dataset has clues of its own.

    Args:
        groups: the experiments that the clues are about.
        known: all groups of the notebook, for whose number p values are corrected; by default `groups`.
        margin: what two experiments may differ by and still count as equally good, a part of 1.
    """
    known = groups if known is None else known
    datasets = _datasets(groups)
    found: list[tuple[int, bool, int, Clue]] = []
    for name in datasets:
        of_one = [group for group in groups if group.recipe.dataset == name]
        trained = Trained(of_one, known, margin, mixed=len(datasets) > 1)
        for place, stage in enumerate(STAGES):
            for order, rule in enumerate(stage):
                if clue := rule(trained):
                    found.append((place, clue.certainty == "possible", order, clue))
    return without_contradictions(each[-1] for each in sorted(found, key=lambda each: each[:3]))


def experiments_of(clue: Clue, groups: Sequence[Group], known: Sequence[Group] | None = None) -> tuple[Group, ...]:
    """Return the experiments that a clue is about, in its order; the other arguments are those of `find_clues`."""
    known = groups if known is None else known
    names = labels(known, mixed=len(_datasets(groups)) > 1)
    by_name = {names[id(group)]: group for group in known}
    return tuple(by_name[name] for name in clue.about if name in by_name)


def _datasets(groups: Sequence[Group]) -> list[DatasetName]:
    return [*in_order(group.recipe.dataset for group in groups if group.runs)]
