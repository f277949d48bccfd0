from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Protocol

from textual.message import Message

from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.notebook.trash import Deleted
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.toml.reading import NotebookError
from fmnist_tui.tui.background import Background, Lane
from fmnist_tui.tui.history.rows import HistoryRow
from fmnist_tui.tui.history.view import HistoryView


class Change(Protocol):
    def make(self, file: NotebookFile) -> "AppliedEdit":
        """May wait for another program's lock; NotebookError if the file is left unchanged."""


@dataclass(frozen=True, slots=True)
class AppliedEdit:
    words: str
    back: Change | None = None
    """The edit that undoes it."""
    renamed: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class ExperimentChange:
    name: str
    recipe: Recipe
    changes: Mapping[str, Any]
    """The new values; None removes one."""
    before: Mapping[str, Any]
    words: str
    gives_way: tuple[str, Recipe] | None = None
    """The previous baseline, if another is pinned."""

    def make(self, file: NotebookFile) -> AppliedEdit:
        file.edit_experiment(self.name, self.recipe, self.changes)
        now = self.changes.get("name", self.name)
        back = ExperimentChange(now, self.recipe, self.before, self.changes, f"undone: {self.words}")
        if self.gives_way is not None:
            name, recipe = self.gives_way
            back = ExperimentChange(name, recipe, {"baseline": True}, {}, f"undone: {self.words}")
        return AppliedEdit(self.words, back, (self.name, now) if now != self.name else None)


@dataclass(frozen=True, slots=True)
class RunChange:
    run_id: str
    changes: Mapping[str, Any]
    before: Mapping[str, Any]
    words: str

    def make(self, file: NotebookFile) -> AppliedEdit:
        file.edit_run(self.run_id, self.changes)
        return AppliedEdit(self.words, RunChange(self.run_id, self.before, self.changes, f"undone: {self.words}"))


@dataclass(frozen=True, slots=True)
class Deletion:
    run_ids: tuple[str, ...]
    experiment: str | None
    """The experiment whose plan is deleted; None if only runs are."""

    def make(self, file: NotebookFile) -> AppliedEdit:
        deleted = file.delete(self.run_ids, self.experiment)
        return AppliedEdit(f"deleted: {deleted.words} · u restores it", Restoration(deleted))


@dataclass(frozen=True, slots=True)
class Restoration:
    """The undo of a deletion; with None, of the latest one by any program."""

    deleted: Deleted | None = None

    def make(self, file: NotebookFile) -> AppliedEdit:
        deleted = self.deleted
        if deleted is None:
            trash = file.trash()
            if not trash:
                raise NotebookError("nothing to undo")
            deleted = trash[-1]
        file.restore(deleted)
        return AppliedEdit(f"restored: {deleted.words}", Deletion(deleted.run_ids, deleted.experiment))


def text_now(row: HistoryRow, key: str) -> str:
    if key == "name":
        return row.group.name
    of = row.group.plan if row.entry is None else row.run
    return getattr(of, key) or "" if of else ""


def text_change(row: HistoryRow, key: str, text: str) -> Change:
    """Blank text removes a note or a hypothesis."""
    new, old = text.strip() or None, text_now(row, key) or None
    words = {"name": f"renamed to {visible(text.strip(), 40)}"}.get(key, f"{key} {'saved' if new else 'removed'}")
    if row.entry is not None and row.run is not None:
        return RunChange(row.run.id, {key: new}, {key: old}, f"{words}: run {row.run.id}")
    return _of_group(row.group, {key: new}, {key: old}, f"{words}: {visible(row.group.name, 40)}")


def star_change(row: HistoryRow) -> Change:
    of = row.group.plan if row.entry is None else row.run
    starred = bool(of and of.starred)
    words = "unstarred" if starred else "starred"
    changes, before = {"starred": not starred or None}, {"starred": starred or None}
    if row.entry is not None and row.run is not None:
        return RunChange(row.run.id, changes, before, f"{words}: run {row.run.id}")
    return _of_group(row.group, changes, before, f"{words}: {visible(row.group.name, 40)}")


def pin_change(row: HistoryRow, view: HistoryView) -> Change:
    group, name = row.group, visible(row.group.name, 40)
    if group.plan is not None and group.plan.baseline:
        return _of_group(group, {"baseline": None}, {"baseline": True}, f"no longer the baseline: {name}")
    other = next((pinned for pinned in view.differences.baselines.values() if pinned.name != group.name), None)
    gives_way = (other.name, other.recipe) if other else None
    return ExperimentChange(
        group.name, group.recipe, {"baseline": True}, {"baseline": None}, f"baseline: {name}", gives_way
    )


def deletion(row: HistoryRow) -> Deletion | None:
    """None if nothing is recorded."""
    group = row.group
    if row.entry is not None:
        recorded = row.run is not None and any(run.id == row.run.id for run in group.runs)
        return Deletion((row.run.id,), None) if row.run is not None and recorded else None
    if not group.runs and group.plan is None:
        return None
    return Deletion(tuple(run.id for run in group.runs), group.name if group.plan else None)


def _of_group(group: Group, changes: Mapping[str, Any], before: Mapping[str, Any], words: str) -> ExperimentChange:
    return ExperimentChange(group.name, group.recipe, changes, before, words)


class Changed(Message):
    def __init__(self, made: AppliedEdit | None, problem: str = "") -> None:
        super().__init__()
        self.made = made
        self.problem = problem
        """Why it failed; the notebook is then unchanged."""


@dataclass(frozen=True, slots=True)
class Step:
    """An edit that was made, and the edit that takes it back."""

    edit: Change
    back: Change


class NotebookEdits:
    """`post` is called in another thread."""

    def __init__(self, file: NotebookFile, post: Callable[[Message], object], background: Background) -> None:
        self._file = file
        self._post = post
        self._background = background
        self._made: list[Step] = []
        self._undone: list[Step] = []

    def make(self, change: Change) -> None:
        self._run(lambda: self._make(change))

    def undo(self) -> None:
        """Undo the last edit, or else the latest deletion by any program."""
        self._run(self._undo)

    def redo(self) -> None:
        """Make the edit again that was undone last; an edit made since then forgets it."""
        self._run(self._redo)

    def _run(self, edit: Callable[[], AppliedEdit]) -> None:
        self._background.run(Lane.EDITING, partial(self._post_outcome, edit))

    def _post_outcome(self, edit: Callable[[], AppliedEdit]) -> None:
        try:
            made = edit()
        except UserError as error:
            self._post(Changed(None, str(error)))
        else:
            self._post(Changed(made))

    def _make(self, change: Change) -> AppliedEdit:
        made = self._apply(change)
        self._undone.clear()
        return made

    def _undo(self) -> AppliedEdit:
        step = self._made[-1] if self._made else None
        undone = (step.back if step else Restoration()).make(self._file)
        if step is not None:
            self._undone.append(self._made.pop())
        elif undone.back is not None:
            self._undone.append(Step(undone.back, Restoration()))
        return undone

    def _redo(self) -> AppliedEdit:
        if not self._undone:
            raise NotebookError("nothing to redo")
        made = self._apply(self._undone[-1].edit)
        self._undone.pop()
        return replace(made, words=f"redone: {made.words}")

    def _apply(self, change: Change) -> AppliedEdit:
        made = change.make(self._file)
        if made.back is not None:
            self._made.append(Step(change, made.back))
        return made
