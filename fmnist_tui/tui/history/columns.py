"""The columns of the history table: what each says of a group of runs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rich.text import Text

from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.results import Group, Spread
from fmnist_tui.lab.shorthand import shorthand


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    key: str
    title: str
    text: Callable[[Group], str]
    right: bool = True


def accuracy_text(spread: Spread | None) -> str:
    """Return an accuracy with its spread: `.8746 ±.0021`, `.8746` for a single run, `–` for none."""
    if spread is None:
        return "–"
    mean = f"{spread.mean:.4f}".removeprefix("0")
    return mean if spread.sd is None else f"{mean} ±{f'{spread.sd:.4f}'.removeprefix('0')}"


def runs_text(group: Group) -> str:
    """Return how many runs are finished, of how many a plan asks for, and what else there is: `3/5`, `1 +1■`."""
    n = len(group.finished)
    planned = f"/{group.plan.repeats}" if group.plan and group.plan.repeats > n else ""
    signs = {"stopped": "■", "failed": "✗", "interrupted": "‖"}
    others = "".join(
        f" {count}{sign}"
        for status, sign in signs.items()
        if (count := sum(run.status == status for run in group.runs))
    )
    return f"{n}{planned}{others}"


def _name(group: Group) -> str:
    marks = " (older)" if group.older else ""
    marks += " (synthetic)" if group.recipe.dataset == "synthetic" else ""
    return visible(group.name, LONGEST_NAME - len(marks)) + marks


def _parameters(group: Group) -> str:
    return f"{group.recipe.architecture.parameters:,}"


def _seconds(group: Group) -> str:
    return f"{group.seconds.mean:.1f}" if group.seconds else "–"


COLUMNS = (
    Column("experiment", "experiment", _name, right=False),
    Column("runs", "runs", runs_text),
    Column("val", "val acc", lambda group: accuracy_text(group.val_accuracy)),
    Column("test", "test acc", lambda group: accuracy_text(group.test_accuracy)),
    Column("parameters", "params", _parameters),
    Column("seconds", "s", _seconds),
    Column("epochs", "ep", lambda group: str(group.recipe.training.epochs)),
    Column("architecture", "layers", lambda group: visible(shorthand(group.recipe.architecture), 30), right=False),
)


LONGEST_NAME = 28
"""Cells of an experiment's name in the table, marks included; the rest is cut off, and seen with its runs."""


def columns_for(width: int) -> tuple[Column, ...]:
    """Return the columns there is room for in a pane of `width` cells; the last ones go first."""
    return COLUMNS if width >= 96 else COLUMNS[:-1] if width >= 74 else COLUMNS[:-2]


def cells(group: Group, columns: Iterable[Column]) -> list[Text]:
    """Return a row of the table; names from files are plain text, never markup."""
    return [Text(column.text(group), justify="right" if column.right else "left") for column in columns]
