"""Which of the folders in `runs/` are a notebook's own, where several notebooks lie beside it.

A run's folder names its notebook. It is another's although the name is the same if a run that the notebook had then
(or the run itself) is in another notebook beside, and not in this one: the notebook was renamed, and a new one took
its name. A folder of an older version names none: it is that of the notebook which has its run; else, or if several
have it, `experiments.toml`'s; where there is no such file, the only notebook's.
"""

import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from fmnist_tui.lab.notebook.state import Signature, signature_of
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.runs.files import RunFolderError, read_regular
from fmnist_tui.lab.runs.owner import NAME, Owner, read_owner, write_owner

_MOST_BYTES = 64 * 1024**2
_RECORD = re.compile(rb"(?m)^[ \t]*\[\[[ \t]*(?:run|experiment)[ \t]*\]\]")
_ID = re.compile(rb"""(?m)^[ \t]*id[ \t]*=[ \t]*["']([A-Za-z0-9_-]{1,64})["']""")


@dataclass(frozen=True, slots=True)
class _Neighbour:
    """Another file beside the notebook."""

    is_notebook: bool
    ids: frozenset[str]
    """Of its runs."""


class Ownership:
    """Tells whose the folders in `runs/` are; what was read once is read again only when it has changed.

    Args:
        notebook: the notebook's path; the file need not be there.
        runs_folder: the `runs/` beside it.
        heir: the name of the notebook that folders are of which name none.
        holds: whether the notebook has a run, by its id.
    """

    def __init__(self, notebook: Path, runs_folder: Path, heir: str, holds: Callable[[str], bool]) -> None:
        self._notebook = Path(os.path.realpath(notebook))
        self._runs_folder = runs_folder
        self._heir = heir
        self.holds = holds
        """Whether the notebook has a run, by its id."""
        self._owners: dict[str, tuple[Signature | None, Owner | None]] = {}
        self._known: dict[str, tuple[Signature | None, _Neighbour]] = {}
        self._beside: dict[str, _Neighbour] | None = None
        """The other files beside that may be notebooks, by name; None until they are needed."""

    def refresh(self) -> None:
        """Look at the other notebooks again when they are needed next."""
        self._beside = None

    @property
    def name(self) -> str:
        """The notebook's file name, by which folders name it."""
        return self._notebook.name

    def owner(self, run_id: str) -> Owner | None:
        """Return whom the folder of a run names, or None where it names none."""
        signature = signature_of(self._runs_folder / run_id / NAME)
        known = self._owners.get(run_id)
        if known is None or known[0] != signature:
            known = signature, read_owner(self._runs_folder / run_id) if signature else None
            self._owners[run_id] = known
        return known[1]

    def owns(self, run_id: str) -> bool:
        """Whether the folder of a run is this notebook's own, and no other's that lies beside it."""
        owner = self.owner(run_id)
        if owner is None:
            if self.holds(run_id):
                return self.name == self._heir or not self.is_held_beside(run_id)
            return self.inherits and not self.is_held_beside(run_id)
        if owner.notebook != self.name:
            return False
        telling = owner.holds or run_id
        return self.holds(telling) or not self.is_held_beside(telling)

    def named(self, notebook: str | None) -> bool:
        """Whether a notebook's file name, as something in `runs/` gives it, is this one's; None where it gives none."""
        return self.inherits if notebook is None else notebook == self.name

    def mark(self, run_id: str, holds: str | None) -> bool:
        """Have the folder of a run name this notebook, and a run that it holds; return whether that could be written.

        Where it cannot, the folder goes by the rules for those that name no notebook.
        """
        try:
            write_owner(self._runs_folder / run_id, Owner(self.name, holds))
        except RunFolderError:
            return False
        return True

    def whose(self, run_id: str) -> str:
        """Return whose the folder of a run is that is not this notebook's, and how it becomes that, in words."""
        owner = self.owner(run_id)
        if owner is None or owner.notebook == self.name:
            return f"runs/{run_id} is of another notebook; `fmnist-tui recover --adopt` makes it {visible(self.name)}'s"
        name = visible(owner.notebook)
        return f"runs/{run_id} is {name}'s; `fmnist-tui recover --from {name}` makes it {visible(self.name)}'s"

    @property
    def inherits(self) -> bool:
        """Whether folders that name no notebook, and whose run no notebook has, are this one's."""
        return self.name == self._heir or not any(each.is_notebook for each in self._neighbours().values())

    @property
    def has_heir(self) -> bool:
        """Whether another notebook inherits such folders."""
        return self.name != self._heir and self._heir in self._neighbours()

    def is_beside(self, name: str) -> bool:
        """Whether another file of that name lies beside."""
        return name in self._neighbours()

    def is_held_beside(self, run_id: str) -> bool:
        """Whether another notebook beside has a run."""
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
        known = self._known.get(name)
        if known is None or known[0] != signature:
            known = self._known[name] = signature, _read_neighbour(path)
        return known[1]


def _read_neighbour(path: Path) -> _Neighbour:
    try:
        content = read_regular(path, _MOST_BYTES) or b""
    except RunFolderError:
        content = b""
    return _Neighbour(_RECORD.search(content) is not None, frozenset(map(bytes.decode, _ID.findall(content))))
