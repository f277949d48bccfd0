"""Kill processes that train, append and edit, and check after each that nothing is lost or changed.

Run it as a program, `python tests/kill_processes.py COUNT SEED`: a process that forks must have no threads.
"""

import json
import os
import random
import re
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from killed_process import BEGINNING, EPOCHS, Life, curves_of

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.folder import RunFolder

MOST_EVENTS = 24
"""Most lines from a process before it is killed; counted in lines, so a busy machine does not shorten its life."""
LONGEST_REST = 0.01
"""Most seconds from then to the kill."""
LONGEST_RECOVERY = 0.01
"""Most seconds until a recovery is killed."""
LIVES_A_NOTEBOOK = 25

_RECORD = re.compile(rb'\n\[\[run\]\]\nid = "([a-z0-9]{10})"\n(?:[a-z_]+ = .*\n)*')
"""A run as the program writes it, one line a key."""
_NOTE = re.compile(rb"(?m)^note = .*\n")

Event = dict[str, Any]


@dataclass(slots=True)
class Told:
    """What a process reported before it was killed."""

    epochs: dict[str, int] = field(default_factory=dict)
    """Finished epochs by run id."""
    done: list[Event] = field(default_factory=list)
    """Completed changes."""
    begun: Event | None = None
    """The change that was interrupted."""
    recorded: set[str] = field(default_factory=set)
    """Runs recorded, perhaps not completely."""
    noted: set[str] = field(default_factory=set)
    """Runs whose note was changed, perhaps not completely."""
    deleted: set[str] = field(default_factory=set)
    """Runs deleted, perhaps not completely, and perhaps restored."""


def kill_one(live: Callable[[int], object], longest: float, chance: random.Random, most: int = 0) -> bytes:
    """Start a process and kill it after some lines and a moment; return what it wrote on its pipe.

    Args:
        live: what it does, given the pipe; it may end before it is killed.
        longest: most seconds between those lines and the kill.
        chance: chooses the lines and seconds.
        most: most lines to wait for.
    """
    reading, writing = os.pipe()
    if not (process := os.fork()):
        try:
            os.close(reading)
            live(writing)
            os._exit(0)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    os.close(writing)
    output, lines = b"", chance.randint(0, most)
    while output.count(b"\n") < lines and (more := os.read(reading, 65_536)):
        output += more
    time.sleep(chance.uniform(0.0, longest))
    os.kill(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "it died of an error of its own"
    with os.fdopen(reading, "rb") as pipe:
        return output + pipe.read()


def told_in(lines: bytes) -> Told:
    """Parse the lines of a process; the last may be incomplete."""
    told = Told()
    for line in lines.split(b"\n")[:-1]:
        match json.loads(line):
            case {"epoch": epoch, "id": run_id}:
                told.epochs[run_id] = max(epoch, told.epochs.get(run_id, 0))
            case {"do": what, "id": whose} as begun:
                told.begun = begun
                of_that_kind = {"record": told.recorded, "note": told.noted, "star": set[str]()}
                of_that_kind.get(what, told.deleted).add(whose)
            case {"done": _}:
                assert told.begun is not None
                told.done.append(told.begun)
                told.begun = None
    return told


class Witness:
    """Checks a notebook after the death of a process, against its content before."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._before = path.read_bytes()

    def check(self, told: Told, chance: random.Random | None) -> None:
        """Check what a process left, recover it, and take the result as the next content before.

        Args:
            told: what the process reported.
            chance: chooses when a first recovery is killed; None kills none.

        Raises:
            AssertionError: something was lost or changed.
            NotebookError: the notebook cannot be read.
        """
        notebook = NotebookFile(self._path)
        read = {run.id: run for run in notebook.read().runs}
        for run_id, epochs in told.epochs.items():
            journal = RunFolder(notebook.runs_folder / run_id).read()
            kept = journal.run.curves.epochs if journal else 0
            assert max(kept, read[run_id].curves.epochs if run_id in read else 0) >= epochs, "an epoch is lost"

        if chance:
            kill_one(lambda _: NotebookFile(self._path).recover(), LONGEST_RECOVERY, chance)
        notebook.recover()
        self._restore_what_was_being_deleted(notebook, told)
        assert not notebook.pending()
        assert not notebook.recover()
        self._check_runs({run.id: run for run in NotebookFile(self._path).read().runs}, told)
        self._check_bytes(now := self._path.read_bytes(), told)
        self._before = now

    def _restore_what_was_being_deleted(self, notebook: NotebookFile, told: Told) -> None:
        """Restore a deletion after which the process was killed."""
        while trash := notebook.trash():  # only the last counts: an earlier one may have been interrupted
            assert told.deleted.issuperset(trash[-1].run_ids)
            notebook.restore(trash[-1])

    def _check_runs(self, runs: dict[str, Run], told: Told) -> None:
        for run_id, epochs in told.epochs.items():
            run = runs[run_id]
            assert run.curves.epochs >= epochs
            assert run.curves == curves_of(run_id, run.curves.epochs)
        notes: dict[str, str] = {}
        for change in told.done:
            if change["do"] == "record":
                assert runs[change["id"]].status == "finished", "a result is lost"
            if change["do"] == "note":
                notes[change["id"]] = change["note"]
        for run_id, note in notes.items():
            begun = told.begun or {"do": "nothing", "id": ""}
            may_be = {begun["note"]} if (begun["do"], begun["id"]) == ("note", run_id) else set[str]()
            assert runs[run_id].note in {note, *may_be}, "a note is lost"
        for run in runs.values():
            assert run.curves.epochs == EPOCHS or run.status != "finished" or run.experiment != "killed"

    def _check_bytes(self, now: bytes, told: Told) -> None:
        """Check that everything but the changed records is the same, byte for byte, in the same order."""
        before, after = _records(self._before), _records(now)
        assert [*after][: len(before)] == [*before], "records are missing, or in another order"
        for run_id in before.keys() - told.recorded:
            same = after[run_id] == before[run_id]
            same = same or (run_id in told.noted and _NOTE.sub(b"", after[run_id]) == _NOTE.sub(b"", before[run_id]))
            assert same, "a record was changed that nobody touched"
        assert _persons_own(now) == BEGINNING.encode("utf-8"), "what a person wrote was changed"


def _records(content: bytes) -> dict[str, bytes]:
    """Return the program's records by id, in order."""
    found = [(match[1].decode("ascii"), match[0]) for match in _RECORD.finditer(content)]
    assert len(found) == len(dict(found)), "a run is there twice"
    return dict(found)


def _persons_own(content: bytes) -> bytes:
    """Return the handwritten part: without the program's records and the star of the plan."""
    return re.sub(rb"(?m)^ *starred = true\r?\n", b"", _RECORD.sub(b"", content))


def kill(count: int, seed: int) -> Counter[str]:
    """Kill processes, several on each notebook; return counts of their actions and of where they were killed."""
    chance = random.Random(seed)
    tally: Counter[str] = Counter()
    for lived in range(0, count, LIVES_A_NOTEBOOK):
        with TemporaryDirectory() as folder:
            path = Path(folder) / "experiments.toml"
            path.write_text(BEGINNING, encoding="utf-8")
            witness = Witness(path)
            for life in range(lived, min(lived + LIVES_A_NOTEBOOK, count)):
                tally += kill_and_check(witness, path, f"life {life} of seed {seed}", chance)
    return tally


def kill_and_check(witness: Witness, path: Path, name: str, chance: random.Random) -> Counter[str]:
    """Kill one process and check what it left; return the counts."""
    life_chance = random.Random(chance.random())
    told = told_in(kill_one(lambda pipe: Life(path, pipe, life_chance).live(), LONGEST_REST, chance, MOST_EVENTS))
    try:
        witness.check(told, chance)
    except Exception as error:
        raise AssertionError(f"{name}: {error}: {told}") from error
    killed_in = f"killed in {told.begun['do']}" if told.begun else "killed between"
    return Counter({"epochs": sum(told.epochs.values()), "changes": len(told.done), killed_in: 1})


if __name__ == "__main__":
    sys.stdout.write(json.dumps(kill(int(sys.argv[1]), int((*sys.argv, "0")[2]))) + "\n")
