"""The state of a run as a sign and a word, and the states of a group's runs, planned ones included."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.pending import Pending


class State(Enum):
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
        """Its place among the states: the smaller, the more urgent."""
        self.ongoing = word in ("running", "elsewhere", "queued")
        """Whether it runs, or will without a request."""
        self.settles = self.ongoing or word == "finished"
        """Whether other runs of the same seed need no action."""


_BY_WORD = {state.word: state for state in State}


@dataclass(frozen=True, slots=True)
class Entry:
    """A run of a group: recorded, running or planned."""

    seed: int
    state: State
    run: Run | None = None
    """The record, or the epochs so far; None before it starts."""
    pending: Pending | None = None
    """Its folder and whether a program is training it; None before it starts and once recorded."""


@dataclass(frozen=True, slots=True)
class Activity:
    at_work: tuple[Job, ...] = ()
    queued: tuple[Job, ...] = ()
    """Queued here; one that also runs counts as running."""
    pending: tuple[Pending, ...] = ()
    """Runs with a folder but no record: running here or elsewhere, or interrupted."""

    def by_name(self) -> "Ongoing":
        """Return the entries by experiment name, each with its job for the recipe."""
        found: dict[str, list[tuple[Job, Entry]]] = {}
        here = {*self.at_work}
        for pending in self.pending:
            job = Job(pending.run.experiment, pending.run.recipe, pending.run.seed)
            state = State.INTERRUPTED if not pending.alive else State.RUNNING if job in here else State.ELSEWHERE
            here.discard(job)
            found.setdefault(job.experiment, []).append((job, Entry(job.seed, state, pending.run, pending)))
        for job in (running for running in self.at_work if running in here):
            found.setdefault(job.experiment, []).append((job, Entry(job.seed, State.RUNNING)))
        for job in (queued for queued in self.queued if queued not in self.at_work):
            found.setdefault(job.experiment, []).append((job, Entry(job.seed, State.QUEUED)))
        return found


Ongoing = Mapping[str, list[tuple[Job, Entry]]]
"""Unrecorded entries by experiment name; the jobs tell the recipe."""


def with_unrecorded(groups: Iterable[Group], ongoing: Ongoing) -> tuple[Group, ...]:
    """Return the groups, then a new one for each recipe in `ongoing` without a group."""
    recorded = tuple(groups)
    if not ongoing:
        return recorded
    existing = {(group.name, group.recipe) for group in recorded if group.name in ongoing}
    new = {(job.experiment, job.recipe): None for jobs in ongoing.values() for job, _ in jobs}
    return (*recorded, *(Group(name, recipe) for name, recipe in new if (name, recipe) not in existing))


def entries(group: Group, ongoing: Ongoing) -> tuple[Entry, ...]:
    """Return all runs of a group: recorded, then running or queued, then planned seeds."""
    found = [Entry(run.seed, _BY_WORD[run.status], run) for run in group.runs]
    if jobs := ongoing.get(group.name):
        ids = {run.id for run in group.runs}
        found += [
            entry
            for job, entry in jobs
            if job.recipe == group.recipe and (entry.run is None or entry.run.id not in ids)
        ]
    if group.plan is not None:
        begun = {entry.seed for entry in found}
        found += [Entry(seed, State.PLANNED) for seed in range(group.plan.repeats) if seed not in begun]
    return tuple(found)


def summary(group: Group, ongoing: Ongoing) -> tuple[tuple[State, int], ...]:
    """Count the runs of a group by state, the most urgent first.

    An unfinished run counts only while its seed is neither finished nor training: until then it needs action.
    """
    counts = Counter(_counted_states(group, ongoing))
    return tuple((state, counts[state]) for state in State if counts[state])


def pressing(group: Group, ongoing: Ongoing) -> int:
    return min([state.rank for state in _counted_states(group, ongoing)], default=len(State))


def settled_seeds(known: Iterable[Entry]) -> set[int]:
    return {entry.seed for entry in known if entry.state.settles}


def _counted_states(group: Group, ongoing: Ongoing) -> list[State]:
    found = entries(group, ongoing)
    settled = settled_seeds(found)
    return [entry.state for entry in found if entry.state.settles or entry.seed not in settled]


def filter_words(group: Group, ongoing: Ongoing) -> tuple[str, ...]:
    """Return `status` words for the filter that no record has: running, queued, interrupted."""
    words = {
        State.RUNNING: "running",
        State.ELSEWHERE: "running",
        State.QUEUED: "queued",
        State.INTERRUPTED: "interrupted",
    }
    jobs = ongoing.get(group.name, ())
    return tuple({words[entry.state]: None for job, entry in jobs if job.recipe == group.recipe})
