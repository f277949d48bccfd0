import math
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from fmnist_tui.engine.clock import running_clock
from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.engine.profile import timed
from fmnist_tui.engine.tensorflow import keras, tf
from fmnist_tui.engine.training.callback import ProgressCallback
from fmnist_tui.engine.training.compiled import PreparedRecipe
from fmnist_tui.engine.training.compiled_cache import CompiledModelCache
from fmnist_tui.engine.training.dead_units import count_dead_units
from fmnist_tui.engine.training.evaluation import Evaluation, evaluate
from fmnist_tui.engine.training.footprint import TooLargeError, evaluation_batch_size
from fmnist_tui.engine.training.new_run import new_run
from fmnist_tui.engine.training.progress import Control, Phase, Progress, Sink, ignore_progress
from fmnist_tui.engine.training.storage import Checkpoint, RunStorage
from fmnist_tui.engine.training.weights import BestWeights, by_layer, first_kernel
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.run import Curves, Run
from fmnist_tui.lab.runs.folder import BEST_MODEL, RunFolder
from fmnist_tui.lab.runs.snapshots import MOST_UNITS
from fmnist_tui.lab.runs.weights import TrainedWeights

FAILURES = (tf.errors.OpError, MemoryError)
"""Errors that end in a failed run: they are the recipe's or the machine's fault."""


def train(
    recipe: Recipe,
    seed: int,
    data: Dataset,
    *,
    experiment: str,
    run_id: str,
    sink: Sink = ignore_progress,
    control: Control | None = None,
    model_path: Path | None = None,
    cache: CompiledModelCache | None = None,
    folder: RunFolder | None = None,
    resume: bool = False,
    keep_weights: bool = True,
) -> Run:
    """Train a recipe with one seed, test it, and return the run with any status.

    A loss that is not finite, too little memory and TensorFlow's errors end in a failed run with its reason. A stop
    requested through `control` or the folder ends in a stopped run, tested if at least one step was made. On one
    machine, with the same versions and number of threads, the same seed gives the same results, also with `resume`,
    which continues from the folder's checkpoint if there is one.

    `sink` is called in this thread and must return quickly. `model_path` ends in `.keras`; the best epoch's model is
    saved beside it if that is another. An error in writing to `folder` becomes the run's reason, and the training
    continues.

    Raises:
        ArchitectureError: the network cannot be built.
        AlreadyTrainingError: another program is training in the folder.
        ValueError: the data are not the recipe's dataset.
    """
    recipe.architecture.check()
    if data.name != recipe.dataset:
        raise ValueError(f"the recipe is for {recipe.dataset}, but the data are {data.name}")
    began = running_clock.seconds()
    run = new_run(Job(experiment, recipe, seed), run_id)
    storage = RunStorage(folder, keep_weights=keep_weights)
    with storage.locked():
        with timed("record"):
            checkpoint = storage.checkpoint(run) if resume else None
            storage.begin(run)
        sink(Progress(Phase.COMPILING, recipe.training.epochs, checkpoint.curves if checkpoint else run.curves))
        try:
            with timed("compile"):
                prepared = (cache or CompiledModelCache()).prepare(recipe, data)
        except FAILURES as error:
            seconds = round(running_clock.seconds() - began, 3)
            return replace(run, status="failed", reason=_reason(error), seconds=seconds)
        training = _Training(prepared, run, began, storage, sink, control or Control())
        if checkpoint:
            training.resume_from(checkpoint)
        with timed("epochs"):
            training.fit()
        with timed("test"):
            return training.tested(data, model_path)


class _Training:
    """`began` is in seconds of `running_clock`."""

    def __init__(
        self, prepared: PreparedRecipe, run: Run, began: float, storage: RunStorage, sink: Sink, control: Control
    ) -> None:
        self._prepared = prepared
        self._run = run
        self._began = began
        self._storage = storage
        self._control = control
        self._unsaved: str | None = None
        self._dead_units: tuple[int, ...] | None = None
        self._untouched = False
        """Whether it was stopped before its first step; then there is nothing to test."""
        self._best = BestWeights()
        self._checkpoint: Checkpoint | None = None
        self._reporter = ProgressCallback(
            run.recipe.training.epochs,
            prepared.plan,
            sink,
            control,
            keep=self._keep,
            look=lambda: storage.check_stop_request(control),
        )

    @property
    def _seconds(self) -> float:
        """Without pauses, but with the time before the checkpoint."""
        earlier = self._checkpoint.seconds if self._checkpoint else 0.0
        return round(earlier + running_clock.seconds() - self._began - self._reporter.paused_seconds, 3)

    def resume_from(self, checkpoint: Checkpoint) -> None:
        best = BestWeights(checkpoint.best_epoch, checkpoint.best_weights)
        if not best.has_shapes_of(self._prepared.model):
            return
        try:
            self._prepared.set_state(checkpoint.state)
        except ValueError:
            return
        self._checkpoint, self._best, self._reporter.curves = checkpoint, best, checkpoint.curves
        self._run = replace(self._run, started=checkpoint.started)

    def fit(self) -> None:
        trained = self._reporter.curves.epochs
        try:
            if self._checkpoint and self._checkpoint.over:
                return
            if not self._control.stopping_now:
                before = [] if trained else [keras.callbacks.LambdaCallback(on_train_begin=lambda _: self._snapshot(0))]
                self._prepared.fit(self._run.seed, [*before, self._reporter], initial_epoch=trained)
            elif trained:
                self._reporter.mark_stopped(f"after epoch {trained} of {self._run.recipe.training.epochs}")
            else:
                self._reporter.mark_stopped("before the first epoch")
                self._untouched = True
        except FAILURES as error:
            self._reporter.fail(_reason(error))

    def tested(self, data: Dataset, model_path: Path | None) -> Run:
        """Test the last and the best weights, unless the run failed or made no step."""
        reporter = self._reporter
        test = best = None
        if reporter.status != "failed" and not self._untouched:
            try:
                test, best = self._test(data, model_path)
            except FAILURES as error:
                reporter.fail(_reason(error))
        if reporter.status == "failed":
            test = best = None
        elif test:
            with timed("record"):
                self._storage.add_predictions(test)
                network, last = self._prepared.model, self._prepared.model.get_weights()
                self._storage.add_weights(
                    TrainedWeights(by_layer(network, last), by_layer(network, self._best.weights) if best else None)
                )
        return replace(
            self._run,
            status=reporter.status,
            reason=reporter.reason or self._unsaved or self._storage.trouble,
            seconds=self._seconds,
            curves=reporter.curves,
            test=test.metrics if test else None,
            confusion=test.confusion if test else None,
            dead_units_by_layer=self._dead_units if test else None,
            best=best.metrics if best else None,
        )

    def _test(self, data: Dataset, model_path: Path | None) -> tuple[Evaluation, Evaluation | None]:
        network, reporter = self._prepared.model, self._reporter
        reporter.report(Phase.TESTING)
        batch_size = evaluation_batch_size(self._run.recipe.architecture)
        test = evaluate(network, data.x_test, data.y_test, batch_size=batch_size)
        if not math.isfinite(test.metrics.loss):
            reporter.fail(f"the loss on the test set is {test.metrics.loss}; try a lower learning rate")
            return test, None
        validation = self._prepared.validation_indices
        self._dead_units = count_dead_units(network, self._run.recipe.architecture, data.x_train, validation)
        self._save(network, model_path)
        best_path = model_path and model_path.with_name(BEST_MODEL)
        if self._best.epoch is None or (self._best.epoch == reporter.curves.epochs and not reporter.cut_short):
            if best_path:
                with suppress(OSError):
                    best_path.unlink()  # left by an earlier training of this run
            return test, None
        with self._best.within(network):
            best = evaluate(network, data.x_test, data.y_test, batch_size=batch_size)
            self._save(network, best_path)
        return test, best

    def _keep(self, curves: Curves) -> None:
        with timed("record"):
            self._store(curves)

    def _store(self, curves: Curves) -> None:
        self._best.see(self._prepared.model, curves)
        self._snapshot(curves.epochs)
        self._storage.add_epoch(curves, self._seconds)
        self._storage.add_checkpoint(
            self._run,
            lambda: Checkpoint(
                started=self._run.started,
                seconds=self._seconds,
                curves=curves,
                over=self._reporter.model.stop_training or curves.epochs == self._run.recipe.training.epochs,
                state=self._prepared.state(),
                best_epoch=self._best.epoch,
                best_weights=self._best.weights,
            ),
        )

    def _snapshot(self, epoch: int) -> None:
        self._storage.add_snapshot(self._run, epoch, lambda: first_kernel(self._prepared.model, MOST_UNITS))

    def _save(self, network: keras.Model, path: Path | None) -> None:
        """An error is only noted, because the run's results are still valid."""
        if path is None:
            return
        draft = path.with_name(f".draft-{path.name}")  # Keras wants the suffix .keras
        try:
            with timed("record"):
                path.parent.mkdir(parents=True, exist_ok=True)
                draft.unlink(missing_ok=True)  # Keras would follow a symbolic link
                network.save(draft)
                draft.replace(path)
        except OSError as error:
            self._unsaved = self._unsaved or f"its model could not be saved: {error.strerror or error}"


def _reason(error: Exception) -> str:
    if isinstance(error, TooLargeError):
        return str(error)
    if isinstance(error, MemoryError | tf.errors.ResourceExhaustedError):
        return "not enough memory; use smaller layers or a smaller batch"
    lines = str(getattr(error, "message", error)).strip().splitlines()
    return f"TensorFlow failed: {lines[0][:200] if lines else type(error).__name__}"
