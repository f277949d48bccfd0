import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.figures import deviation, mean
from fmnist_tui.lab.records.dataset import FASHION_MNIST, DatasetName, in_order, name_of
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.run import Experiment, Run
from fmnist_tui.lab.records.shorthand import shorthand
from fmnist_tui.lab.toml.reading import Notebook


@dataclass(frozen=True, slots=True)
class Spread:
    n: int
    mean: float
    sd: float | None
    """Sample standard deviation (n - 1); None for a single run."""


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    recipe: Recipe
    runs: tuple[Run, ...] = ()
    plan: Experiment | None = None
    """The plan with this recipe; None where there is none, or where its recipe has changed since."""
    older: bool = False
    """Whether the plan of this name has another recipe now."""

    @property
    def finished(self) -> tuple[Run, ...]:
        """The finished runs; of several with one seed only the latest."""
        latest = {run.seed: run for run in self.runs if run.status == "finished"}
        return tuple(latest.values())

    @property
    def interrupted(self) -> tuple[Run, ...]:
        """The runs to resume: the latest interrupted one of each seed that has not finished."""
        done = {run.seed for run in self.finished}
        latest = {run.seed: run for run in self.runs if run.status == "interrupted"}
        return tuple(run for seed, run in latest.items() if seed not in done)

    def missing_seeds(self, repeats: int | None = None) -> tuple[int, ...]:
        if self.plan is None:
            return ()
        done = {run.seed for run in self.finished}
        return tuple(seed for seed in range(repeats or self.plan.repeats) if seed not in done)


def spread(values: Iterable[float]) -> Spread | None:
    """Leave out values that are not finite; None where none is left."""
    known = tuple(filter(math.isfinite, values))
    if not known:
        return None
    return Spread(len(known), mean(known), deviation(known) if len(known) > 1 else None)


def groups(notebook: Notebook, dataset: DatasetName | None = None) -> tuple[Group, ...]:
    """Return the plans' groups in order, then those of runs without a plan.

    Plans that name no dataset get `dataset`, by default that of the notebook's runs, Fashion-MNIST first. Those that
    name other data get `dataset` if it has that name, else that of the runs.
    """
    trained = in_order(run.recipe.dataset for run in notebook.runs)
    dataset = dataset or next(iter(trained), FASHION_MNIST)
    plans = {plan.name: plan for plan in notebook.experiments}
    runs: dict[tuple[str, Recipe], list[Run]] = {}
    for plan in notebook.experiments:
        named = (each for each in (dataset, *trained) if name_of(each) == plan.dataset)
        runs[plan.name, plan.recipe(next(named, dataset))] = []
    for run in notebook.runs:
        runs.setdefault((run.experiment, run.recipe), []).append(run)
    return tuple(_in_order(plans, runs))


def _in_order(plans: dict[str, Experiment], runs: dict[tuple[str, Recipe], list[Run]]) -> Iterator[Group]:
    places = {name: place for place, name in enumerate(plans)}
    for (name, recipe), members in sorted(runs.items(), key=lambda item: places.get(item[0][0], len(places))):
        plan = plans.get(name)
        current = plan is not None and plan.recipe(recipe.dataset) == recipe
        yield Group(name, recipe, tuple(members), plan if current else None, plan is not None and not current)


def plans_on_one_dataset(known: Iterable[Group]) -> tuple[Group, ...]:
    """Keep each plan that names no dataset on one dataset only, one with finished runs if any."""
    known = tuple(known)
    begun = {_on_any(group) for group in known if group.runs}
    trained = {_on_any(group) for group in known if group.finished}
    return tuple(
        replace(group, plan=None) if not group.finished and _is_free(group) and _on_any(group) in trained else group
        for group in known
        if group.runs or not _is_free(group) or _on_any(group) not in begun
    )


def _is_free(group: Group) -> bool:
    return group.plan is not None and group.plan.dataset is None


def _on_any(group: Group) -> tuple[str, Recipe]:
    return group.name, group.recipe.on(FASHION_MNIST)


class UnknownName(UserError):
    pass


def select(known: tuple[Group, ...], names: Iterable[str]) -> tuple[Group, ...]:
    """Return the groups that names select: by experiment name, else run id, else shorthand; UnknownName for another."""
    chosen: set[int] = set()
    for name in names:
        chosen |= _meant(name, known)
    return tuple(known[place] for place in sorted(chosen))


def find_run(notebook: Notebook, name: str) -> Run | None:
    """Return the run with an id, or the only one whose id starts with it (four characters or more)."""
    found = [run for run in notebook.runs if run.id == name]
    if not found and len(name) >= 4:
        found = [run for run in notebook.runs if run.id.startswith(name)]
    return found[0] if len(found) == 1 else None


def _meant(name: str, known: tuple[Group, ...]) -> set[int]:
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
        close = ", ".join(map(repr, near))
        return f"no experiment or run is called {name!r}; near it: {close}; `fmnist-tui list` shows what there is"
    return f"no experiment or run is called {name!r}; `fmnist-tui list` shows what there is"
