"""Orders to change the queue behind a run, each a file in its folder until the program that trains there takes it."""

import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.files import RunFolderError, read_regular, write_atomic
from fmnist_tui.lab.toml.reading import NotebookError, read_records
from fmnist_tui.lab.toml.writing import record_text, run_record

PREFIX, SUFFIX = "order-", ".json"
_MOST_BYTES = 1024**2


@dataclass(frozen=True, slots=True)
class Cancel:
    run_id: str
    """The id of a queued run, as in `queued.toml`."""


@dataclass(frozen=True, slots=True)
class Move:
    run_id: str
    by: int
    """Places towards the end of the queue; negative towards its start."""


@dataclass(frozen=True, slots=True)
class PutBack:
    run: Run
    before: str | None
    """The id of the queued run that follows it; None for the end."""


QueueOrder = Cancel | Move | PutBack


def leave_order(folder: Path, order: QueueOrder) -> None:
    """Leave an order for the program that trains in a folder; RunFolderError if it cannot be written."""
    text = json.dumps(_as_json(order))
    # The name sorts by time.
    path = folder / f"{PREFIX}{time.time_ns():020}{SUFFIX}"
    write_atomic(path, lambda file: file.write(text.encode("ascii")))


def take_orders(folder: Path) -> tuple[QueueOrder, ...]:
    """Return and remove the orders left in a folder, oldest first; invalid ones are only removed."""
    try:
        with os.scandir(folder) as entries:
            names = sorted(each.name for each in entries if each.name.startswith(PREFIX) and each.name.endswith(SUFFIX))
    except OSError:
        return ()
    found: list[QueueOrder] = []
    for path in (folder / name for name in names):
        with suppress(RunFolderError, NotebookError, ValueError, KeyError, TypeError, RecursionError):
            found.append(_order(json.loads(read_regular(path, _MOST_BYTES) or b"")))
        with suppress(OSError):
            path.unlink()
    return tuple(found)


def _as_json(order: QueueOrder) -> Mapping[str, Any]:
    match order:
        case Cancel(run_id):
            return {"do": "cancel", "run": run_id}
        case Move(run_id, by):
            return {"do": "move", "run": run_id, "by": by}
        case PutBack(run, before):
            return {"do": "put back", "record": record_text("run", run_record(run)), "before": before}


def _order(values: Mapping[str, Any]) -> QueueOrder:
    match values["do"]:
        case "cancel":
            return Cancel(str(values["run"]))
        case "move":
            return Move(str(values["run"]), int(values["by"]))
        case "put back":
            (run,) = read_records(str(values["record"])).runs
            return PutBack(run, None if values["before"] is None else str(values["before"]))
        case other:
            raise ValueError(other)
