"""Which of the notebooks beside `runs/` owns which folder in it.

A run's folder names its notebook and a run in it. If this run (or the folder's own) is now in another notebook and not
in the one of that name, the notebook was renamed and the folder follows it. Folders of older versions name none: they
belong to the one notebook that has the run; else to `experiments.toml`; else to the only notebook.
"""

import os
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from fmnist_tui.lab.notebook.source import Signature, signature_of
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.runs.files import RunFolderError, read_regular
from fmnist_tui.lab.runs.liveness import NAME, Owner, read_owner, write_owner

_MOST_BYTES = 64 * 1024**2
_RECORD = re.compile(rb"(?m)^[ \t]*\[\[[ \t]*(?:run|experiment)[ \t]*\]\]")
_ID = re.compile(rb"""(?m)^[ \t]*id[ \t]*=[ \t]*["']([A-Za-z0-9_-]{1,64})["']""")


class _Neighbour(NamedTuple):
    is_notebook: bool
    ids: frozenset[str]


class Ownership:
    """Caches the notebooks until they change; `default_owner` is the notebook that owns folders naming none."""

    def __init__(self, notebook: Path, runs_folder: Path, default_owner: str, holds: Callable[[str], bool]) -> None:
        self._notebook = Path(os.path.realpath(notebook))
        self._runs_folder = runs_folder
        self._default_owner = default_owner
        self.holds = holds
        self._owners: dict[str, tuple[Signature | None, Owner | None]] = {}
        self._known: dict[str, tuple[Signature | None, _Neighbour]] = {}
        self._beside: dict[str, _Neighbour] | None = None

    def refresh(self) -> None:
        self._beside = None

    @property
    def name(self) -> str:
        return self._notebook.name

    def owner(self, run_id: str) -> Owner | None:
        signature = signature_of(self._runs_folder / run_id / NAME)
        cached = self._owners.get(run_id)
        if cached is None or cached[0] != signature:
            cached = signature, read_owner(self._runs_folder / run_id) if signature else None
            self._owners[run_id] = cached
        return cached[1]

    def owns(self, run_id: str) -> bool:
        owner = self.owner(run_id)
        if owner is None:
            if self.holds(run_id):
                return self.name == self._default_owner or not self.other_notebook_has_run(run_id)
            return self.inherits and not self.other_notebook_has_run(run_id)
        if owner.notebook != self.name:
            return False
        telling = owner.holds or run_id
        return self.holds(telling) or not self.other_notebook_has_run(telling)

    def named(self, notebook: str | None) -> bool:
        """Return whether a folder's notebook name, if any, means this one."""
        return self.inherits if notebook is None else notebook == self.name

    def mark(self, run_id: str, holds: str | None) -> bool:
        """Make the folder this notebook's, naming one of its runs; return whether that worked."""
        try:
            write_owner(self._runs_folder / run_id, Owner(self.name, holds))
        except RunFolderError:
            return False
        return True

    def explain_owner(self, run_id: str) -> str:
        owner = self.owner(run_id)
        if owner is None or owner.notebook == self.name:
            return f"runs/{run_id} is of another notebook; `fmnist-tui recover --adopt` makes it {visible(self.name)}'s"
        name = visible(owner.notebook)
        return f"runs/{run_id} is {name}'s; `fmnist-tui recover --from {name}` makes it {visible(self.name)}'s"

    @property
    def inherits(self) -> bool:
        """Whether this notebook owns folders that name none and whose run is in no notebook."""
        return self.name == self._default_owner or not any(each.is_notebook for each in self._neighbours().values())

    @property
    def has_default_owner(self) -> bool:
        return self.name != self._default_owner and self._default_owner in self._neighbours()

    def is_beside(self, name: str) -> bool:
        return name in self._neighbours()

    def other_notebook_has_run(self, run_id: str) -> bool:
        return any(run_id in each.ids for each in self._neighbours().values())

    def _neighbours(self) -> dict[str, _Neighbour]:
        if self._beside is None:
            self._beside = {}
            with suppress(OSError), os.scandir(self._notebook.parent) as entries:
                names = [each.name for each in entries if each.name.endswith(".toml") and each.name != self.name]
                self._beside = {name: self._neighbour(name) for name in names}
        return self._beside

    def _neighbour(self, name: str) -> _Neighbour:
        path = self._notebook.with_name(name)
        signature = signature_of(path)
        cached = self._known.get(name)
        if cached is None or cached[0] != signature:
            cached = self._known[name] = signature, _read_neighbour(path)
        return cached[1]


def _read_neighbour(path: Path) -> _Neighbour:
    try:
        content = read_regular(path, _MOST_BYTES) or b""
    except RunFolderError:
        content = b""
    return _Neighbour(_RECORD.search(content) is not None, frozenset(map(bytes.decode, _ID.findall(content))))
