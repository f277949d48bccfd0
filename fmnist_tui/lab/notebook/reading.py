"""A notebook's text as experiments and runs, or one line that says where it is wrong."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar

import rtoml

from fmnist_tui.lab.architecture import Architecture
from fmnist_tui.lab.errors import Mendable
from fmnist_tui.lab.layers import CLASSES
from fmnist_tui.lab.notebook.writing import FORMAT
from fmnist_tui.lab.parameters import ParameterError, shown, spoken
from fmnist_tui.lab.recipe import (
    DATASETS,
    HYPERPARAMETERS,
    DatasetName,
    Hyperparameters,
    Recipe,
    hyperparameters,
)
from fmnist_tui.lab.records import CURVES, STATUSES, Curves, Environment, Experiment, Metrics, Run
from fmnist_tui.lab.shorthand import parse_buildable

T = TypeVar("T")

MOST_REPEATS = 1_000
"""How many repeats an experiment may ask for."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
"""A run's id is also the name of its folder."""


class NotebookError(Mendable):
    """A notebook that cannot be read or written; the message is one line and says how to mend it."""


class _RecordError(Exception):
    """What is wrong with a record, and under which key."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


class _Table:
    """One record's values, taken by key with their types checked."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    def get(self, key: str, kind: type[T] | tuple[type, ...], what: str, default: Any = ...) -> Any:
        """Return a value of a type; `default` where the key is absent, unless that is `...`."""
        value = self.values.get(key)
        if value is None:
            if default is ...:
                raise _RecordError(key, f"{key} is missing")
            return default
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise _RecordError(key, f"{key} must be {what}, not {shown(value)}")
        return value

    def text(self, key: str, default: Any = ...) -> Any:
        return self.get(key, str, "text in quotes", default)

    def whole(self, key: str, low: int, high: int | None = None, default: Any = ...) -> Any:
        value = self.get(key, int, "a whole number", default)
        if isinstance(value, int) and (value < low or (high is not None and value > high)):
            bounds = f"at least {low}" if high is None else f"from {low} to {high:,}"
            raise _RecordError(key, f"{key} must be {bounds}, not {value}")
        return value

    def number(self, key: str, default: Any = ...) -> Any:
        value = self.get(key, (int, float), "a number", default)
        return float(value) if value is not None else None

    def one_of(self, key: str, options: tuple[str, ...], default: Any = ...) -> Any:
        value = self.text(key, default)
        if value is not None and value not in options:
            raise _RecordError(key, f"{key} must be one of {', '.join(options)}, not {shown(value)}")
        return value

    def numbers(self, key: str) -> tuple[float, ...]:
        values = self.get(key, list, "a list of numbers", [])
        if not all(type(value) in (int, float) for value in values):
            raise _RecordError(key, f"{key} must be a list of numbers")
        return tuple(map(float, values))

    def architecture(self) -> Architecture:
        text = self.text("architecture")
        try:
            return _parsed(text)
        except ValueError as error:
            raise _RecordError("architecture", f"architecture: {error}") from None

    def training(self) -> Hyperparameters:
        given = {name: self.values[name] for name in HYPERPARAMETERS if name in self.values}
        for name, value in given.items():
            if isinstance(value, list | dict):
                raise _RecordError(name, f"{name} must be a single value")
        try:
            return _training(tuple((name, type(value), value) for name, value in given.items()))
        except ParameterError as error:
            key = next((name for name in given if str(error).startswith(spoken(name))), "")
            raise _RecordError(key, str(error)) from None


_parsed = lru_cache(maxsize=1024)(parse_buildable)


@lru_cache(maxsize=1024)
def _training(given: tuple[tuple[str, type, Any], ...]) -> Hyperparameters:
    """Return hyperparameters; the types are in the key because 1, 1.0 and true are equal there."""
    return hyperparameters(**{name: value for name, _, value in given})


def read_text(text: str, name: str) -> tuple[tuple[Experiment, ...], tuple[Run, ...]]:
    """Return the experiments and runs that a notebook's text holds, in its order.

    Args:
        text: the whole file.
        name: the file's name, for messages.

    Raises:
        NotebookError: text that is not a notebook; names the file and, where known, the line.
    """
    try:
        document = rtoml.loads(text)
    except rtoml.TomlParsingError as error:
        raise NotebookError(_syntax_message(str(error), name)) from None
    version = document.get("format", FORMAT)
    if type(version) is not int or version != FORMAT:
        newer = isinstance(version, int) and version > FORMAT
        mend = "a newer fmnist-tui wrote it; use that one" if newer else f"write format = {FORMAT}"
        raise NotebookError(f"{name}: format = {shown(version)} is not one that this program reads; {mend}")
    experiments = _records(document, text, name, "experiment", _experiment)
    runs = _records(document, text, name, "run", _run)
    _refuse_twins((each.name for each in experiments), text, name, "experiment", "name")
    _refuse_twins((each.id for each in runs), text, name, "run", "id")
    return experiments, runs


def _records(document: dict[str, Any], text: str, name: str, kind: str, read: Callable[[_Table], T]) -> tuple[T, ...]:
    tables = document.get(kind, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise NotebookError(f"{name}: {kind} must be written as [[{kind}]] tables")
    if kind in document and not _headers(text, kind):
        # Text added at the end could not continue a list that is written in one piece.
        raise NotebookError(f"{name}: write each {kind} as a [[{kind}]] table of its own, not as one list")
    records = []
    for number, table in enumerate(tables):
        try:
            records.append(read(_Table(table)))
        except _RecordError as error:
            place = _place(text, kind, number, error.key)
            raise NotebookError(f"{name}{place}: {kind} {number + 1}: {error}") from None
    return tuple(records)


def _run(table: _Table) -> Run:
    accuracy, loss = table.number("test_accuracy", None), table.number("test_loss", None)
    started = table.get("started", datetime, "a date and time")
    run_id = table.text("id")
    if not _ID.fullmatch(run_id):
        raise _RecordError("id", f"id must be up to 64 letters, digits, - and _, not {shown(run_id)}")
    return Run(
        id=run_id,
        experiment=table.text("experiment"),
        recipe=Recipe(table.architecture(), table.training(), table.one_of("dataset", DATASETS)),
        seed=table.whole("seed", 0),
        status=table.one_of("status", STATUSES),
        started=started if started.tzinfo else started.replace(tzinfo=UTC),
        seconds=table.number("seconds", 0.0),
        parameters=table.whole("parameters", 0),
        curves=_curves(table),
        test=Metrics(accuracy, loss) if accuracy is not None and loss is not None else None,
        confusion=_confusion(table),
        environment=_environment(table),
        reason=table.text("reason", None),
    )


def _experiment(table: _Table) -> Experiment:
    dataset: DatasetName | None = table.one_of("dataset", DATASETS, None)
    published = table.get("published", dict, "a table of test_accuracy and test_loss", None)
    figures = _Table(published) if published is not None else None
    name = table.text("name")
    if not name.strip():
        raise _RecordError("name", "name must not be empty")
    return Experiment(
        name=name,
        architecture=table.architecture(),
        training=table.training(),
        dataset=dataset,
        repeats=table.whole("repeats", 1, MOST_REPEATS, 1),
        published=Metrics(figures.number("test_accuracy"), figures.number("test_loss")) if figures else None,
        section=table.text("section", None),
        note=table.text("note", None),
    )


def _curves(table: _Table) -> Curves:
    curves = Curves(*(table.numbers(name) for name in CURVES))
    if len(curves.accuracy) != curves.epochs:
        raise _RecordError("accuracy", "accuracy and loss must have as many entries")
    if {len(curves.val_accuracy), len(curves.val_loss)} not in ({0}, {curves.epochs}):
        raise _RecordError("val_loss", "val_accuracy and val_loss must have as many entries as loss, or none")
    return curves


def _confusion(table: _Table) -> tuple[tuple[int, ...], ...] | None:
    rows = table.get("confusion", list, "a list of rows", None)
    if rows is None:
        return None
    whole = len(rows) == CLASSES and all(
        isinstance(row, list) and len(row) == CLASSES and all(type(count) is int for count in row) for row in rows
    )
    if not whole:
        raise _RecordError("confusion", f"confusion must be {CLASSES} rows of {CLASSES} whole numbers")
    return tuple(tuple(row) for row in rows)


def _environment(table: _Table) -> Environment | None:
    values = table.get("environment", dict, "a table", None)
    if values is None:
        return None
    known = _Table(values)
    return Environment(*(known.text(name, "unknown") for name in Environment.__slots__))


def _refuse_twins(keys: Iterable[str], text: str, name: str, kind: str, key: str) -> None:
    seen: dict[str, int] = {}
    for number, value in enumerate(keys):
        if value in seen:
            place = _place(text, kind, number, key)
            raise NotebookError(
                f"{name}{place}: {kind} {number + 1} has the {key} of {kind} {seen[value] + 1}, {shown(value)}; "
                f"give one of them another"
            )
        seen[value] = number


def _headers(text: str, kind: str) -> list[int]:
    """Return the offsets of the table headers of a kind."""
    return [match.start() for match in re.finditer(rf"^[ \t]*\[\[[ \t]*{kind}[ \t]*\]\]", text, re.MULTILINE)]


def _place(text: str, kind: str, number: int, key: str) -> str:
    """Return `, line N` for a key of the `number`th record of a kind (from 0), or nothing where unknown."""
    headers = _headers(text, kind)
    if number >= len(headers):
        return ""
    start = headers[number]
    body = text[start:]
    following = re.compile(r"^[ \t]*\[\[", re.MULTILINE).search(body, body.index("]]"))
    body = body[: following.start()] if following else body
    if key and (match := re.search(rf"^[ \t]*[\"']?{re.escape(key)}[\"']?[ \t]*=", body, re.MULTILINE)):
        start += match.start()
    return f", line {text.count(chr(10), 0, start) + 1}"


def _syntax_message(message: str, name: str) -> str:
    message = " ".join(message.split())
    match = re.fullmatch(r"(.*?) at line (\d+) column \d+", message)
    what, place = (match[1], f", line {match[2]}") if match else (message, "")
    return f"{name}{place}: not TOML: {what}; mend it in an editor, nothing was written"
