"""Experiments and runs as values for JSON."""

import math
from collections.abc import Container
from typing import Any

from fmnist_tui.lab.notebook.writing import experiment_record, run_record
from fmnist_tui.lab.records import CURVES, Run
from fmnist_tui.lab.results import Group, Spread
from fmnist_tui.lab.shorthand import shorthand


def run_json(run: Run, running: Container[str] = ()) -> dict[str, Any]:
    """Return a run as JSON has it: the notebook's keys, with the curves under `history`; what it lacks is null.

    Args:
        run: the run.
        running: the ids of the runs that are being trained; their status is `running`.
    """
    record = run_record(run)
    if run.id in running:
        record["status"] = "running"
    history = {name: finite(record.pop(name)) for name in CURVES}
    record["started"] = run.started.isoformat()
    record["starred"] = run.starred
    return {key: finite(value) for key, value in record.items()} | {"history": history}


def group_json(group: Group, running: Container[str] = ()) -> dict[str, Any]:
    """Return an experiment under one recipe as JSON has it: recipe, plan, statistics and its runs, as `run_json`."""
    plan = experiment_record(group.plan) if group.plan else {}
    return {
        "name": group.name,
        "architecture": shorthand(group.recipe.architecture),
        "parameters": group.recipe.architecture.parameters,
        "dataset": group.recipe.dataset,
        **group.recipe.training.as_record(),
        "repeats": plan.get("repeats"),
        "published": finite(plan.get("published")),
        "section": plan.get("section"),
        "hypothesis": plan.get("hypothesis"),
        "note": plan.get("note"),
        "starred": bool(plan.get("starred")),
        "baseline": bool(plan.get("baseline")),
        "older": group.older,
        "n": len(group.finished),
        "test_accuracy": _spread(group.test_accuracy),
        "test_loss": _spread(group.test_loss),
        "val_accuracy": _spread(group.val_accuracy),
        "seconds": _spread(group.seconds),
        "runs": [run_json(run, running) for run in group.runs],
    }


def _spread(spread: Spread | None) -> dict[str, float | None] | None:
    return {"mean": finite(spread.mean), "sd": finite(spread.sd)} if spread else None


def finite(value: Any) -> Any:
    """Return a value that JSON can hold, with null for each number in it that is not finite."""
    match value:
        case float():
            return value if math.isfinite(value) else None
        case list() | tuple():
            return [finite(each) for each in value]
        case dict():
            return {key: finite(each) for key, each in value.items()}
    return value
