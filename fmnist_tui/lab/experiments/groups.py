"""Runs gathered by experiment and recipe: what a table, a report and a statistic speak of.

A group holds runs of one name and one recipe, dataset included, so that results of different
datasets, or of an experiment before and after its plan was edited, are never mixed in one figure.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.figures import deviation, mean
from fmnist_tui.lab.records.recipe import DATASETS, DatasetName, Recipe
from fmnist_tui.lab.records.run import Experiment, Run
from fmnist_tui.lab.records.shorthand import shorthand
from fmnist_tui.lab.toml.reading import Notebook


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean and standard deviation of a figure over runs."""

    n: int
    mean: float
    sd: float | None
    """The sample standard deviation (n - 1); None for a single run, which has no spread."""


@dataclass(frozen=True, slots=True)
class Group:
    """The runs of one experiment under one recipe, and its plan if it has one."""

    name: str
    recipe: Recipe
    runs: tuple[Run, ...] = ()
    plan: Experiment | None = None
    """The plan whose recipe this is; None for runs without one, or of an older recipe."""
    older: bool = False
    """Whether the plan of this name has another recipe by now."""

    @property
    def finished(self) -> tuple[Run, ...]:
        """The runs that ended as planned; statistics are over these alone.

        A seed that was trained twice counts once, by its latest run: it is the same draw, not another.
        """
        latest = {run.seed: run for run in self.runs if run.status == "finished"}
        return tuple(latest.values())

    def missing_seeds(self, repeats: int | None = None) -> tuple[int, ...]:
        """Return the seeds that the plan, or `repeats` in its place, asks for and no finished run has."""
        if self.plan is None:
            return ()
        done = {run.seed for run in self.finished}
        return tuple(seed for seed in range(repeats or self.plan.repeats) if seed not in done)


def spread(values: Iterable[float]) -> Spread | None:
    """Return mean and sample standard deviation of the values that are finite; None where there are none."""
    known = tuple(filter(math.isfinite, values))
    if not known:
        return None
    return Spread(len(known), mean(known), deviation(known) if len(known) > 1 else None)


def groups(notebook: Notebook, dataset: DatasetName | None = None) -> tuple[Group, ...]:
    """Return the groups of a notebook: the plans in their order, then what was trained without one.

    Args:
        notebook: what the file holds.
        dataset: what a plan that names no dataset is about to be trained on; its runs on
            another dataset are a group of their own. None for what the notebook's runs were trained
            on, Fashion-MNIST if any was.
    """
    dataset = dataset or _trained_on(notebook)
    plans = {plan.name: plan for plan in notebook.experiments}
    runs: dict[tuple[str, Recipe], list[Run]] = {}
    for plan in notebook.experiments:
        runs[plan.name, plan.recipe(dataset)] = []
    for run in notebook.runs:
        runs.setdefault((run.experiment, run.recipe), []).append(run)
    return tuple(_in_order(plans, runs))


def _trained_on(notebook: Notebook) -> DatasetName:
    trained = {run.recipe.dataset for run in notebook.runs}
    return next((name for name in DATASETS if name in trained), DATASETS[0])


def _in_order(plans: dict[str, Experiment], runs: dict[tuple[str, Recipe], list[Run]]) -> Iterator[Group]:
    places = {name: place for place, name in enumerate(plans)}
    for (name, recipe), members in sorted(runs.items(), key=lambda item: places.get(item[0][0], len(places))):
        plan = plans.get(name)
        current = plan is not None and plan.recipe(recipe.dataset) == recipe
        yield Group(name, recipe, tuple(members), plan if current else None, plan is not None and not current)


def settled(known: Iterable[Group]) -> tuple[Group, ...]:
    """Return the groups with every plan on one dataset alone: one that names none waits on no second one.

    Where such a plan has runs on a dataset, its empty group on another goes; where it has finished
    ones, what did not finish on another is no part of the plan.
    """
    known = tuple(known)
    begun = {_on_any(group) for group in known if group.runs}
    trained = {_on_any(group) for group in known if group.finished}
    return tuple(
        replace(group, plan=None) if not group.finished and _is_free(group) and _on_any(group) in trained else group
        for group in known
        if group.runs or not _is_free(group) or _on_any(group) not in begun
    )


def _is_free(group: Group) -> bool:
    """Whether a group is of a plan for whichever dataset is at hand."""
    return group.plan is not None and group.plan.dataset is None


def _on_any(group: Group) -> tuple[str, Recipe]:
    """Return what groups of one name and recipe have in common on every dataset."""
    return group.name, group.recipe.on("fashion-mnist")


class UnknownName(UserError):
    """A name that no experiment or run has; the message is one line and says what there is."""


def select(known: tuple[Group, ...], names: Iterable[str]) -> tuple[Group, ...]:
    """Return the groups that names mean: an experiment's name, else a run's id, else a shorthand.

    Raises:
        UnknownName: a name that means nothing here.
    """
    chosen: set[int] = set()
    for name in names:
        chosen |= _meant(name, known)
    return tuple(known[place] for place in sorted(chosen))


def find_run(notebook: Notebook, name: str) -> Run | None:
    """Return the run with an id, or the only one whose id begins so (four characters at least)."""
    found = [run for run in notebook.runs if run.id == name]
    if not found and len(name) >= 4:
        found = [run for run in notebook.runs if run.id.startswith(name)]
    return found[0] if len(found) == 1 else None


def _meant(name: str, known: tuple[Group, ...]) -> set[int]:
    """Return the places of the groups that a name means; `64` is the experiment called so, should there be one."""
    meanings: tuple[Callable[[Group], bool], ...] = (
        lambda group: group.name == name,
        lambda group: any(run.id == name for run in group.runs),
        lambda group: shorthand(group.recipe.architecture) == name.lower(),
    )
    for means in meanings:
        if found := {place for place, group in enumerate(known) if means(group)}:
            return found
    raise UnknownName(_unknown(name, known))


def _unknown(name: str, known: tuple[Group, ...]) -> str:
    import difflib

    names = [group.name for group in known]
    if near := difflib.get_close_matches(name, names, n=3, cutoff=0.4):
        return f"no experiment or run is called {name!r}; near it: {', '.join(map(repr, near))}"
    return f"no experiment or run is called {name!r}; `fmnist-tui list` shows what there is"
