import math
from collections.abc import Callable, Mapping

from fmnist_tui.engine.tensorflow import keras
from fmnist_tui.engine.training.chunks import ChunkPlan
from fmnist_tui.engine.training.evaluation import rounded
from fmnist_tui.engine.training.progress import Control, Pace, Phase, Point, Progress, Sink
from fmnist_tui.lab.records.run import CURVES, Curves, Status


class ProgressCallback(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types to check against
    """Reports progress, obeys `control`, and records how the training ended.

    `keep` is called with the curves after each epoch, before `sink`; `look` after each chunk and during a pause.
    """

    def __init__(
        self,
        epochs: int,
        plan: ChunkPlan,
        sink: Sink,
        control: Control,
        *,
        keep: Callable[[Curves], object] = lambda _: None,
        look: Callable[[], object] = lambda: None,
        pace: Pace | None = None,
    ) -> None:
        super().__init__()
        self.curves = Curves()
        """The finished epochs; set it to resume a training."""
        self.status: Status = "finished"
        self.reason: str | None = None
        self._epochs = epochs
        self._plan = plan
        self._sink = sink
        self._control = control
        self._keep = keep
        self._look = look
        self._pace = pace or Pace()
        self._validation = Pace(unsettled=1)
        self._points: tuple[Point, ...] = ()
        self.cut_short = False
        """Whether the training ended within an epoch; that epoch is not in the curves."""
        self.paused_seconds = 0.0
        """Total time in pauses; not counted in the training's seconds."""

    def report(self, phase: Phase) -> None:
        rate = self._pace.images_per_second
        left = None if rate is None else self._seconds_left(rate)
        learning_rate = None if self.model is None else float(self.model.optimizer.learning_rate)
        self._sink(Progress(phase, self._epochs, self.curves, self._points, rate, left, learning_rate))

    def fail(self, reason: str) -> None:
        self.status, self.reason = "failed", reason

    def mark_stopped(self, when: str) -> None:
        self.status, self.reason = "stopped", f"stopped by hand {when}"

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        self._points = ()
        self.cut_short = False

    def on_train_batch_begin(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        self._pace.begin()

    def on_train_batch_end(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        logs = logs or {}
        before = self._plan.images_after(batch - 1) if batch else 0
        done = self._plan.images_after(batch)
        self._pace.end(done - before)
        epoch = self.curves.epochs
        self._points += (Point(epoch + done / self._plan.images, rounded(logs["accuracy"]), rounded(logs["loss"])),)
        if not math.isfinite(logs["loss"]):
            self._diverge(logs["loss"])
            return
        self._look()
        self.report(Phase.STOPPING if self._control.stopping else Phase.TRAINING)
        if self._control.paused:
            self.report(Phase.PAUSED)
            self.paused_seconds += self._control.wait_while_paused(self._look)
            self.report(Phase.STOPPING if self._control.stopping else Phase.TRAINING)
        if self._control.stopping_now and done < self._plan.images:
            self.mark_stopped(f"in epoch {epoch + 1} of {self._epochs}")
            self._leave_epoch()

    def on_test_begin(self, logs: Mapping[str, float] | None = None) -> None:
        self._validation.begin()
        self.model.stop_evaluating = self.cut_short

    def on_test_end(self, logs: Mapping[str, float] | None = None) -> None:
        self._validation.end(1)

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        logs = logs or {}
        if self.cut_short:
            return
        if not math.isfinite(logs.get("val_loss", 0.0)):
            self._diverge(logs["val_loss"])
            return
        kept = (getattr(self.curves, name) + ((rounded(logs[name]),) if name in logs else ()) for name in CURVES)
        self.curves = Curves(*kept)
        self._points = ()
        self._keep(self.curves)
        self.report(Phase.STOPPING if self._control.stopping else Phase.TRAINING)
        if self._control.stopping and self.curves.epochs < self._epochs:
            self.mark_stopped(f"after epoch {self.curves.epochs} of {self._epochs}")
            self.model.stop_training = True

    def _diverge(self, loss: float) -> None:
        self.fail(f"the loss became {loss} in epoch {self.curves.epochs + 1}; try a lower learning rate")
        self._leave_epoch()

    def _leave_epoch(self) -> None:
        self.cut_short = True
        self.model.stop_training = True

    def _seconds_left(self, rate: float) -> float:
        done = self._points[-1].epoch if self._points else float(self.curves.epochs)
        end = min(self.curves.epochs + 1, self._epochs) if self._control.stopping else self._epochs
        validations = self._validation.images_per_second
        validating = (end - self.curves.epochs) / validations if validations else 0.0
        return max(end - done, 0.0) * self._plan.images / rate + validating
