"""Which notebook a run belongs to, as a small file in the run's folder says."""

import json
from dataclasses import dataclass
from pathlib import Path

from fmnist_tui.lab.runs.files import RunFolderError, read_regular, write_whole

NAME = "notebook.json"
_MOST_BYTES = 4_096


@dataclass(frozen=True, slots=True)
class Owner:
    """The notebook that a run's folder belongs to."""

    notebook: str
    """The notebook's file name; it lies beside `runs/`."""
    holds: str | None = None
    """The id of a run that the notebook had then: so it is known under another name, or another under its name."""


def write_owner(folder: Path, owner: Owner) -> None:
    """Write down whose a folder is; RunFolderError where it cannot be written."""
    told = {"notebook": owner.notebook, "holds": owner.holds}
    write_whole(folder / NAME, lambda file: file.write(json.dumps(told).encode("ascii") + b"\n"))


def read_owner(folder: Path) -> Owner | None:
    """Return whose a folder is, or None where it does not say: it is of an older version."""
    try:
        told = json.loads(read_regular(folder / NAME, _MOST_BYTES) or b"{}")
        notebook, holds = told.get("notebook"), told.get("holds")
    except (RunFolderError, ValueError, AttributeError, RecursionError):
        return None
    if not isinstance(notebook, str):
        return None
    return Owner(notebook, holds if isinstance(holds, str) else None)
