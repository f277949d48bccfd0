"""The columns of the history: what each says of a group of runs and of one run, and by what it sorts."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from fmnist_tui.lab.architecture import ArchitectureError
from fmnist_tui.lab.figures import fixed
from fmnist_tui.lab.measures import MEASURES, figures
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records import Run
from fmnist_tui.lab.results import Group, Spread, spread
from fmnist_tui.lab.shorthand import shorthand
from fmnist_tui.tui.history.states import Entry

NOTHING = "–"
"""What stands where there is no figure."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column; its key is the word that a filter has for it, where a filter has one."""

    key: str
    title: str
    about: str
    """What it says, in a few words, for whoever chooses."""
    width: int
    """Cells that it takes; at least, where it is elastic."""
    of_group: Callable[[Group], str]
    of_run: Callable[[Entry], str]
    sort: str
    """The key of the lab's sorting, or one that the view sorts by itself."""
    descending: bool = False
    """Whether a first sort begins with the largest."""
    right: bool = True
    """Whether its cells stand at the right, as numbers do."""
    elastic: bool = False
    """Whether it takes room that is left over."""


def share_text(share: float, decimals: int = 4) -> str:
    """Return an accuracy without the zero before its point: `.8746`."""
    return fixed(share, decimals).removeprefix("0")


def spread_text(known: Spread | None) -> str:
    """Return a figure with its spread over seeds: `.8746 ±.0021`, `.8746` for a single run, `–` for none."""
    if known is None:
        return NOTHING
    mean = share_text(known.mean)
    return mean if known.sd is None else f"{mean} ±{share_text(known.sd)}"


def runs_text(group: Group) -> str:
    """Return how many runs are finished, and of how many where a plan asks for more: `3/5`."""
    n = len(group.finished)
    return f"{n}/{group.plan.repeats}" if group.plan and group.plan.repeats > n else str(n)


def _of_group(measure: str) -> Callable[[Group], str]:
    of = MEASURES[measure].of
    return lambda group: spread_text(spread(figures(group, of).values()))


def _of_run(measure: str) -> Callable[[Entry], str]:
    of = MEASURES[measure].of

    def text(entry: Entry) -> str:
        figure = of(entry.run) if entry.run else None
        return NOTHING if figure is None else share_text(figure)

    return text


def _parameters(group: Group) -> str:
    try:
        return f"{group.recipe.architecture.parameters:,}"
    except ArchitectureError:
        return NOTHING


def _run_parameters(entry: Entry) -> str:
    return f"{entry.run.parameters:,}" if entry.run else NOTHING


def _seconds(group: Group) -> str:
    return fixed(group.seconds.mean, 1) if group.seconds else NOTHING


def _run_seconds(entry: Entry) -> str:
    return fixed(entry.run.seconds, 1) if entry.run else NOTHING


def _run_epochs(entry: Entry) -> str:
    if entry.run is None:
        return NOTHING
    trained, planned = entry.run.curves.epochs, entry.run.recipe.training.epochs
    return str(trained) if trained == planned else f"{trained}/{planned}"


def best_epoch(group: Group) -> float | None:
    """Return the mean of the best epochs of a group's finished runs; None where none was validated."""
    found = [best for run in group.finished if (best := run.curves.best_epoch) is not None]
    return fmean(found) if found else None


def _best_epoch(group: Group) -> str:
    mean = best_epoch(group)
    return NOTHING if mean is None else f"{mean:.1f}".removesuffix(".0")


def _run_best_epoch(entry: Entry) -> str:
    best = entry.run.curves.best_epoch if entry.run else None
    return NOTHING if best is None else str(best)


def _when(run: Run) -> str:
    return f"{run.started:%Y-%m-%d %H:%M}"


def _entry_when(entry: Entry) -> str:
    return _when(entry.run) if entry.run else NOTHING


def _last_begun(group: Group) -> str:
    return _when(max(group.runs, key=lambda run: run.started)) if group.runs else NOTHING


def _plan_text(name: str) -> Callable[[Group], str]:
    return lambda group: visible(getattr(group.plan, name) or "") if group.plan else ""


def _training(name: str) -> Callable[[Group], str]:
    def text(group: Group) -> str:
        value: Any = getattr(group.recipe.training, name)
        return f"{value:g}" if isinstance(value, float) else str(value)

    return text


def _run_note(entry: Entry) -> str:
    run = entry.run
    return visible(run.note or run.reason or "") if run else ""


def _of_view(_: object) -> str:
    return ""  # drawn by who knows the view: a state and a difference are of more than one group


def _blank(_: Entry) -> str:
    return ""


_COLUMNS = (
    Column("name", "experiment", "its name and marks", 14, _of_view, _of_view, "name", right=False, elastic=True),
    Column("n", "runs", "finished runs, of how many the plan asks for", 5, runs_text, _blank, "n", True),
    Column("state", "state", "what its runs do or how they ended", 15, _of_view, _of_view, "state", right=False),
    Column(
        "acc",
        "val acc",
        "validation accuracy after the last epoch, mean ± sd",
        12,
        _of_group("val_accuracy"),
        _of_run("val_accuracy"),
        "acc",
        True,
    ),
    Column(
        "vs",
        "vs ⚑",
        "validation accuracy less the baseline's, in points, ± half its 95 % interval",
        13,
        _of_view,
        _of_view,
        "vs",
        True,
    ),
    Column(
        "test",
        "test acc",
        "test accuracy, mean ± sd; for reporting",
        12,
        _of_group("test_accuracy"),
        _of_run("test_accuracy"),
        "test",
        True,
    ),
    Column("params", "params", "weights of the network", 9, _parameters, _run_parameters, "params"),
    Column("seconds", "s", "seconds that a training took, mean", 6, _seconds, _run_seconds, "seconds"),
    Column("epochs", "ep", "epochs planned; of a run those trained", 5, _training("epochs"), _run_epochs, "epochs"),
    Column(
        "best_epoch",
        "best ep",
        "the epoch with the best validation accuracy, mean",
        8,
        _best_epoch,
        _run_best_epoch,
        "best_epoch",
    ),
    Column("note", "note", "what a person wrote", 12, _plan_text("note"), _run_note, "note", right=False, elastic=True),
    Column("when", "when", "when its last run began", 16, _last_begun, _entry_when, "when", True),
    Column(
        "layers",
        "layers",
        "its architecture as shorthand",
        12,
        lambda group: visible(shorthand(group.recipe.architecture), 60),
        _blank,
        "layers",
        right=False,
        elastic=True,
    ),
    Column(
        "hypothesis",
        "hypothesis",
        "what was expected of it",
        12,
        _plan_text("hypothesis"),
        _blank,
        "hypothesis",
        right=False,
        elastic=True,
    ),
    Column(
        "best",
        "best val",
        "validation accuracy of the best epoch, mean ± sd",
        12,
        _of_group("best_val_accuracy"),
        _of_run("best_val_accuracy"),
        "best",
        True,
    ),
    Column(
        "val_loss",
        "val loss",
        "validation loss after the last epoch, mean ± sd",
        12,
        _of_group("val_loss"),
        _of_run("val_loss"),
        "val_loss",
    ),
    Column(
        "loss",
        "test loss",
        "test loss, mean ± sd",
        12,
        _of_group("test_loss"),
        _of_run("test_loss"),
        "loss",
    ),
    Column(
        "optimizer",
        "optimizer",
        "how the weights are moved",
        10,
        _training("optimizer"),
        _blank,
        "optimizer",
        right=False,
    ),
    Column("lr", "rate", "learning rate", 6, _training("learning_rate"), _blank, "lr"),
    Column("batch", "batch", "images a step", 6, _training("batch_size"), _blank, "batch"),
    Column(
        "patience",
        "patience",
        "epochs without improvement before it stops early",
        9,
        _training("patience"),
        _blank,
        "patience",
    ),
    Column(
        "dataset",
        "dataset",
        "what it is trained on",
        13,
        lambda group: group.recipe.dataset,
        _blank,
        "dataset",
        right=False,
    ),
)


COLUMNS = {column.key: column for column in _COLUMNS}
"""The columns by key, in their usual order."""

NAME = COLUMNS["name"]
"""The first column, which is always there."""

CHOOSABLE = tuple(key for key in COLUMNS if key != "name")
"""The columns after the name, in their usual order."""

USUAL = ("n", "state", "acc", "vs", "test", "params", "seconds", "epochs", "best_epoch", "note", "when", "layers")
"""The columns after the name, unless a person chose others."""
