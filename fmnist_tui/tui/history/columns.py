"""The columns of the history: one for each field, and one for the difference to the baseline."""

from collections.abc import Callable
from dataclasses import dataclass

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.field import Field, Metric
from fmnist_tui.lab.fields.registry import FIELDS
from fmnist_tui.tui.training.states import Entry


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    key: str
    """The key of its field."""
    title: str
    about: str
    """What it says, in a few words."""
    width: int
    """Cells that it takes; at least, where it is elastic."""
    of_group: Callable[[Group], str]
    of_run: Callable[[Entry], str]
    descending: bool = False
    """Whether a first sort begins with the largest."""
    right: bool = True
    """Whether its cells stand at the right, as numbers do."""
    elastic: bool = False
    """Whether it takes room that is left over."""


def column_of(field: Field) -> Column:
    """Return the column of a field."""
    return Column(
        field.key,
        field.heading,
        field.help,
        field.width or _usual_width(field),
        lambda group: field.show(group, "compact"),
        lambda entry: field.show_run(entry.run, "compact"),
        field.descending,
        field.right_aligned,
        elastic=field.kind == "text" and not field.options,
    )


def _usual_width(field: Field) -> int:
    if field.kind == "day":
        return 16
    if field.kind == "text" or (isinstance(field, Metric) and field.with_sd):
        return 12
    return max(len(field.heading) + 1, 5)  # one for the sign of the order


VERSUS = Column(
    "vs",
    "vs ⚑",
    "validation accuracy less the baseline's, in points, ± half its 95 % interval",
    13,
    lambda _: "",
    lambda _: "",
    descending=True,
)
"""No field, for it is of two groups; `cells` writes it."""

USUAL = ("n", "status", "acc", "vs", "test", "params", "seconds", "epochs", "best_epoch", "note", "when", "layers")
"""The columns after the name, unless a person chose others."""

_ALL = {VERSUS.key: VERSUS} | {key: column_of(field) for key, field in FIELDS.items()}

COLUMNS = {key: _ALL[key] for key in dict.fromkeys(("name", *USUAL, *FIELDS))}
"""The columns by key: the usual ones in their order, then the others."""

NAME = COLUMNS["name"]
"""The first column, which is always there."""

CHOOSABLE = tuple(key for key in COLUMNS if key != "name")
"""The columns after the name, in their usual order."""
