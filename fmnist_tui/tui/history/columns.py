"""The history's columns: one for each field, and one for the difference from the baseline."""

from collections.abc import Callable
from dataclasses import dataclass

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.field import Field, Metric
from fmnist_tui.lab.fields.registry import FIELDS
from fmnist_tui.tui.training.states import Entry


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    title: str
    about: str
    width: int
    of_group: Callable[[Group], str]
    of_run: Callable[[Entry], str]
    descending: bool = False
    """Whether the first sort puts the largest first."""
    right: bool = True
    elastic: bool = False


def column_of(field: Field) -> Column:
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
    return max(len(field.heading) + 1, 5)  # one for the sort arrow


VERSUS = Column(
    "vs",
    "vs ⚑",
    "validation accuracy − the baseline's, in points, ± half its 95 % interval",
    13,
    lambda _: "",
    lambda _: "",
    descending=True,
)
"""Not a field, as it compares two groups; `cells` writes it."""

USUAL = ("n", "status", "acc", "vs", "test", "params", "seconds", "epochs", "best_epoch", "note", "when", "layers")
"""The default columns after the name."""

_ALL = {VERSUS.key: VERSUS} | {key: column_of(field) for key, field in FIELDS.items()}

COLUMNS = {key: _ALL[key] for key in dict.fromkeys(("name", *USUAL, *FIELDS))}

NAME = COLUMNS["name"]

CHOOSABLE = tuple(key for key in COLUMNS if key != "name")
