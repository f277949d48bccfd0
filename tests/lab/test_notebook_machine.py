"""Two sessions, an outside editor and crashes on one notebook, against a simple model of what must be there."""

import tempfile
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from faulty_disk import FaultyDisk, Killed
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sample_records import a_plan, a_run
from strategies import as_a_file_holds_it, hostile_text

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.run import Experiment, Run
from fmnist_tui.lab.toml.locating import content_end, sections

Owner = tuple[str, str]

SESSIONS = st.integers(0, 1)
PICKS = st.integers(0, 2**16)
"""Which of the things that are there, however many they are."""


@dataclass
class Model:
    """What must be in the notebook."""

    runs: dict[str, Run] = field(default_factory=dict)
    plans: dict[str, Experiment] = field(default_factory=dict)
    own: dict[Owner, list[str]] = field(default_factory=dict)
    """Lines that the editor wrote into a record."""
    between: list[str] = field(default_factory=list)
    """Lines that it wrote between them."""
    deleted: dict[int, "Model"] = field(default_factory=dict)
    """What was deleted, by the number that the trash has it under."""

    def take(self, run_ids: list[str], plan: str | None) -> "Model":
        """Take records out, and return them."""
        taken = Model({each: self.runs.pop(each) for each in run_ids}, {plan: self.plans.pop(plan)} if plan else {})
        owners = [*(("run", each) for each in run_ids), *([("experiment", plan)] if plan else [])]
        taken.own = {owner: self.own.pop(owner) for owner in owners if owner in self.own}
        return taken

    def put(self, taken: "Model") -> None:
        """Put records back."""
        self.runs |= taken.runs
        self.plans |= taken.plans
        self.own |= taken.own


class NotebookMachine(RuleBasedStateMachine):
    """Whatever is done in whatever order, the file holds what the model holds, and nothing else has changed."""

    @initialize()
    def begin(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.path = Path(self._folder.name) / "experiments.toml"
        self.sessions = [NotebookFile(self.path), NotebookFile(self.path)]
        self.model = Model()
        self.count = 0

    def teardown(self) -> None:
        self._folder.cleanup()

    def number(self) -> int:
        self.count += 1
        return self.count

    @rule(session=SESSIONS, name=hostile_text(), kept=st.booleans())
    def add_a_run(self, session: int, name: str, kept: bool) -> None:
        run = a_run(f"r{self.number()}", experiment=name)
        notebook = self.sessions[session]
        (notebook.record if kept else notebook.append_run)(run)
        self.model.runs[run.id] = as_a_file_holds_it(run)

    @rule(session=SESSIONS, name=hostile_text())
    def add_a_plan(self, session: int, name: str) -> None:
        plan = a_plan(f"{self.number()} {name}")
        self.sessions[session].append_experiments((plan,))
        held = as_a_file_holds_it(plan)
        self.model.plans[held.name] = held

    @precondition(lambda self: self.model.runs)
    @rule(session=SESSIONS, pick=PICKS, note=hostile_text(), starred=st.booleans())
    def edit_a_run(self, session: int, pick: int, note: str, starred: bool) -> None:
        self._edit_a_run(self.sessions[session], self.model, self._picked(self.model.runs, pick), note, starred)

    def _edit_a_run(self, notebook: NotebookFile, model: Model, run_id: str, note: str, starred: bool) -> None:
        model.runs[run_id] = replace(model.runs[run_id], note=as_a_file_holds_it(note) or None, starred=starred)
        notebook.edit_run(run_id, {"note": note, "starred": starred})

    @precondition(lambda self: self.model.plans)
    @rule(session=SESSIONS, pick=PICKS, name=hostile_text(), note=hostile_text())
    def rename_an_experiment(self, session: int, pick: int, name: str, note: str) -> None:
        old, new = self._picked(self.model.plans, pick), f"{self.number()} {name}"
        self._rename(self.sessions[session], self.model, old, new, note)

    def _rename(self, notebook: NotebookFile, model: Model, old: str, new: str, note: str) -> None:
        held = as_a_file_holds_it(new)
        plan = model.plans.pop(old)
        model.plans[held] = replace(plan, name=held, note=as_a_file_holds_it(note) or None)
        for run in tuple(model.runs.values()):
            if run.experiment == old:
                model.runs[run.id] = replace(run, experiment=held)
        if lines := model.own.pop(("experiment", old), None):
            model.own["experiment", held] = lines
        notebook.edit_experiment(old, plan.recipe("fashion-mnist"), {"name": new, "note": note})

    @precondition(lambda self: self.model.runs)
    @rule(session=SESSIONS, picks=st.lists(PICKS, min_size=1, max_size=3), plan=st.none() | PICKS)
    def delete(self, session: int, picks: list[int], plan: int | None) -> None:
        self._delete(self.sessions[session], self.model, picks, plan)

    def _delete(self, notebook: NotebookFile, model: Model, picks: list[int], plan: int | None) -> None:
        run_ids = list({self._picked(model.runs, pick): None for pick in picks})
        name = self._picked(model.plans, plan) if plan is not None and model.plans else None
        taken = model.take(run_ids, name)
        deleted = notebook.delete(run_ids, name)
        model.deleted[deleted.number] = taken

    @precondition(lambda self: self.model.deleted)
    @rule(session=SESSIONS, pick=PICKS)
    def restore(self, session: int, pick: int) -> None:
        notebook = self.sessions[session]
        number = self._picked(self.model.deleted, pick)
        notebook.restore(next(each for each in notebook.trash() if each.number == number))
        self.model.put(self.model.deleted.pop(number))

    @precondition(lambda self: self.model.runs or self.model.plans)
    @rule(pick=PICKS, value=st.sampled_from(("1", "'a'", "[\n  [1],\n]", "'''\n[[run]]\n'''", "{ a = 1 }  # mine")))
    def add_a_line_to_a_record(self, pick: int, value: str) -> None:
        owner, _, end = self._record(pick)
        line = f"own{self.number()} = {value}\n"
        self._save(lambda text: self._with_line(text, end, line))
        self.model.own.setdefault(owner, []).append(line)

    @precondition(lambda self: self.path.exists())
    @rule(pick=PICKS)
    def add_a_comment_between_records(self, pick: int) -> None:
        line = f"# comment {self.number()} [[run]]\n"
        starts = [section.start for section in sections(self._text()) if section.path]
        place = starts[pick % len(starts)] if starts else len(self._text())
        self._save(lambda text: self._with_line(text, place, line))
        self.model.between.append(line)

    @precondition(lambda self: len(self.model.runs) + len(self.model.plans) > 1)
    @rule(pick=PICKS)
    def move_a_record_to_the_end(self, pick: int) -> None:
        _, start, end = self._record(pick)

        def moved(text: str) -> str:
            return f"{text[:start]}{text[end:]}\n{text[start:end]}"

        self._save(moved)

    @precondition(lambda self: self.model.runs)
    @rule(
        at=st.integers(0, 60),
        deed=st.sampled_from(("record", "add", "edit", "rename", "delete")),
        pick=PICKS,
        note=hostile_text(),
    )
    def die_in_the_middle_of(self, at: int, deed: str, pick: int, note: str) -> None:
        before, after = self.model, deepcopy(self.model)
        notebook, number = NotebookFile(self.path), self.number()
        notebook.read()
        run = a_run(f"r{number}", experiment=note)
        deeds: dict[str, Callable[[], Any]] = {
            "record": lambda: notebook.record(run),
            "add": lambda: notebook.append_run(run),
            "edit": lambda: self._edit_a_run(notebook, after, self._picked(before.runs, pick), note, True),
            "rename": lambda: self._rename(notebook, after, self._picked(before.plans, pick), f"{number} {note}", note),
            "delete": lambda: self._delete(notebook, after, [pick], None),
        }
        if deed == "rename" and not before.plans:
            return
        if deed in ("record", "add"):
            after.runs[run.id] = as_a_file_holds_it(run)
        listed = {each.number for each in notebook.trash()}
        with FaultyDisk(pytest.MonkeyPatch(), at, Killed(), lasting=True) as disk, suppress(Killed):
            deeds[deed]()
        self.sessions = [NotebookFile(self.path), NotebookFile(self.path)]
        kept = (self.sessions[0].runs_folder / run.id / "run.toml").exists()
        assert len(self.sessions[0].recover()) <= 1
        seen = self.sessions[1].read()
        runs, plans = {each.id: each for each in seen.runs}, {each.name: each for each in seen.experiments}
        self.model = after if (runs, plans) == (after.runs, after.plans) else before
        if deed == "record" and (kept or not disk.failed):
            assert self.model is after
        for each in self.sessions[0].trash():
            if each.number not in listed and each.number not in self.model.deleted and self.model is after:
                gone = [run_id for run_id in before.runs if run_id not in after.runs]
                self.model.deleted[each.number] = deepcopy(before).take(gone, None)

    @invariant()
    def the_file_holds_what_the_model_holds(self) -> None:
        held = NotebookFile(self.path).read()
        assert {run.id: run for run in held.runs} == self.model.runs
        assert {plan.name: plan for plan in held.experiments} == self.model.plans
        assert len(held.runs) + len(held.experiments) == len(self.model.runs) + len(self.model.plans)
        for session in self.sessions:
            assert session.read() == held
        text = self._text()
        assert sorted(line for lines in self.model.own.values() for line in lines) == sorted(
            self._lines_of_its_own(text)
        )
        for line in self.model.between:
            assert text.count(line) == 1

    def _lines_of_its_own(self, text: str) -> list[str]:
        known = [
            line for taken in (self.model, *self.model.deleted.values()) for each in taken.own.values() for line in each
        ]
        return [line for line in known if line in text]

    def _picked(self, things: dict[Any, Any], pick: int) -> Any:
        return list(things)[pick % len(things)]

    def _text(self) -> str:
        return self.path.read_bytes().decode("utf-8") if self.path.exists() else ""

    def _save(self, change: Callable[[str], str]) -> None:
        """Save as editors do: a new file in the place of the old."""
        draft = self.path.with_suffix(".swp")
        draft.write_bytes(change(self._text()).encode("utf-8"))
        draft.replace(self.path)

    def _with_line(self, text: str, at: int, line: str) -> str:
        return f"{text[:at]}{line}{text[at:]}"

    def _record(self, pick: int) -> tuple[Owner, int, int]:
        """Return whose record it is, and where its lines begin and end."""
        text, held = self._text(), NotebookFile(self.path).read()
        runs, plans = iter(held.runs), iter(held.experiments)
        found: list[tuple[Owner, int, int]] = []
        for section in sections(text):
            if section.path == ("run",):
                found.append((("run", next(runs).id), section.start, content_end(text, section)))
            elif section.path == ("experiment",):
                found.append((("experiment", next(plans).name), section.start, content_end(text, section)))
        return found[pick % len(found)]


TestNotebookMachine = NotebookMachine.TestCase
TestNotebookMachine.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
