from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from fmnist_tui.engine.parallel.queue import ActiveRun
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.records.run import Run
from fmnist_tui.tui.training.activity import Activity, is_outside, is_paused


class State(Enum):
    RUNNING = ("▶", "running", "bold green")
    ELSEWHERE = ("▷", "elsewhere", "bold cyan")
    PAUSED = ("‖", "paused", "bold yellow")
    QUEUED = ("»", "queued", "cyan")
    INTERRUPTED = ("◐", "interrupted", "bold yellow")
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
        self.ongoing = word in ("running", "elsewhere", "paused", "queued")
        """Whether it runs, or will without a request."""
        self.settles = self.ongoing or word == "finished"
        """Whether other runs of the same seed need no action."""


_BY_WORD = {state.word: state for state in State}


@dataclass(frozen=True, slots=True)
class Entry:
    seed: int
    state: State
    run: Run | None = None
    """The record, or the epochs so far; None before it starts."""
    training: ActiveRun | None = field(default=None, compare=False)
    """None unless it is being trained."""


def active_state(training: ActiveRun) -> State:
    if is_paused(training):
        return State.PAUSED
    return State.ELSEWHERE if is_outside(training) else State.RUNNING


Ongoing = Mapping[str, list[tuple[Job, Entry]]]
"""Unrecorded entries by experiment name; the jobs tell the recipe."""


def ongoing_entries(activity: Activity) -> Ongoing:
    """Return entries by experiment name."""
    found: dict[str, list[tuple[Job, Entry]]] = {}

    def add(job: Job, state: State, run: Run | None, training: ActiveRun | None = None) -> None:
        found.setdefault(job.experiment, []).append((job, Entry(job.seed, state, run, training)))

    journals = {run.id: run for run in activity.journals}
    for training in activity.active:
        add(training.job, active_state(training), journals.pop(training.run_id, None) or training.run, training)
    for run in journals.values():
        add(Job(run.experiment, run.recipe, run.seed), State.INTERRUPTED, run)
    active = {training.job for training in activity.active}
    for job in activity.waiting:
        if job not in active:
            add(job, State.QUEUED, None)
    return found


def with_unrecorded(groups: Iterable[Group], ongoing: Ongoing) -> tuple[Group, ...]:
    """Add a group for each recipe in `ongoing` without one."""
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
        new = {_run_id(job, entry): entry for job, entry in jobs if job.recipe == group.recipe}
        found = [_latest(entry, new) for entry in found] + [*new.values()]
    if group.plan is not None:
        begun = {entry.seed for entry in found}
        found += [Entry(seed, State.PLANNED) for seed in range(group.plan.repeats) if seed not in begun]
    return tuple(found)


def _run_id(job: Job, entry: Entry) -> str | int:
    """Return the id of the entry's run or of the one it resumes, else its seed."""
    return entry.run.id if entry.run else job.resumes or job.seed


def _latest(recorded: Entry, new: dict[str | int, Entry]) -> Entry:
    """Take the entry of a recorded run from `new`: an interrupted run may be resumed."""
    assert recorded.run is not None
    later = new.pop(recorded.run.id, None)
    if later is None or recorded.state is not State.INTERRUPTED:
        return recorded
    return later if later.run else replace(later, run=recorded.run)


def summary(group: Group, ongoing: Ongoing) -> tuple[tuple[State, int], ...]:
    """Count by state, the most urgent first; an unfinished run only until its seed is trained again."""
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
    words = {
        State.RUNNING: "running",
        State.ELSEWHERE: "running",
        State.PAUSED: "running",
        State.QUEUED: "queued",
        State.INTERRUPTED: "interrupted",
    }
    jobs = ongoing.get(group.name, ())
    return tuple({words[entry.state]: None for job, entry in jobs if job.recipe == group.recipe})
