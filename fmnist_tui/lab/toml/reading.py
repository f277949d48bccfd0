import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

import rtoml

from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.gc_pauses import gc_paused
from fmnist_tui.lab.layers import CLASSES
from fmnist_tui.lab.parameters import shown
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.dataset import DATASETS, DatasetName, DatasetNameError, checked_name, register
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.run import CURVES, STATUSES, Curves, Environment, Experiment, Metrics, Run
from fmnist_tui.lab.toml import migration
from fmnist_tui.lab.toml.parsing import parsed
from fmnist_tui.lab.toml.record_table import RecordError, RecordTable

if TYPE_CHECKING:
    from fmnist_tui.lab.toml.remarks import Owner

T = TypeVar("T")

MOST_REPEATS = 1_000

RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
"""Run ids are also folder names."""


class NotebookError(UserError):
    pass


@dataclass(frozen=True, slots=True)
class Notebook:
    experiments: tuple[Experiment, ...] = ()
    runs: tuple[Run, ...] = ()
    remarks: tuple[str, ...] = ()
    """Warnings, one line each: probably mistyped keys, or keys from other programs."""
    mistakes: Mapping[str, str] = field(default_factory=dict)
    """The first warning of each plan by name; those of the top of the file under an empty name."""
    unknown: "Mapping[Owner, dict[str, Any]]" = field(default_factory=dict)
    """Unknown keys by record; every edit keeps them."""
    format: int = migration.FORMAT

    def mistake_in(self, plans: Iterable[str]) -> str | None:
        first = next((self.mistakes[name] for name in plans if name in self.mistakes), None)
        if first is None:
            return None
        more = len(self.remarks) - 1
        return f"nothing is trained: {first}" + (f" ({more} more: `fmnist-tui list` names them)" if more else "")


def read_text(text: str, name: str, unnamed: int = migration.OLDEST) -> Notebook:
    """Parse the notebook `name`; `unnamed` is the format of a text that names none. NotebookError gives the line."""
    with gc_paused():
        return _read(text, name, unnamed)


def read_records(text: str, name: str = "new record") -> Notebook:
    return read_text(text, name, migration.FORMAT)


def _read(text: str, name: str, unnamed: int) -> Notebook:
    try:
        document = parsed(text)
    except rtoml.TomlParsingError as error:
        raise NotebookError(_syntax_message(str(error), name)) from None
    version = document.get("format", unnamed)
    try:
        document = migration.migrated(document, version)
    except migration.UnknownFormat as error:
        raise NotebookError(f"{name}: {error}") from None
    unknown: dict[Owner, dict[str, Any]] = {}
    known = {"": {"format", "experiment", "run"}, "experiment": set[str](), "run": set[str]()}
    if own := {key: value for key, value in document.items() if key not in known[""]}:
        unknown["", 0] = own
    if document and not document.keys() & known[""]:
        raise NotebookError(f"{name}: {_no_notebook(document)}")
    experiments = _records(document, text, name, "experiment", _experiment, known["experiment"], unknown)
    runs = _records(document, text, name, "run", _run, known["run"], unknown)
    _refuse_duplicates((each.name for each in experiments), text, name, "experiment", "name")
    _refuse_duplicates((each.id for each in runs), text, name, "run", "id")
    if not unknown:
        return Notebook(experiments, runs, format=version)
    from fmnist_tui.lab.toml.remarks import remarks

    warnings = remarks(document, unknown, known, text, name)
    mistakes = {
        experiments[number].name if kind else "": line
        for (kind, number), line in warnings.mistakes.items()
        if kind != "run"
    }
    return Notebook(experiments, runs, warnings.lines, mistakes, unknown, version)


def _records(
    document: dict[str, Any],
    text: str,
    name: str,
    kind: str,
    read: Callable[[RecordTable], T],
    known_keys: set[str],
    unknown: "dict[Owner, dict[str, Any]]",
) -> tuple[T, ...]:
    tables = document.get(kind, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise NotebookError(f"{name}: {kind} must be written as [[{kind}]] tables")
    if kind in document:
        _refuse_list(text, name, kind)
    records = []
    for number, values in enumerate(tables):
        table = RecordTable(values, known_keys)
        try:
            records.append(read(table))
        except RecordError as error:
            raise _record_error(error, values, text, name, kind, number) from None
        if own := table.unknown():
            unknown[kind, number] = own
    return tuple(records)


def _refuse_list(text: str, name: str, kind: str) -> None:
    """Refuse records that are written as one inline list: appended text cannot extend it."""
    from fmnist_tui.lab.toml.locating import line_of_root_key

    if line := line_of_root_key(text, kind):
        raise NotebookError(f"{name}, line {line}: write each {kind} as a [[{kind}]] table of its own, not as one list")


def _record_error(
    error: RecordError, values: Mapping[str, Any], text: str, name: str, kind: str, number: int
) -> NotebookError:
    from fmnist_tui.lab.toml.locating import line_suffix
    from fmnist_tui.lab.toml.remarks import hint_for_missing

    place = line_suffix(text, kind, number, error.key)
    hint = "" if error.key in values else hint_for_missing(error.key, values)
    return NotebookError(f"{name}{place}: {kind} {number + 1}: {error}{hint}")


def _run(table: RecordTable) -> Run:
    started = table.get("started", datetime, "a date and time")
    run_id = table.text("id")
    if not RUN_ID.fullmatch(run_id):
        raise RecordError("id", f"id must be up to 64 letters, digits, - and _, not {shown(run_id)}")
    return Run(
        id=run_id,
        experiment=table.text("experiment"),
        recipe=Recipe(table.architecture(), table.training(), _dataset(table)),
        seed=table.whole("seed", 0),
        status=table.one_of("status", STATUSES),
        started=started if started.tzinfo else started.replace(tzinfo=UTC),
        seconds=table.number("seconds", 0.0),
        parameters=table.whole("parameters", 0),
        curves=_curves(table),
        test=table.metrics("test"),
        best=table.metrics("best_test"),
        confusion=_confusion(table),
        dead_units_by_layer=_dead_units(table),
        environment=_environment(table),
        host=table.text("host", None),
        lost_workers=table.whole("lost_workers", 0, default=0),
        reason=table.text("reason", None),
        note=table.text("note", None),
        starred=table.flag("starred"),
    )


def _dataset(table: RecordTable) -> DatasetName:
    """Return a run's dataset; one that the program does not have needs its sums beside it in `data`."""
    name = table.text("dataset")
    facts = table.get("data", dict, "a table of train, test, classes and md5", None)
    if name in DATASETS:
        return str(name)
    if facts is None:
        raise RecordError("dataset", f"dataset must be one of {', '.join(DATASETS)}, not {shown(name)}")
    data = RecordTable(facts)
    classes, sums = data.get("classes", list, "an array of strings"), data.get("md5", dict, "a table of sums")
    try:
        if len(classes) != CLASSES or not all(isinstance(each, str) for each in classes):
            raise RecordError("data", f"data: classes must be {CLASSES} strings")
        if not sums or not all(isinstance(each, str) for each in sums.values()):
            raise RecordError("data", "data: md5 must be a table of strings")
        return register(_name_of_data(name), data.whole("train", 1), data.whole("test", 1), classes, sums)
    except RecordError as error:
        raise RecordError(error.key if error.key == "dataset" else "data", str(error)) from None


def _name_of_data(name: str) -> DatasetName:
    try:
        return checked_name(name)
    except DatasetNameError as error:
        raise RecordError("dataset", f"dataset: {error}") from None


def _experiment(table: RecordTable) -> Experiment:
    dataset: DatasetName | None = table.text("dataset", None)
    if dataset is not None and dataset not in DATASETS:
        dataset = _name_of_data(dataset)
    published = table.get("published", dict, "a table of test_accuracy and test_loss", None)
    figures = RecordTable(published) if published is not None else None
    name = table.text("name")
    if not name.strip():
        raise RecordError("name", "name must not be empty")
    return Experiment(
        name=name,
        architecture=table.architecture(),
        training=table.training(),
        dataset=dataset,
        repeats=table.whole("repeats", 1, MOST_REPEATS, 1),
        published=Metrics(figures.number("test_accuracy"), figures.number("test_loss")) if figures else None,
        section=table.text("section", None),
        hypothesis=table.text("hypothesis", None),
        note=table.text("note", None),
        starred=table.flag("starred"),
        baseline=table.flag("baseline"),
    )


def _curves(table: RecordTable) -> Curves:
    curves = Curves(*(table.numbers(name) for name in CURVES))
    if len(curves.accuracy) != curves.epochs:
        raise RecordError("accuracy", "accuracy and loss must have as many entries")
    if {len(curves.val_accuracy), len(curves.val_loss)} not in ({0}, {curves.epochs}):
        raise RecordError("val_loss", "val_accuracy and val_loss must have as many entries as loss, or none")
    return curves


def _confusion(table: RecordTable) -> tuple[tuple[int, ...], ...] | None:
    rows = table.get("confusion", list, "an array of rows", None)
    if rows is None:
        return None
    whole = len(rows) == CLASSES and all(
        isinstance(row, list) and len(row) == CLASSES and all(type(count) is int for count in row) for row in rows
    )
    if not whole:
        raise RecordError("confusion", f"confusion must be {CLASSES} rows of {CLASSES} integers")
    return tuple(tuple(row) for row in rows)


def _dead_units(table: RecordTable) -> tuple[int, ...] | None:
    counts = table.get("dead_units_by_layer", list, "an array of integers", None)
    if counts is None:
        return None
    if not all(type(count) is int and count >= 0 for count in counts):
        raise RecordError("dead_units_by_layer", "dead_units_by_layer must be an array of integers, each 0 or more")
    return tuple(counts)


def _environment(table: RecordTable) -> Environment | None:
    values = table.get("environment", dict, "a table", None)
    if values is None:
        return None
    entries = RecordTable(values)
    return Environment(*(entries.text(name, "unknown") for name in Environment.__slots__))


def _refuse_duplicates(keys: Iterable[str], text: str, name: str, kind: str, key: str) -> None:
    seen: dict[str, int] = {}
    for number, value in enumerate(keys):
        if value in seen:
            from fmnist_tui.lab.toml.locating import line_suffix

            place = line_suffix(text, kind, number, key)
            raise NotebookError(
                f"{name}{place}: {kind} {number + 1} has the {key} of {kind} {seen[value] + 1}, {shown(value)}; "
                f"give one of them another"
            )
        seen[value] = number


def _no_notebook(document: Mapping[str, Any]) -> str:
    named = ", ".join(f"`{visible(key, 30)}`" for key in islice(document, 3))
    near = next((each for each in ("experiment", "run") for key in document if key.lower() in (each, f"{each}s")), None)
    advice = f"write [[{near}]]" if near else "name another file with --file"
    return f"not a notebook: it has {named} and neither format, [[experiment]] nor [[run]]; {advice}"


def _syntax_message(message: str, name: str) -> str:
    message = " ".join(message.split())
    match = re.fullmatch(r"(.*?) at line (\d+) column \d+", message)
    what, place = (match[1], f", line {match[2]}") if match else (message, "")
    return f"{name}{place}: not TOML: {what}; correct it in an editor, nothing was written"
