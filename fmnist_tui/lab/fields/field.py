import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from fmnist_tui.lab.experiments.groups import Group, Spread, spread
from fmnist_tui.lab.figures import fixed, mean
from fmnist_tui.lab.parameters import spoken
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.run import Run

NOTHING = "–"

Style = Literal["plain", "compact", "report"]
"""`0.8746 ±0.0021` for a terminal, `.8746 ±.0021` for a narrow column, `0.8746 ± 0.0021` for a report."""


def spread_text(known: Spread | None, style: Style = "plain", decimals: int = 4) -> str:
    if known is None:
        return NOTHING
    mean = decimal_text(known.mean, style, decimals)
    if known.sd is None:
        return mean
    return f"{mean} ±{' ' if style == 'report' else ''}{decimal_text(known.sd, style, decimals)}"


def decimal_text(value: float, style: Style = "plain", decimals: int = 4) -> str:
    """Compact drops the leading zero: `.8746`."""
    text = fixed(value, decimals)
    if style != "compact":
        return text
    return f"-{text[2:]}" if text.startswith("-0.") else text.removeprefix("0")


def points(difference: float) -> str:
    """Return a difference of accuracies (0 to 1) in percentage points: `+0.35`."""
    return fixed(round(100 * difference, 2) + 0.0, 2, sign=True)  # adding 0.0 turns -0.0 into 0.0


def number_text(value: float) -> str:
    """Return the shortest text that loses no digit: `0.001`, `1e-05`."""
    short = f"{value:g}"
    return short if float(short) == value else str(value)


def value_text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M}"
        case int():
            return str(value)
        case float():
            return number_text(value)
        case tuple():
            return ", ".join(map(value_text, value))
    return visible(str(value))


Values = tuple[Any, ...]
"""A group's values of a field, all of its kind."""

Kind = Literal["number", "text", "day", "flag"]

SHARE = "part of 1"
"""The unit of accuracies; their differences are in percentage points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    key: str
    """The word for it in filters, sorting, settings and options."""
    title: str
    help: str
    of_group: Callable[[Group], Any]
    """None for no value, a tuple for several."""
    of_run: Callable[[Run], Any] | None = None
    """None where a single run has no such value."""
    kind: Kind = "number"
    unit: str = ""
    name: str = ""
    """The name in JSON and in the notebook; the key unless given."""
    aliases: tuple[str, ...] = ()
    """Other names accepted in filters and sorting."""
    words: str = ""
    """The long form of the name; made from the name unless given."""
    heading: str = ""
    """The short form of the title; the title unless given."""
    example: str = ""
    """Example filters, joined by `or`."""
    options: tuple[str, ...] = ()
    """The allowed texts; empty for any."""
    more_options: bool = False
    """Whether other texts than the options are allowed too."""
    better: Literal["more", "less"] | None = None
    descending_by_default: bool = False
    """Sort the largest first although more is not better."""
    measured: bool = False
    """In a filter, `=` compares it rounded to the digits typed."""
    whole: bool = False
    """An integer: commas for thousands are accepted, and a mean of 2.0 is written as 2."""
    searches_runs: bool = False
    """Filters and sorting also use the values of the group's runs."""
    json_in_runs: bool = False
    """JSON has it in each of a group's `runs`, not in the group."""
    rank: Callable[[Values], Any] | None = None
    """Sort key of a group's values; None for the kind's default."""
    group_text: Callable[[Group], str] | None = None
    """None for the kind's default."""
    run_text: Callable[[Run], str] | None = None
    """None for the kind's default."""
    decimals: int | None = None
    """None for all digits."""
    width: int = 0
    """Cells of its column in a narrow table; 0 for the default."""

    def __post_init__(self) -> None:
        for attribute, value in (("name", self.key), ("heading", self.title)):
            object.__setattr__(self, attribute, getattr(self, attribute) or value)
        object.__setattr__(self, "words", self.words or spoken(self.name))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.key, self.name, *self.aliases)))

    @property
    def descending(self) -> bool:
        return self.better == "more" or self.descending_by_default

    @property
    def right_aligned(self) -> bool:
        return self.kind in ("number", "day")

    def values(self, group: Group) -> Values:
        """Return what filters and sorting use."""
        found = _several(self.of_group(group))
        if self.searches_runs and self.of_run:
            found += tuple(value for run in group.runs for value in _several(self.of_run(run)))
        return (any(found),) if self.kind == "flag" else found

    def show(self, group: Group, style: Style = "plain") -> str:
        return self.group_text(group) if self.group_text else self._text(self.of_group(group), style)

    def show_run(self, run: Run | None, style: Style = "plain") -> str:
        """Empty where runs have no such value; None is a run without a record."""
        if self.of_run is None:
            return ""
        if run is None:
            return self._text(None, style)
        return self.run_text(run) if self.run_text else self._text(self.of_run(run), style)

    def as_json(self, group: Group) -> Any:
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
    """A group has the mean over its finished runs with a finite value."""

    of_run: Callable[[Run], float | None]
    of_group: Callable[[Group], Any] = _nothing
    measured: bool = True
    decimals: int = 4
    with_sd: bool = True
    """Show the standard deviation beside the mean."""
    compared: bool = True
    """Include it in comparisons."""

    @property
    def is_share(self) -> bool:
        return self.unit == SHARE

    def figures(self, group: Group) -> dict[int, float]:
        found = ((run.seed, self.of_run(run)) for run in group.finished)
        return {seed: figure for seed, figure in found if figure is not None and math.isfinite(figure)}

    def spread(self, group: Group) -> Spread | None:
        return spread(self.figures(group).values())

    def values(self, group: Group) -> Values:
        known = [*self.figures(group).values()]
        return (mean(known),) if known else ()

    def show(self, group: Group, style: Style = "plain") -> str:
        if self.with_sd:
            return spread_text(self.spread(group), style, self.decimals)
        means = self.values(group)
        return self._text(means[0] if means else None, style)

    def as_json(self, group: Group) -> Any:
        known = self.spread(group)
        return {"mean": json_value(known.mean), "sd": json_value(known.sd)} if known else None

    def _text(self, value: Any, style: Style) -> str:
        if value is None:
            return NOTHING
        text = decimal_text(value, style if self.with_sd else "plain", self.decimals)
        return text.removesuffix("." + "0" * self.decimals) if self.whole else text


def json_value(value: Any) -> Any:
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
