import json
import math
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.run import CURVES, Curves, Run
from fmnist_tui.lab.runs.files import RunFolderError, read_regular, spoken
from fmnist_tui.lab.toml.reading import NotebookError, read_text
from fmnist_tui.lab.toml.writing import record_text, run_record

FORMAT = 1

MOST_BYTES = 64 * 1024**2

_KEY = re.compile("[a-z_]+")


class Journal(NamedTuple):
    run: Run
    """The run so far; its status is interrupted."""
    process: int | None
    """Id of the last process that wrote."""


def header_line(run: Run) -> bytes:
    record = run_record(run) | {"started": run.started.isoformat()}
    plan = {key: value for key, value in record.items() if value is not None and key not in CURVES}
    return _line({"format": FORMAT, "process": os.getpid(), "run": plan})


def resumed_line() -> bytes:
    return _line({"process": os.getpid()})


def epoch_line(curves: Curves, seconds: float) -> bytes:
    figures = {name: values[-1] for name in CURVES if (values := getattr(curves, name))}
    return _line({"epoch": curves.epochs, "seconds": round(seconds, 3), **figures})


def read_journal(path: Path) -> Journal | None:
    """Read a journal; None without a complete line, RunFolderError if the first does not describe a run.

    Lines torn by a crash are skipped. If a resumed training repeated an epoch, the later line counts; if both are
    equal, the epochs that first followed still count.
    """
    content = read_regular(path, MOST_BYTES)
    if content is None or b"\n" not in content:
        return None
    first, _, rest = content.partition(b"\n")
    header = _values(first)
    if header is None or header.get("format") != FORMAT or not isinstance(header.get("run"), dict):
        raise RunFolderError(f"{spoken(path)}: its first line does not say what was trained; remove it")
    run = _run(header["run"], path)
    lines = [values for line in rest.split(b"\n") if (values := _values(line)) is not None]
    curves, seconds = _epochs(lines, run.recipe.training.epochs)
    reason = interruption(curves.epochs, run.recipe.training.epochs)
    run = replace(run, status="interrupted", reason=reason, curves=curves, seconds=seconds)
    processes = (line["process"] for line in (header, *lines) if type(line.get("process")) is int)
    return Journal(run, next(reversed([*processes]), None))


def most_epochs(path: Path) -> int:
    """Count the epochs a journal can hold at most, without parsing it; -1 if there is none."""
    content = read_regular(path, MOST_BYTES)
    return -1 if content is None else content.count(b"\n") - content.endswith(b"\n")


def interruption(trained: int, planned: int) -> str:
    when = f"in epoch {trained + 1} of {planned}" if trained < planned else f"after epoch {trained} of {planned}"
    return f"interrupted {when}"


def _line(values: Mapping[str, Any]) -> bytes:
    return json.dumps(values).encode("ascii") + b"\n"


def _values(line: bytes) -> dict[str, Any] | None:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return values if isinstance(values, dict) else None


def _run(record: dict[str, Any], path: Path) -> Run:
    try:
        started = datetime.fromisoformat(str(record.get("started")))
        plain = {key: value for key, value in record.items() if _KEY.fullmatch(key)}
        contents = read_text(record_text("run", plain | {"started": started}), spoken(path))
    except (NotebookError, ValueError, TypeError, RecursionError) as error:
        raise RunFolderError(
            f"{spoken(path)}: its first line does not describe a run; remove it ({visible(str(error))})"
        ) from None
    return contents.runs[0]


def _epochs(lines: Iterable[Mapping[str, Any]], most: int) -> tuple[Curves, float]:
    kept: list[Mapping[str, Any]] = []
    for line in _epoch_lines(lines):
        epoch = line["epoch"]
        if not 1 <= epoch <= min(len(kept) + 1, most) or (kept and line.keys() != kept[0].keys()):
            continue
        before = kept[epoch - 1] if epoch <= len(kept) else None
        if before is None or any(line.get(name) != before.get(name) for name in CURVES):
            kept[epoch - 1 :] = [line]
    curves = Curves(*(tuple(float(line[name]) for line in kept if name in line) for name in CURVES))
    return curves, float(kept[-1]["seconds"]) if kept else 0.0


def _epoch_lines(lines: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for line in lines:
        epoch_values = {name: line[name] for name in ("epoch", "seconds", *CURVES) if name in line}
        validated = {"val_accuracy", "val_loss"} & epoch_values.keys()
        complete = {"epoch", "seconds", "accuracy", "loss"} <= epoch_values.keys() and len(validated) in (0, 2)
        if complete and type(epoch_values["epoch"]) is int and all(map(_is_figure, epoch_values.values())):
            yield epoch_values


def _is_figure(value: object) -> bool:
    try:
        return type(value) in (int, float) and math.isfinite(value)  # type: ignore[arg-type]  # narrowed just before
    except OverflowError:  # an integer too large for a float
        return False
