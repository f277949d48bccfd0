from collections.abc import Callable, Container
from typing import Any

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.field import Field
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.run import STATUSES, Run

STATES = (*STATUSES, "planned", "unfinished", "running", "queued")
"""The values of `status` in filters; the last two are in no record."""

STATE_ORDER = ("running", "queued", "interrupted", "failed", "stopped", "planned", "unfinished", "finished")
"""Sorting order of the states."""


def _of_plan(name: str) -> Callable[[Group], Any]:
    return lambda group: getattr(group.plan, name) if group.plan else None


def _is_so(name: str) -> Callable[[Group], bool]:
    return lambda group: bool(group.plan and getattr(group.plan, name))


def states(group: Group, running: Container[str] = ()) -> tuple[str, ...]:
    """Return a group's values of `status`; `running` holds ids."""
    found = {"running" if run.id in running else run.status: None for run in group.runs}
    missing_jobs = group.plan is not None and bool(group.missing_seeds())
    planned = () if group.finished or group.plan is None else ("planned",)
    return (*found, *planned, *(("unfinished",) if missing_jobs else ()))


def _runs(group: Group) -> str:
    n = len(group.finished)
    return f"{n}/{group.plan.repeats}" if group.plan and group.plan.repeats > n else str(n)


def _note_or_reason(run: Run) -> str:
    return visible(run.note or run.reason or "")


NAME = Field(
    key="name",
    title="experiment",
    help="the experiment's name",
    of_group=lambda group: group.name,
    kind="text",
    aliases=("experiment",),
    width=14,
)
FINISHED_RUNS = Field(
    key="n",
    title="runs",
    help="finished runs, of how many the plan asks for",
    whole=True,
    of_group=lambda group: len(group.finished),
    group_text=_runs,
    unit="runs",
    aliases=("runs",),
    words="finished runs",
    descending_by_default=True,
)
STATUS = Field(
    key="status",
    title="state",
    help="how its runs ended; planned: none is finished yet; unfinished: the plan lacks runs",
    example="status=failed",
    of_group=states,
    of_run=lambda run: run.status,
    kind="text",
    aliases=("state",),
    options=STATES,
    rank=lambda values: min(map(STATE_ORDER.index, values)),
    width=15,
)
SEED = Field(
    key="seed",
    title="seed",
    help="the seed of any run",
    whole=True,
    of_group=lambda group: tuple(run.seed for run in group.runs),
    of_run=lambda run: run.seed,
    json_in_runs=True,
    width=8,
)
ID = Field(
    key="id",
    title="id",
    help="the id of any run",
    of_group=lambda group: tuple(run.id for run in group.runs),
    of_run=lambda run: run.id,
    kind="text",
    json_in_runs=True,
)

RECORD: tuple[Field, ...] = (
    FINISHED_RUNS,
    Field(
        key="planned",
        title="planned",
        help="runs that the plan asks for",
        whole=True,
        of_group=_of_plan("repeats"),
        unit="runs",
        name="repeats",
        descending_by_default=True,
    ),
    STATUS,
    SEED,
    ID,
    Field(
        key="when",
        title="when",
        help="when its last run began",
        example="when>=2025-01-31",
        of_group=lambda group: max((run.started for run in group.runs), default=None),
        of_run=lambda run: run.started,
        kind="day",
        name="started",
        aliases=("date",),
        descending_by_default=True,
    ),
    Field(
        key="starred",
        title="starred",
        help="whether it, or a run of it, has a star",
        of_group=_is_so("starred"),
        of_run=lambda run: run.starred,
        kind="flag",
        aliases=("star",),
        searches_runs=True,
        descending_by_default=True,
    ),
    Field(
        key="baseline",
        title="baseline",
        help="whether it is the pinned baseline",
        of_group=_is_so("baseline"),
        kind="flag",
        descending_by_default=True,
    ),
    Field(
        key="older",
        title="older",
        help="whether its plan has another recipe now",
        of_group=lambda group: group.older,
        kind="flag",
    ),
    Field(
        key="note",
        title="note",
        help="a note on it or on a run of it",
        of_group=_of_plan("note"),
        of_run=lambda run: run.note,
        run_text=_note_or_reason,
        kind="text",
        searches_runs=True,
    ),
    Field(
        key="hypothesis",
        title="hypothesis",
        help="what was expected of it",
        of_group=_of_plan("hypothesis"),
        kind="text",
    ),
    Field(
        key="section",
        title="section",
        help="the heading that a report puts it under",
        of_group=_of_plan("section"),
        kind="text",
    ),
    Field(
        key="reason",
        title="reason",
        help="why a run did not finish",
        of_group=lambda group: tuple(run.reason for run in group.runs if run.reason),
        of_run=lambda run: run.reason,
        kind="text",
        json_in_runs=True,
    ),
    Field(
        key="host",
        title="host",
        help="the machine of a cluster that trained a run",
        of_group=lambda group: tuple(dict.fromkeys(run.host for run in group.runs if run.host)),
        of_run=lambda run: run.host,
        kind="text",
        json_in_runs=True,
    ),
    Field(
        key="lost_workers",
        title="lost workers",
        help="how many workers a cluster lost while they trained a run",
        whole=True,
        of_group=lambda group: sum(run.lost_workers for run in group.runs),
        of_run=lambda run: run.lost_workers,
        unit="workers",
        json_in_runs=True,
        descending_by_default=True,
    ),
)
