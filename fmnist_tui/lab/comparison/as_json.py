from dataclasses import asdict
from typing import Any

from fmnist_tui.lab.comparison.comparison import ComparedExperiment, Comparison, MetricCell, MetricRow, PropertyRow
from fmnist_tui.lab.fields.field import json_value
from fmnist_tui.lab.records.dataset import name_of
from fmnist_tui.lab.statistics.intervals import McNemar


def as_json(comparison: Comparison) -> dict[str, Any]:
    """Return JSON values; lists have one entry per column, null where a value is missing.

    Accuracies and differences are parts of 1; `difference` has the uncorrected p, `verdict` the corrected one.
    """
    values = {
        "experiments": [
            _column(column, count) for column, count in zip(comparison.columns, comparison.parameters, strict=True)
        ],
        "settings": _rows(comparison.settings),
        "layers": [list(row.values) for row in comparison.layers],
        "environment": _rows(comparison.environment),
        "metrics": {row.metric.name: _cells(row) for row in comparison.metrics},
        "classes": {row.metric.words.removeprefix("F1 of "): _cells(row) for row in comparison.classes},
        "predictions": [found and _mcnemar(found) for found in comparison.predictions],
    }
    return {key: json_value(value) for key, value in values.items()}


def _column(column: ComparedExperiment, parameters: int) -> dict[str, Any]:
    group = column.group
    return {
        "name": column.name,
        "experiment": group.name,
        "architecture": column.shorthand,
        "parameters": parameters,
        "dataset": name_of(group.recipe.dataset),
        "n": len(group.finished),
        "seeds": [run.seed for run in group.finished],
        "runs": [run.id for run in group.runs],
    }


def _rows(rows: tuple[PropertyRow, ...]) -> dict[str, list[Any]]:
    return {row.label: list(row.values) for row in rows}


def _cells(row: MetricRow) -> list[dict[str, Any] | None]:
    return [_cell(cell) if cell.spread else None for cell in row.cells]


def _cell(cell: MetricCell) -> dict[str, Any]:
    spread, interval, difference, verdict = cell.spread, cell.interval, cell.difference, cell.verdict
    return {
        "n": spread.n if spread else 0,
        "mean": spread.mean if spread else None,
        "sd": spread.sd if spread else None,
        "interval": [interval.low, interval.high] if interval else None,
        "difference": asdict(difference) if difference else None,
        "verdict": asdict(verdict) | {"text": str(verdict)} if verdict else None,
    }


def _mcnemar(found: McNemar) -> dict[str, Any]:
    return {
        "both": found.both,
        "only_this": found.only_a,
        "only_first": found.only_b,
        "neither": found.neither,
        "difference": found.mean,
        "p": found.p,
    }
