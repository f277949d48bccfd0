"""Edit single records of a notebook's text and leave all other lines unchanged."""

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import rtoml

from fmnist_tui.lab.notebook.equality import alike
from fmnist_tui.lab.notebook.placing import place_of, placed
from fmnist_tui.lab.parameters import shown
from fmnist_tui.lab.plain_text import line_end
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.run import Experiment, Run
from fmnist_tui.lab.toml import migration
from fmnist_tui.lab.toml.locating import RecordPlace, Statement, sections, statements
from fmnist_tui.lab.toml.reading import Notebook, NotebookError, read_records
from fmnist_tui.lab.toml.writing import experiment_record, record_text, run_record, value_text

EXPERIMENT_KEYS = ("name", "note", "hypothesis", "starred", "baseline", "repeats")
"""Editable keys of a plan. The recipe is not: its runs were trained with it."""

RUN_KEYS = ("note", "starred")

Changes = Mapping[str, Any]
"""New values by key; None, false and empty text remove the key."""


@dataclass(frozen=True, slots=True)
class Edit:
    text: str
    holds: Callable[[Notebook], bool]
    """Whether the parsed text is the intended notebook."""


@dataclass(frozen=True, slots=True)
class Patch:
    start: int
    end: int
    text: str


def patched(text: str, patches: Iterable[Patch]) -> str:
    parts: list[str] = []
    at = 0
    for patch in sorted(patches, key=lambda each: (each.start, each.end)):
        parts += text[at : patch.start], patch.text
        at = patch.end
    return "".join((*parts, text[at:]))


def edit_run_text(text: str, notebook: Notebook, run_id: str, changes: Changes) -> Edit:
    """Change a run's note or star; NotebookError if there is no such run."""
    _refuse_other_keys(changes, RUN_KEYS)
    number = number_of(run_id, notebook)
    patches = changed_record(text, place_of(text, "run", number, notebook), changes)
    runs = list(notebook.runs)
    runs[number] = replace(runs[number], **_values_as_read(changes, Run))
    return Edit(patched(text, patches), partial(alike, replace(notebook, runs=tuple(runs))))


def edit_experiment_text(text: str, notebook: Notebook, name: str, recipe: Recipe, changes: Changes) -> Edit:
    """Change an experiment's plan; `recipe` selects among recipes that share the name.

    Its runs follow a new name. Runs without a plan get one, at the end, if more than the name changes. Runs of a
    recipe that differs from the plan's can be renamed separately.

    Raises:
        NotebookError: no such experiment, the new name is taken, or the plan's recipe has changed.
    """
    _refuse_other_keys(changes, EXPERIMENT_KEYS)
    plan = next((each for each in notebook.experiments if each.name == name), None)
    current = plan is not None and plan.recipe(recipe.dataset) == recipe
    runs = [run.experiment == name and (current or run.recipe == recipe) for run in notebook.runs]
    if not current and not any(runs):
        raise NotebookError(f"there is no experiment {shown(name)} of this recipe any more; nothing was changed")
    new_name = _values_as_read(changes, Experiment).get("name", name)
    if new_name != name:
        _refuse_taken(new_name, notebook)
    elif plan and not current:
        raise NotebookError(f"the plan of {shown(name)} has another recipe by now; give these runs a name of their own")

    patches: list[Patch] = []
    experiments, changed_runs = list(notebook.experiments), list(notebook.runs)
    if new_name != name:
        for number, place in enumerate(placed(text, "run", notebook)):
            if runs[number]:
                patches += changed_record(text, place, {"experiment": new_name})
                changed_runs[number] = replace(changed_runs[number], experiment=new_name)
    if changes.get("baseline"):
        for number, other in enumerate(experiments):
            if other.baseline and other != plan:
                patches += changed_record(text, place_of(text, "experiment", number, notebook), {"baseline": None})
                experiments[number] = replace(other, baseline=False)
    added = ""
    if plan and current:
        number = notebook.experiments.index(plan)
        patches += changed_record(text, place_of(text, "experiment", number, notebook), changes)
        experiments[number] = replace(plan, **_values_as_read(changes, Experiment))
    elif changes.keys() - {"name"}:
        new = Experiment(new_name, recipe.architecture, recipe.training, recipe.dataset, repeats=sum(runs))
        new = replace(new, **_values_as_read(changes, Experiment))
        experiments.append(new)
        added = on_a_new_line(text) + record_text("experiment", experiment_record(new)).replace("\n", line_end(text))
    expected = replace(notebook, experiments=tuple(experiments), runs=tuple(changed_runs))
    return Edit(patched(text, patches) + added, partial(alike, expected))


def replace_run(text: str, notebook: Notebook, run: Run) -> Edit:
    """Replace a run's record, keeping note and star; NotebookError if there is no such run."""
    number = number_of(run.id, notebook)
    old = notebook.runs[number]
    run = replace(run, note=run.note or old.note, starred=run.starred or old.starred)
    record = run_record(run)
    (as_read,) = read_records(record_text("run", record)).runs
    runs = (*notebook.runs[:number], as_read, *notebook.runs[number + 1 :])
    patches = changed_record(text, place_of(text, "run", number, notebook), record)
    return Edit(patched(text, patches), partial(alike, replace(notebook, runs=runs)))


def changed_record(text: str, place: RecordPlace, changes: Changes) -> list[Patch]:
    own = place.own
    by_key: dict[tuple[str, ...], Statement] = {each.key: each for each in statements(text, own)}
    last = next(reversed(by_key.values()), None)
    patches, added = [], []
    for key, value in changes.items():
        existing = by_key.get((key,))
        if existing and value != "" and _equals(text[existing.value : existing.value_end], value):
            continue
        if value or type(value) in (int, float):
            written = value_text(value)
            if existing:
                patches.append(Patch(existing.value, existing.value_end, written))
            else:
                added.append(f"{last.indent if last else ''}{key} = {written}")
        elif existing:
            patches.append(Patch(existing.start, existing.end, ""))
    if added:
        at = last.end if last else own.body
        ends = _line_end_before(text, at, own.body)
        lines = ends.join(added)
        patches.append(Patch(at, at, lines + ends if not at or text[at - 1] == "\n" else ends + lines))
    return patches


def _line_end_before(text: str, at: int, body: int) -> str:
    for end in (at, body):
        if (before := text[max(end - 2, 0) : end]).endswith("\n"):
            return "\r\n" if before == "\r\n" else "\n"
    return line_end(text)


def _equals(written: str, value: Any) -> bool:
    read = rtoml.loads(f"value = {written}")["value"]
    return type(read) is type(value) and bool(read == value)


def _values_as_read(changes: Changes, record: type[Experiment] | type[Run]) -> dict[str, Any]:
    new_values: dict[str, Any] = {}
    for key, value in changes.items():
        if value or type(value) in (int, float):
            new_values[key] = rtoml.loads(f"value = {value_text(value)}")["value"]
        else:
            new_values[key] = {"starred": False, "baseline": False, "repeats": 1, "name": ""}.get(key)
    return new_values


def _refuse_other_keys(changes: Changes, keys: tuple[str, ...]) -> None:
    if other := changes.keys() - set(keys):
        raise ValueError(f"{', '.join(sorted(other))} cannot be changed")


def _refuse_taken(name: str, notebook: Notebook) -> None:
    if not name.strip():
        raise NotebookError("an experiment's name must not be empty; nothing was changed")
    if any(each.name == name for each in notebook.experiments) or any(run.experiment == name for run in notebook.runs):
        raise NotebookError(f"there is an experiment {shown(name)} already; choose another name")


def number_of(run_id: str, notebook: Notebook) -> int:
    for number, run in enumerate(notebook.runs):
        if run.id == run_id:
            return number
    raise NotebookError(f"there is no run {shown(run_id)} any more; nothing was changed")


def on_a_new_line(text: str) -> str:
    return "" if text.endswith("\n") or not text else line_end(text)


def upgraded(text: str, notebook: Notebook) -> Edit:
    before = rtoml.loads(text)
    after = migration.migrated(deepcopy(before), notebook.format)
    patches = changed_record(text, RecordPlace((next(sections(text)),)), {"format": migration.FORMAT})
    for kind in ("experiment", "run"):
        tables = zip(placed(text, kind, notebook), before.get(kind, []), after.get(kind, []), strict=True)
        for place, old, new in tables:
            changes = {key: new.get(key) for key in {**old, **new} if repr(old.get(key)) != repr(new.get(key))}
            patches += changed_record(text, place, changes)
    return Edit(patched(text, patches), partial(alike, notebook))
