from collections.abc import Container
from typing import Any

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.field import json_value
from fmnist_tui.lab.fields.record import STATUS, states
from fmnist_tui.lab.fields.registry import FIELDS
from fmnist_tui.lab.records.run import CURVES, Run
from fmnist_tui.lab.toml.writing import experiment_record, run_record


def run_json(run: Run, running: Container[str] = ()) -> dict[str, Any]:
    """Return a run as JSON: the notebook's keys, derived fields such as `accuracy_gap`, and the curves under `history`.

    Missing values are null; a run whose id is in `running` has the status `running`.
    """
    record = run_record(run)
    if run.id in running:
        record["status"] = "running"
    history = {name: record.pop(name) for name in CURVES}
    fields = {field.name: field.of_run(run) for field in FIELDS.values() if field.of_run}
    record |= {name: value for name, value in fields.items() if name not in record} | {"starred": run.starred}
    return {name: json_value(value) for name, value in (record | {"history": history}).items()}


def group_json(group: Group, running: Container[str] = ()) -> dict[str, Any]:
    """Return an experiment as JSON: its fields, published metrics and runs; `running` as for `run_json`."""
    plan = experiment_record(group.plan) if group.plan else {}
    return {
        **{field.name: field.as_json(group) for field in FIELDS.values() if not field.json_in_runs},
        STATUS.name: json_value(states(group, running)),
        "published": json_value(plan.get("published")),
        "runs": [run_json(run, running) for run in group.runs],
    }
