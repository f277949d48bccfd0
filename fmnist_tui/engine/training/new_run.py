from datetime import datetime

from fmnist_tui.engine.environment import environment
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.records.run import Curves, Run


def new_run(job: Job, run_id: str, started: datetime | None = None) -> Run:
    """Its status is interrupted, which is right for a process that dies; `replace` sets how a training ends."""
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
    """In whole seconds, as runs record it."""
    return datetime.now().astimezone().replace(microsecond=0)
