from collections.abc import Container
from dataclasses import dataclass, replace
from typing import Any

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.field import json_value
from fmnist_tui.lab.fields.record import STATUS, states
from fmnist_tui.lab.fields.registry import FIELDS
from fmnist_tui.lab.fields.results import published_figures
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.run import CURVES, Run
from fmnist_tui.lab.toml.reading import Notebook
from fmnist_tui.lab.toml.writing import experiment_record, run_record


@dataclass(frozen=True, slots=True)
class WholeNotebook:
    notebook: Notebook
    """The notebook followed by unrecorded runs; a resumed run replaces its record."""
    running: frozenset[str]
    """Ids of runs being trained."""
    kept: tuple[Run, ...]
    """Runs that ended and are not recorded."""

    @property
    def ended(self) -> Notebook:
        runs = tuple(run for run in self.notebook.runs if run.id not in self.running)
        return replace(self.notebook, runs=runs)


def read_whole_notebook(file: NotebookFile) -> WholeNotebook:
    """Read a notebook and its `runs/` without writing."""
    notebook, unrecorded = file.read(), file.unrecorded()
    new = {each.run.id: each.run for each in unrecorded}
    recorded = tuple(new.pop(run.id, run) for run in notebook.runs)
    return WholeNotebook(
        replace(notebook, runs=(*recorded, *new.values())),
        frozenset(each.run.id for each in unrecorded if each.alive),
        tuple(each.run for each in unrecorded if not each.alive),
    )


def unfinished(group: Group, running: frozenset[str]) -> str:
    """Return `1 running, 2 interrupted`: the runs whose seed has not finished."""
    finished = {run.seed for run in group.finished}
    latest = {run.seed: "running" if run.id in running else run.status for run in group.runs}
    words = [word for seed, word in latest.items() if seed not in finished]
    order = ("running", "interrupted", "failed", "stopped")
    return ", ".join(f"{words.count(word)} {word}" for word in order if word in words)


def run_json(run: Run, running: Container[str] = ()) -> dict[str, Any]:
    """Return the notebook's keys, derived fields such as `accuracy_gap`, and the curves under `history`.

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
    plan = experiment_record(group.plan) if group.plan else {}
    return {
        **{field.name: field.as_json(group) for field in FIELDS.values() if not field.json_in_runs},
        STATUS.name: json_value(states(group, running)),
        "published": json_value(plan["published"]) if published_figures(group) else None,
        "runs": [run_json(run, running) for run in group.runs],
    }
