"""The notebook a run belongs to, stored in the run's folder."""

import json
from dataclasses import dataclass
from pathlib import Path

from fmnist_tui.lab.runs.files import RunFolderError, read_regular, write_atomic

NAME = "notebook.json"
_MOST_BYTES = 4_096


@dataclass(frozen=True, slots=True)
class Owner:
    notebook: str
    holds: str | None = None
    """Id of a run in that notebook, which identifies it after renaming."""


def write_owner(folder: Path, owner: Owner) -> None:
    values = {"notebook": owner.notebook, "holds": owner.holds}
    write_atomic(folder / NAME, lambda file: file.write(json.dumps(values).encode("ascii") + b"\n"))


def read_owner(folder: Path) -> Owner | None:
    """Return the owner, or None if an older version wrote none."""
    try:
        values = json.loads(read_regular(folder / NAME, _MOST_BYTES) or b"{}")
        notebook, holds = values.get("notebook"), values.get("holds")
    except (RunFolderError, ValueError, AttributeError, RecursionError):
        return None
    if not isinstance(notebook, str):
        return None
    return Owner(notebook, holds if isinstance(holds, str) else None)
