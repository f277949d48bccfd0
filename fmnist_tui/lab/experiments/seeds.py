from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count, islice, pairwise

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.plain_text import plural
from fmnist_tui.lab.records.recipe import Recipe


def next_seeds(taken: Container[int], first: int, repeats: int) -> tuple[int, ...]:
    return tuple(islice((seed for seed in count(first) if seed not in taken), repeats))


def trained_seeds(groups: Iterable[Group]) -> dict[Recipe, frozenset[int]]:
    """Of groups with one recipe only the first counts, as in `jobs_for`."""
    found: dict[Recipe, frozenset[int]] = {}
    for group in groups:
        if group.recipe not in found:
            found[group.recipe] = frozenset(run.seed for run in group.finished)
    return found


@dataclass(frozen=True, slots=True)
class TakenSeeds:
    trained: Mapping[Recipe, frozenset[int]] = field(default_factory=dict)
    busy: frozenset[tuple[Recipe, int]] = frozenset()
    """Running or queued, in any program."""

    def words(self, recipe: Recipe, first: int, repeats: int) -> str:
        """Return which seeds are trained instead of those asked for, or "": `t trains seeds 5–9 (0–4 are trained)`."""
        trained = self.trained.get(recipe, frozenset())
        busy = {seed for other, seed in self.busy if other == recipe} - trained
        seeds = next_seeds(trained | busy, first, repeats)
        skipped = set(range(first, seeds[-1])) - set(seeds)
        if not skipped:
            return ""
        reasons = (_reason(skipped & trained, "trained"), _reason(skipped & busy, "running or queued"))
        return f"t trains seed{plural(repeats)} {seeds_text(seeds)} ({', '.join(filter(None, reasons))})"


def _reason(seeds: Collection[int], state: str) -> str:
    return f"{seeds_text(seeds)} {'is' if len(seeds) == 1 else 'are'} {state}" if seeds else ""


def seed_blocks(seeds: Iterable[int]) -> tuple[range, ...]:
    """Return sorted ranges without gaps: 0, 1, 2, 5 are 0…2 and 5…5."""
    ordered = sorted(set(seeds))
    breaks = [place for place, (one, next_one) in enumerate(pairwise(ordered), 1) if next_one > one + 1]
    edges = [0, *breaks, len(ordered)]
    return tuple(range(ordered[start], ordered[end - 1] + 1) for start, end in pairwise(edges) if end > start)


def seeds_text(seeds: Iterable[int]) -> str:
    """Return `0–4, 7`."""
    return ", ".join(f"{block[0]}–{block[-1]}" if len(block) > 1 else str(block[0]) for block in seed_blocks(seeds))
