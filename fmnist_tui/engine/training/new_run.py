"""The run of a training before its first epoch: the one place where the engine builds a run."""

from datetime import datetime

from fmnist_tui.engine.environment import environment
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.records.run import Curves, Run


def new_run(job: Job, run_id: str, started: datetime | None = None) -> Run:
    """Return the run of a job before its first epoch, started now unless a time is given.

    Its status is interrupted, which is right for a process that dies; how a training ends is set with `replace`.
    """
    return Run(
        id=run_id,
        experiment=job.experiment,
        recipe=job.recipe,
        seed=job.seed,
        status="interrupted",
        started=started or now(),
        seconds=0.0,
        parameters=job.recipe.architecture.parameters,
        curves=Curves(),
        environment=environment(),
    )


def now() -> datetime:
    """Return the local time in whole seconds, as runs record it."""
    return datetime.now().astimezone().replace(microsecond=0)
