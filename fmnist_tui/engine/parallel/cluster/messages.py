"""What client and workers send each other.

Progress is sent as what is new since the last report, in plain numbers: a report has some 300 bytes however long the
training is, and the scheduler can pass it on without this package.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fmnist_tui.engine.parallel.channel import WorkerOrder
from fmnist_tui.engine.training.progress import Phase, Point, Progress
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.records.dataset import facts_of
from fmnist_tui.lab.records.run import CURVES, Curves, Environment, Run
from fmnist_tui.lab.runs.folder import WEIGHTS_ALONE, Saving

if TYPE_CHECKING:
    from fmnist_tui.engine.dataset.sources import Dataset


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a worker gets to know of a training."""

    job: Job
    run_id: str
    topic: str
    """The topic of Dask events that reports are sent to."""
    saving: Saving = WEIGHTS_ALONE
    checkpoint: bytes | None = field(default=None, repr=False)
    """The file to resume from."""
    report_seconds: float = 0.0
    """Least time between two reports, for a client that many trainings report to."""


@dataclass(frozen=True, slots=True)
class Outcome:
    run: Run
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """Predictions, weights and models by their names in the run's folder."""


@dataclass(frozen=True, slots=True)
class WorkerDescription:
    host: str
    environment: Environment
    distributed: str
    """Version of Dask's package of that name."""


@dataclass(frozen=True, slots=True)
class Report:
    run_id: str
    attempt: str
    """Differs where a training was begun again on another worker."""
    seconds: float
    """Since the attempt began."""
    obeyed: frozenset[WorkerOrder]
    """The orders that the worker knows of."""
    progress: Mapping[str, Any]
    """For `progress_after`."""


def images_message(data: "Dataset") -> dict[str, Any]:
    """Return the arguments of a Dataset, and what a worker cannot read from its files."""
    names = ("name", "x_train", "y_train", "x_test", "y_test", "source")
    return {"dataset": {name: getattr(data, name) for name in names}, "facts": facts_of(data.name)}


def report_message(report: Report) -> dict[str, Any]:
    """Return plain values that Dask can send in an event."""
    return {
        "run": report.run_id,
        "attempt": report.attempt,
        "seconds": round(report.seconds, 3),
        "obeyed": orders_message(report.obeyed),
        "progress": report.progress,
    }


def read_report(message: Mapping[str, Any]) -> Report:
    return Report(
        message["run"],
        message["attempt"],
        message["seconds"],
        frozenset(map(WorkerOrder, message["obeyed"])),
        message["progress"],
    )


def ending_message(run_id: str, attempt: str) -> dict[str, Any]:
    """Return what a worker sends before it ends in order."""
    return {"run": run_id, "attempt": attempt, "ends": True}


def orders_topic(topic: str, run_id: str) -> str:
    return f"{topic}-{run_id}"


def orders_message(orders: Collection[WorkerOrder]) -> list[str]:
    return sorted(map(str, orders))  # Dask sends plain text alone


def read_orders(message: Collection[str]) -> frozenset[WorkerOrder]:
    return frozenset(map(WorkerOrder, message))


def progress_since(before: Progress | None, latest: Progress) -> dict[str, Any]:
    """Return what `progress_after(before, …)` makes `latest` of, as plain values."""
    known = before.curves.epochs if before and _continues(before.curves, latest.curves) else 0
    seen = before.points if before else ()
    if seen != latest.points[: len(seen)]:
        seen = ()
    return {
        "phase": str(latest.phase),
        "epochs": latest.epochs,
        "known": known,
        "curves": [list(getattr(latest.curves, name)[known:]) for name in CURVES],
        "seen": len(seen),
        "points": [[point.epoch, point.accuracy, point.loss] for point in latest.points[len(seen) :]],
        "rate": latest.images_per_second,
        "left": latest.seconds_left,
        "learning_rate": latest.learning_rate,
    }


def progress_after(before: Progress | None, new: Mapping[str, Any]) -> Progress:
    """Return the progress that follows `before` according to `progress_since`."""
    old, seen = (before.curves, before.points) if before else (Curves(), ())
    known = new["known"]
    curves = zip(CURVES, new["curves"], strict=True)
    return Progress(
        Phase(new["phase"]),
        new["epochs"],
        Curves(*(getattr(old, name)[:known] + tuple(values) for name, values in curves)),
        seen[: new["seen"]] + tuple(Point(*point) for point in new["points"]),
        new["rate"],
        new["left"],
        new["learning_rate"],
    )


def _continues(before: Curves, latest: Curves) -> bool:
    return all(getattr(latest, name)[: before.epochs] == getattr(before, name) for name in CURVES)
