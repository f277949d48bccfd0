"""One training, from a recipe and a seed to a run."""

import math
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.engine.environment import environment
from fmnist_tui.engine.evaluation import Evaluation, evaluate
from fmnist_tui.engine.footprint import TooLargeError, images_at_once
from fmnist_tui.engine.prepared import Prepared
from fmnist_tui.engine.progress import Control, Phase, Progress, Sink
from fmnist_tui.engine.reporter import Reporter
from fmnist_tui.engine.tensorflow import tf
from fmnist_tui.engine.workbench import Workbench
from fmnist_tui.lab.recipe import Recipe
from fmnist_tui.lab.records import Curves, Run, Status

FAILURES = (tf.errors.OpError, MemoryError)
"""What a training may raise that is the recipe's fault or the machine's, not the program's."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """How a training ended."""

    status: Status
    reason: str | None
    curves: Curves = field(default_factory=Curves)
    test: Evaluation | None = None


def _nobody(_: Progress) -> None:
    """Look at no picture."""


def train(
    recipe: Recipe,
    seed: int,
    data: Dataset,
    *,
    experiment: str,
    run_id: str,
    sink: Sink = _nobody,
    control: Control | None = None,
    model_path: Path | None = None,
    workbench: Workbench | None = None,
) -> Run:
    """Train a recipe with one seed, test it, and return the run, whatever became of it.

    A loss that is not finite, too little memory and TensorFlow's own errors end in a failed run with its
    reason; a stop asked for through `control` in a stopped one, tested with the weights as they are.

    Args:
        recipe: what is trained, and how.
        seed: decides initial weights, dropout and the order of the batches. On one machine, with the same
            versions and number of threads, the same seed gives the same figures.
        data: the images; its name is the recipe's dataset.
        experiment: the name that the run is recorded under.
        run_id: the run's own id.
        sink: takes each picture of the progress, in this thread; must be quick.
        control: the flags of a person; may be set from any thread.
        model_path: where the trained model is saved, `.keras`; None saves nothing.
        workbench: keeps the recipe compiled for its next seed; None compiles it for this one alone.

    Raises:
        ArchitectureError: a network that cannot be built.
        ValueError: data that are not the recipe's dataset.
    """
    recipe.architecture.check()
    if data.name != recipe.dataset:
        raise ValueError(f"the recipe is for {recipe.dataset}, but the data are {data.name}")
    started, began = datetime.now().astimezone().replace(microsecond=0), time.perf_counter()
    sink(Progress(Phase.COMPILING, recipe.training.epochs))
    prepared = None
    try:
        prepared = (workbench or Workbench()).prepare(recipe, data)
    except FAILURES as error:
        outcome = _Outcome("failed", _reason(error))
    else:
        outcome = _train(prepared, seed, data, sink, control or Control())
    seconds = time.perf_counter() - began
    reason = outcome.reason
    if prepared is not None and model_path is not None and outcome.status != "failed":
        reason = _save(prepared, model_path) or reason
    return Run(
        id=run_id,
        experiment=experiment,
        recipe=recipe,
        seed=seed,
        status=outcome.status,
        started=started,
        seconds=round(seconds, 3),
        parameters=recipe.architecture.parameters,
        curves=outcome.curves,
        test=outcome.test.metrics if outcome.test else None,
        confusion=outcome.test.confusion if outcome.test else None,
        environment=environment(),
        reason=reason,
    )


def _train(prepared: Prepared, seed: int, data: Dataset, sink: Sink, control: Control) -> _Outcome:
    reporter = Reporter(prepared.recipe.training.epochs, prepared.plan, sink, control)
    test = None
    try:
        if control.stopping_now:
            prepared.start(seed)
            reporter.stop_by_hand("before the first epoch")
        else:
            prepared.fit(seed, [reporter])
        if reporter.status != "failed":
            reporter.report(Phase.TESTING)
            at_once = images_at_once(prepared.recipe.architecture)
            test = evaluate(prepared.model, data.x_test, data.y_test, at_once=at_once)
            if not math.isfinite(test.metrics.loss):
                reporter.fail(f"the loss on the test set is {test.metrics.loss}; try a lower learning rate")
    except FAILURES as error:
        reporter.fail(_reason(error))
    return _Outcome(reporter.status, reporter.reason, reporter.curves, None if reporter.status == "failed" else test)


def _save(prepared: Prepared, path: Path) -> str | None:
    """Save the plain network; return why not, in a sentence, where that fails: the run's figures stand."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        prepared.model.save(path)
    except OSError as error:
        return f"its model could not be saved: {error.strerror or error}"
    return None


def _reason(error: Exception) -> str:
    if isinstance(error, TooLargeError):
        return str(error)
    if isinstance(error, MemoryError | tf.errors.ResourceExhaustedError):
        return "not enough memory; use smaller layers or a smaller batch"
    lines = str(getattr(error, "message", error)).strip().splitlines()
    return f"TensorFlow failed: {lines[0][:200] if lines else type(error).__name__}"
