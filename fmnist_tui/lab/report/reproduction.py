"""The commands that reproduce a report's runs."""

import shlex
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.experiments.published import published_experiments
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.recipe import HYPERPARAMETERS, OPTIMIZERS, Hyperparameters
from fmnist_tui.lab.records.shorthand import shorthand

_LONGEST_COMMAND = 10_000
"""Commands may name many experiments; a shortened one would do something else."""

_USUAL = Hyperparameters()

_OPTIONS = tuple(name for name in HYPERPARAMETERS if name != "learning_rate")
"""Options of `fmnist-tui train`; the learning rate is separate, as its default depends on the optimizer."""


def seed_blocks(seeds: Iterable[int]) -> tuple[range, ...]:
    """Return seeds as sorted ranges without gaps: 0, 1, 2, 5 are 0…2 and 5…5."""
    ordered = sorted(set(seeds))
    breaks = [place for place, (one, next_one) in enumerate(pairwise(ordered), 1) if next_one > one + 1]
    edges = [0, *breaks, len(ordered)]
    return tuple(range(ordered[start], ordered[end - 1] + 1) for start, end in pairwise(edges) if end > start)


def seeds_text(seeds: Iterable[int]) -> str:
    """Return seeds as text: `0–4, 7`."""
    return ", ".join(f"{block[0]}–{block[-1]}" if len(block) > 1 else str(block[0]) for block in seed_blocks(seeds))


def reproduction(groups: Sequence[Group], command: str) -> str:
    """Return the commands that train the groups again and write the report, as a fenced shell block."""
    lines = [*_training(groups), (visible(command, _LONGEST_COMMAND), "writes this report")]
    width = max(len(line) for line, _ in lines if len(line) <= 60 or line == lines[-1][0])
    return "\n".join(("```sh", *(f"{line:{width}}  # {comment}" for line, comment in lines), "```"))


def _training(groups: Sequence[Group]) -> Iterator[tuple[str, str]]:
    planned = [group for group in groups if group.plan]
    if planned:
        if _from_lab_report(planned):
            yield "fmnist-tui init", "a new notebook with the lab report's experiments"
        yield "fmnist-tui run", "trains the runs that the plans of the notebook lack"
    for group in groups:
        if not group.plan:
            yield from ((line, "had no plan") for line in train_commands(group))


def _from_lab_report(planned: Iterable[Group]) -> bool:
    known = {(each.name, each.architecture, each.training) for each in published_experiments()}
    return all((group.name, group.recipe.architecture, group.recipe.training) in known for group in planned)


def train_commands(group: Group) -> Iterator[str]:
    """Yield a command for each block of seeds."""
    training = group.recipe.training
    text = shorthand(group.recipe.architecture)
    words = ["fmnist-tui", "train", text]
    if group.name != text:
        words.append(f"--name={shlex.quote(visible(group.name))}")
    words.extend(
        f"--{name.replace('_', '-')} {value}"
        for name in _OPTIONS
        if (value := getattr(training, name)) != getattr(_USUAL, name)
    )
    if training.learning_rate != OPTIMIZERS[training.optimizer]:
        words.append(f"--learning-rate {training.learning_rate}")
    words.append(f"--dataset {group.recipe.dataset}")
    for block in seed_blocks(run.seed for run in group.finished):
        repeats = f" --repeats {len(block)}" if len(block) > 1 else ""
        yield f"{' '.join(words)} --seed {block[0]}{repeats}"
