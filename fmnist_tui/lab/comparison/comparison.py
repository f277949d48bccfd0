from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from fmnist_tui.lab.experiments.groups import Group, Spread, spread
from fmnist_tui.lab.fields.distinctions import distinctions, told_apart
from fmnist_tui.lab.fields.field import SHARE, Metric
from fmnist_tui.lab.fields.recipe import DATASET, HYPERPARAMETERS
from fmnist_tui.lab.fields.results import METRICS
from fmnist_tui.lab.layers import Layer, describe
from fmnist_tui.lab.records.architecture import Architecture
from fmnist_tui.lab.records.dataset import mark_of
from fmnist_tui.lab.records.difference import paired
from fmnist_tui.lab.records.run import Environment, Run
from fmnist_tui.lab.records.shorthand import shorthand
from fmnist_tui.lab.statistics.baseline import family_of
from fmnist_tui.lab.statistics.class_errors import class_report
from fmnist_tui.lab.statistics.intervals import (
    Difference,
    Interval,
    McNemar,
    difference_by_seed,
    interval,
    mcnemar,
    same_images,
)
from fmnist_tui.lab.statistics.verdicts import (
    CorrectedDifference,
    Family,
    Verdict,
    corrected_differences,
    differences_to,
    verdict,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


LayerRow = tuple[Layer | None, ...]
"""One layer per network; None where it has no such layer."""


def aligned(networks: Sequence[Architecture]) -> tuple[LayerRow, ...]:
    """Return the layers of several networks in rows, in each network's order, matched by `difference.paired`."""
    rows: list[LayerRow] = []
    for place, network in enumerate(networks):
        rows = _joined(rows, network.layers, place)
    return tuple(rows)


def _joined(rows: Sequence[LayerRow], layers: tuple[Layer, ...], place: int) -> list[LayerRow]:
    speakers = tuple(next(layer for layer in row if layer is not None) for row in rows)
    remaining = iter(rows)
    joined: list[LayerRow] = []
    for pair in paired(speakers, layers):
        known = (None,) * place if pair.before is None else next(remaining)
        joined.append((*known, pair.after))
    return joined


def described(row: LayerRow) -> tuple[str | None, ...]:
    """In words, or in shorthand where different layers would read the same."""
    distinct = {layer for layer in row if layer is not None}
    hidden = len({describe(layer) for layer in distinct}) < len(distinct)
    return tuple(None if layer is None else layer.token() if hidden else describe(layer) for layer in row)


MOST = 12

Value = str | int | float | None

COMPARED = tuple(metric for metric in METRICS if metric.compared)
"""The main metric first."""


@dataclass(frozen=True, slots=True)
class ComparedExperiment:
    name: str
    """The experiment's name, with a suffix where two are the same."""
    group: Group

    @property
    def shorthand(self) -> str:
        return shorthand(self.group.recipe.architecture)


@dataclass(frozen=True, slots=True)
class PropertyRow:
    label: str
    values: tuple[Value, ...]

    @property
    def differs(self) -> bool:
        return len(set(self.values)) > 1


@dataclass(frozen=True, slots=True)
class MetricCell:
    spread: Spread | None
    interval: Interval | None = None
    difference: Difference | None = None
    """To the first column; None for that itself, single runs and another dataset."""
    verdict: Verdict | None = None
    among: int = 0
    """How many differences the verdict's p is corrected for."""


@dataclass(frozen=True, slots=True)
class MetricRow:
    metric: Metric
    cells: tuple[MetricCell, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    columns: tuple[ComparedExperiment, ...]
    settings: tuple[PropertyRow, ...]
    """The dataset and the hyperparameters that differ."""
    layers: tuple[PropertyRow, ...]
    """All layers, aligned; empty where the networks are equal."""
    environment: tuple[PropertyRow, ...]
    """Versions and machines that differ; several in one column are joined by `, `."""
    parameters: tuple[int, ...]
    """Weights of each network."""
    metrics: tuple[MetricRow, ...]
    classes: tuple[MetricRow, ...]
    """F1 on the test set; empty where no run has a confusion matrix."""
    predictions: tuple[McNemar | None, ...] = ()
    """Each column against the first; empty unless predictions were given."""


def compare(
    groups: Sequence[Group],
    right: Sequence["ArrayLike | None"] = (),
    *,
    known: Sequence[Group] = (),
    everything: bool = False,
) -> Comparison:
    """Return what differs between two or more groups.

    Args:
        groups: the first is the reference.
        right: per group, if it is a single run with stored predictions, whether each test image is classified
            correctly, shape (10,000,); else None.
        known: all groups of the notebook, for whose number p values are corrected; by default those compared.
        everything: include equal settings, layers and environment.
    """
    answers = tuple(right)
    among = (*known, *(group for group in groups if all(group is not each for each in known)))
    tests = [_tested(each, answers[0]) for each in answers[1:]] if answers else []
    return Comparison(
        columns=_columns(groups),
        settings=_shown(_settings(groups), everything),
        layers=_layers(groups, everything),
        environment=_shown(_environment(groups, everything), everything),
        parameters=tuple(group.recipe.architecture.parameters for group in groups),
        metrics=tuple(_judged(row, groups, among) for row in _metrics(groups, COMPARED)),
        classes=_classes(groups),
        predictions=(None, *tests) if any(tests) else (),
    )


def _columns(groups: Sequence[Group]) -> tuple[ComparedExperiment, ...]:
    apart = distinctions(groups)
    names = told_apart(
        [group.name for group in groups],
        ["older recipe" if group.older else "" for group in groups],
        [mark_of(group.recipe.dataset) for group in groups],
        [apart.get(id(group), "") for group in groups],
        [f"seed {group.runs[0].seed}" if len(group.runs) == 1 else "" for group in groups],
    )
    return tuple(map(ComparedExperiment, names, groups))


def _shown(rows: Iterable[PropertyRow], everything: bool) -> tuple[PropertyRow, ...]:
    return tuple(row for row in rows if everything or row.differs)


def _settings(groups: Sequence[Group]) -> Iterator[PropertyRow]:
    for field in (DATASET, *HYPERPARAMETERS):
        yield PropertyRow(field.words, tuple(field.of_group(group) for group in groups))


def _layers(groups: Sequence[Group], everything: bool) -> tuple[PropertyRow, ...]:
    rows = aligned([group.recipe.architecture for group in groups])
    found = tuple(PropertyRow(f"layer {number}", described(row)) for number, row in enumerate(rows, 1))
    return found if everything or any(row.differs for row in found) else ()


def _environment(groups: Sequence[Group], everything: bool) -> Iterator[PropertyRow]:
    for field in fields(Environment):
        values = tuple(_in_environment(group, field.name) for group in groups)
        known = {value for value in values if value is not None}
        if len(known) > 1 or (known and everything):
            yield PropertyRow({"fmnist_tui": "fmnist-tui"}.get(field.name, field.name), values)


def _in_environment(group: Group, name: str) -> str | None:
    found = dict.fromkeys(getattr(run.environment, name) for run in group.finished if run.environment)
    return ", ".join(sorted(found)) or None


def _classes(groups: Sequence[Group]) -> tuple[MetricRow, ...]:
    if not any(run.confusion for group in groups for run in group.finished):
        return ()
    if len({group.recipe.classes.names for group in groups}) > 1:
        return ()  # a class of one dataset is none of the other
    report = lru_cache(maxsize=None)(class_report)  # every class needs the report of every run

    def f1_of(label: int) -> Callable[[Run], float | None]:
        return lambda run: report(run.confusion)[label].f1 if run.confusion else None

    metrics = [
        Metric(
            key=f"f1_{label}",
            title=f"F1 {name}",
            help="harmonic mean of precision and recall",
            words=f"F1 of {name}",
            of_run=f1_of(label),
            unit=SHARE,
            better="more",
        )
        for label, name in enumerate(groups[0].recipe.classes.names)
    ]
    return _together(_metrics(groups, metrics))


def _metrics(groups: Sequence[Group], metrics: Iterable[Metric]) -> Iterator[MetricRow]:
    for metric in metrics:
        cells = tuple(_cells(groups, metric))
        if any(cell.spread for cell in cells):
            yield MetricRow(metric, cells)


def _cells(groups: Sequence[Group], metric: Metric) -> Iterator[MetricCell]:
    first = groups[0]
    theirs = metric.figures(first)
    for place, group in enumerate(groups):
        ours = metric.figures(group)
        comparable = place and group.recipe.dataset == first.recipe.dataset
        yield MetricCell(
            spread(ours.values()),
            interval([*ours.values()]),
            difference_by_seed(ours, theirs, paired=same_images(group, first)) if comparable else None,
        )


def _judged(row: MetricRow, groups: Sequence[Group], known: Sequence[Group]) -> MetricRow:
    families: dict[int, Family] = {}

    def family(reference: Group) -> Family:
        if id(reference) not in families:
            theirs = row.metric.figures(reference)
            families[id(reference)] = differences_to(
                reference,
                known,
                lambda other: difference_by_seed(
                    row.metric.figures(other), theirs, paired=same_images(other, reference)
                ),
            )
        return families[id(reference)]

    def corrected(group: Group) -> CorrectedDifference:
        reference = family_of(group, groups[0], known)
        return family(reference)[id(groups[0] if reference is group else group)]

    return _with_verdicts(
        row,
        [corrected(group) if cell.difference else None for group, cell in zip(groups, row.cells, strict=True)],
    )


def _together(rows: Iterable[MetricRow]) -> tuple[MetricRow, ...]:
    rows = tuple(rows)
    found = iter(corrected_differences([cell.difference for row in rows for cell in row.cells]))
    return tuple(_with_verdicts(row, [next(found) for _ in row.cells]) for row in rows)


def _with_verdicts(row: MetricRow, found: Iterable[CorrectedDifference | None]) -> MetricRow:
    cells = (
        replace(cell, verdict=verdict(cell.difference, each.p), among=each.among) if cell.difference and each else cell
        for cell, each in zip(row.cells, found, strict=True)
    )
    return replace(row, cells=tuple(cells))


def _tested(ours: "ArrayLike | None", first: "ArrayLike | None") -> McNemar | None:
    return None if ours is None or first is None else mcnemar(ours, first)
