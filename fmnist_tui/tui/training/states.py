"""What a run is doing or how it ended, told by a sign and a word; and all runs of a group, those to come included."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.pending import Pending


class State(Enum):
    """Where a run stands; the most pressing first."""

    RUNNING = ("▶", "running", "bold green")
    ELSEWHERE = ("▷", "elsewhere", "bold cyan")
    QUEUED = ("»", "queued", "cyan")
    INTERRUPTED = ("‖", "interrupted", "bold yellow")
    FAILED = ("✗", "failed", "bold red")
    STOPPED = ("■", "stopped", "yellow")
    PLANNED = ("○", "planned", "dim")
    FINISHED = ("✓", "finished", "")

    def __init__(self, sign: str, word: str, style: str) -> None:
        self.sign = sign
        self.word = word
        self.style = style
        self.rank = len(type(self).__members__)
        """Its place among the states: the smaller, the more pressing."""
        self.ongoing = word in ("running", "elsewhere", "queued")
        """Whether it is trained, or will be without anybody asking."""
        self.settles = self.ongoing or word == "finished"
        """Whether nothing is to be done any more about other runs of the same seed."""


_BY_WORD = {state.word: state for state in State}


@dataclass(frozen=True, slots=True)
class Entry:
    """One run of a group: recorded, under way or still to come."""

    seed: int
    state: State
    run: Run | None = None
    """What is known of it: the record, or the epochs so far; None before it begins."""
    pending: Pending | None = None
    """Its folder and whether somebody is at work on it; None once it is recorded, or before it begins."""


@dataclass(frozen=True, slots=True)
class Activity:
    """What goes on that the notebook does not hold."""

    at_work: tuple[Job, ...] = ()
    """Trained here and now."""
    queued: tuple[Job, ...] = ()
    """Waiting here; one that is also at work counts as at work."""
    pending: tuple[Pending, ...] = ()
    """Runs that have a folder and no record: trained here, trained elsewhere, or interrupted."""

    def by_name(self) -> "Ongoing":
        """Return the entries by the name of their experiment, each with its recipe through its job or its run."""
        found: dict[str, list[tuple[Job, Entry]]] = {}
        here = {*self.at_work}
        for pending in self.pending:
            job = Job(pending.run.experiment, pending.run.recipe, pending.run.seed)
            state = State.INTERRUPTED if not pending.alive else State.RUNNING if job in here else State.ELSEWHERE
            here.discard(job)
            found.setdefault(job.experiment, []).append((job, Entry(job.seed, state, pending.run, pending)))
        for job in (each for each in self.at_work if each in here):
            found.setdefault(job.experiment, []).append((job, Entry(job.seed, State.RUNNING)))
        for job in (each for each in self.queued if each not in self.at_work):
            found.setdefault(job.experiment, []).append((job, Entry(job.seed, State.QUEUED)))
        return found


Ongoing = Mapping[str, list[tuple[Job, Entry]]]
"""Entries that are not recorded, by the name of their experiment; their jobs say of which recipe they are."""


def with_unrecorded(groups: Iterable[Group], ongoing: Ongoing) -> tuple[Group, ...]:
    """Return the groups, and after them one for each recipe that is trained or waits and has no group yet."""
    known = tuple(groups)
    if not ongoing:
        return known
    there = {(group.name, group.recipe) for group in known if group.name in ongoing}
    new = {(job.experiment, job.recipe): None for jobs in ongoing.values() for job, _ in jobs}
    return (*known, *(Group(name, recipe) for name, recipe in new if (name, recipe) not in there))


def entries(group: Group, ongoing: Ongoing) -> tuple[Entry, ...]:
    """Return all runs of a group: the recorded ones in their order, those under way, and the seeds never begun."""
    known = [Entry(run.seed, _BY_WORD[run.status], run) for run in group.runs]
    if jobs := ongoing.get(group.name):
        ids = {run.id for run in group.runs}
        known += [
            entry
            for job, entry in jobs
            if job.recipe == group.recipe and (entry.run is None or entry.run.id not in ids)
        ]
    if group.plan is not None:
        begun = {entry.seed for entry in known}
        known += [Entry(seed, State.PLANNED) for seed in range(group.plan.repeats) if seed not in begun]
    return tuple(known)


def summary(group: Group, ongoing: Ongoing) -> tuple[tuple[State, int], ...]:
    """Return which states the runs of a group are in and how many are in each, the most pressing first.

    A run that did not finish counts only as long as its seed is neither finished nor trained anew:
    until then it asks for something to be done.
    """
    counts = Counter(_telling(group, ongoing))
    return tuple((state, counts[state]) for state in State if counts[state])


def pressing(group: Group, ongoing: Ongoing) -> int:
    """Return a number that is the smaller the more a group asks for attention."""
    return min([state.rank for state in _telling(group, ongoing)], default=len(State))


def settled_seeds(known: Iterable[Entry]) -> set[int]:
    """Return the seeds that are finished, at work or waiting: nothing is to be done for them."""
    return {entry.seed for entry in known if entry.state.settles}


def _telling(group: Group, ongoing: Ongoing) -> list[State]:
    """Return the states of the runs that a summary tells."""
    known = entries(group, ongoing)
    settled = settled_seeds(known)
    return [entry.state for entry in known if entry.state.settles or entry.seed not in settled]


def filter_words(group: Group, ongoing: Ongoing) -> tuple[str, ...]:
    """Return what a filter may ask for as `status` that no record says: running, queued, interrupted."""
    words = {
        State.RUNNING: "running",
        State.ELSEWHERE: "running",
        State.QUEUED: "queued",
        State.INTERRUPTED: "interrupted",
    }
    jobs = ongoing.get(group.name, ())
    return tuple({words[entry.state]: None for job, entry in jobs if job.recipe == group.recipe})
