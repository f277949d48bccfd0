"""A field: one figure or fact of a run or of a group of runs, with all there is to know of it.

Filters, orders, tables, JSON, reports and comparisons read fields, and know none by themselves.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from fmnist_tui.lab.experiments.groups import Group, Spread, spread
from fmnist_tui.lab.fields.formats import NOTHING, Style, decimal_text, spread_text, value_text
from fmnist_tui.lab.figures import mean
from fmnist_tui.lab.parameters import spoken
from fmnist_tui.lab.records.run import Run

Values = tuple[Any, ...]
"""What a group has in a field: nothing, one value or several, all of the field's kind."""

Kind = Literal["number", "text", "day", "flag"]

SHARE = "part of 1"
"""The unit of accuracies; their differences are in percentage points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One figure or fact."""

    key: str
    """The word for it in filters, orders, settings and options."""
    title: str
    """The heading of its column."""
    help: str
    """What it says, in one line."""
    of_group: Callable[[Group], Any]
    """Takes the value from a group: None for nothing, a tuple for several."""
    of_run: Callable[[Run], Any] | None = None
    """Takes the value from a run; None for what belongs to no single run."""
    kind: Kind = "number"
    unit: str = ""
    """The unit of a number; empty for a pure number, and for what is none."""
    name: str = ""
    """The name in JSON and in the notebook, also understood in filters; the key unless given."""
    aliases: tuple[str, ...] = ()
    """Other words for it in filters and orders."""
    words: str = ""
    """What it is called where there is room; the name unless given."""
    heading: str = ""
    """The title where there is little room; the title unless given."""
    example: str = ""
    """A filter that shows how its values are written, or several joined by `or`."""
    options: tuple[str, ...] = ()
    """The only words that a text may be; empty for any text."""
    better: Literal["more", "less"] | None = None
    """Which way is better; None where neither is."""
    largest_first: bool = False
    """Whether an order begins with the largest although more is not better."""
    measured: bool = False
    """Whether a number is measured or counted: it then equals what rounds to the digits written."""
    whole: bool = False
    """Whether a number is whole: its thousands may be set off by a comma, and a mean of 2.0 is written as 2."""
    and_of_runs: bool = False
    """Whether filters and orders also go by what its runs have."""
    in_runs_only: bool = False
    """Whether JSON has it in each of a group's `runs` instead of in the group."""
    rank: Callable[[Values], Any] | None = None
    """Puts the values of groups in order; None for the usual order of the kind."""
    group_text: Callable[[Group], str] | None = None
    """Writes it for a group; None for the usual way of the kind."""
    run_text: Callable[[Run], str] | None = None
    """Writes it for a run; None for the usual way of the kind."""
    decimals: int | None = None
    """How many decimals a number is written with; None for all it has."""
    width: int = 0
    """Cells of its column in a narrow table; 0 for what is usual."""

    def __post_init__(self) -> None:
        for attribute, value in (("name", self.key), ("heading", self.title)):
            object.__setattr__(self, attribute, getattr(self, attribute) or value)
        object.__setattr__(self, "words", self.words or spoken(self.name))

    @property
    def names(self) -> tuple[str, ...]:
        """All words for it, its key first."""
        return tuple(dict.fromkeys((self.key, self.name, *self.aliases)))

    @property
    def descending(self) -> bool:
        """Whether an order that says nothing else begins with the largest."""
        return self.better == "more" or self.largest_first

    @property
    def at_right(self) -> bool:
        """Whether its cells stand at the right, as numbers do."""
        return self.kind in ("number", "day")

    def values(self, group: Group) -> Values:
        """Return what filters and orders go by."""
        found = _several(self.of_group(group))
        if self.and_of_runs and self.of_run:
            found += tuple(value for run in group.runs for value in _several(self.of_run(run)))
        return (any(found),) if self.kind == "flag" else found

    def show(self, group: Group, style: Style = "plain") -> str:
        """Return it as text for a group."""
        return self.group_text(group) if self.group_text else self._text(self.of_group(group), style)

    def show_run(self, run: Run | None, style: Style = "plain") -> str:
        """Return it as text for a run, None for one without a record; empty for what belongs to no single run."""
        if self.of_run is None:
            return ""
        if run is None:
            return self._text(None, style)
        return self.run_text(run) if self.run_text else self._text(self.of_run(run), style)

    def as_json(self, group: Group) -> Any:
        """Return it as JSON has it for a group."""
        return json_value(self.of_group(group))

    def _text(self, value: Any, style: Style) -> str:
        if value is None and self.kind != "text":
            return NOTHING
        if self.measured and isinstance(value, int):
            return f"{value:,}"
        if self.decimals is not None and value is not None:
            return decimal_text(value, style, self.decimals)
        return value_text(value)


def _nothing(_: Group) -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric(Field):
    """A figure that is measured of each run; of a group it is taken over the finished runs, where it is finite."""

    of_run: Callable[[Run], float | None]
    of_group: Callable[[Group], Any] = _nothing
    measured: bool = True
    decimals: int = 4
    with_sd: bool = True
    """Whether tables show the standard deviation beside the mean."""
    compared: bool = True
    """Whether a comparison has a row for it."""

    @property
    def is_share(self) -> bool:
        """Whether it is a part of 1, whose differences are in percentage points."""
        return self.unit == SHARE

    def figures(self, group: Group) -> dict[int, float]:
        """Return the figure of each finished run by its seed, without those that are missing or not finite."""
        found = ((run.seed, self.of_run(run)) for run in group.finished)
        return {seed: figure for seed, figure in found if figure is not None and math.isfinite(figure)}

    def spread(self, group: Group) -> Spread | None:
        """Return mean and standard deviation over the finished runs; None where there is no figure."""
        return spread(self.figures(group).values())

    def values(self, group: Group) -> Values:
        """Return the mean over the finished runs."""
        known = [*self.figures(group).values()]
        return (mean(known),) if known else ()

    def show(self, group: Group, style: Style = "plain") -> str:
        """Return the mean as text, with its standard deviation where tables show that."""
        if self.with_sd:
            return spread_text(self.spread(group), style, self.decimals)
        means = self.values(group)
        return self._text(means[0] if means else None, style)

    def as_json(self, group: Group) -> Any:
        """Return mean and standard deviation as JSON has them."""
        known = self.spread(group)
        return {"mean": json_value(known.mean), "sd": json_value(known.sd)} if known else None

    def _text(self, value: Any, style: Style) -> str:
        if value is None:
            return NOTHING
        text = decimal_text(value, style if self.with_sd else "plain", self.decimals)
        return text.removesuffix("." + "0" * self.decimals) if self.whole else text


def json_value(value: Any) -> Any:
    """Return a value that JSON can hold: null for each number in it that is not finite, a list for a tuple."""
    match value:
        case float():
            return value if math.isfinite(value) else None
        case datetime():
            return value.isoformat()
        case list() | tuple():
            return [json_value(each) for each in value]
        case dict():
            return {key: json_value(each) for key, each in value.items()}
    return value


def _several(value: Any) -> Values:
    if isinstance(value, tuple):
        return tuple(each for each in value if each is not None and each != "")
    return () if value is None or value == "" else (value,)
