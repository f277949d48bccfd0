"""Metrics of a run, of its last epoch unless they say otherwise."""

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.field import NOTHING, SHARE, Field, Metric, points
from fmnist_tui.lab.records.dataset import FASHION_MNIST
from fmnist_tui.lab.records.run import Metrics, Run


def _last(curve: tuple[float, ...]) -> float | None:
    return curve[-1] if curve else None


def _accuracy_gap(run: Run) -> float | None:
    training, validation = _last(run.curves.accuracy), _last(run.curves.val_accuracy)
    return None if training is None or validation is None else training - validation


def _dead_units(run: Run) -> int | None:
    return None if run.dead_units_by_layer is None else sum(run.dead_units_by_layer)


def _seconds_per_epoch(run: Run) -> float | None:
    return run.seconds / run.curves.epochs if run.curves.epochs else None


VAL_ACCURACY = Metric(
    key="acc",
    title="val acc",
    help="validation accuracy after the last epoch, mean of the finished runs",
    example="acc>0.87 or acc>87%",
    of_run=lambda run: _last(run.curves.val_accuracy),
    unit=SHARE,
    name="val_accuracy",
    aliases=("val", "accuracy"),
    words="validation accuracy",
    better="more",
)
VAL_ACCURACY_SD = Field(
    key="sd",
    title="sd",
    help="standard deviation of the validation accuracy over seeds",
    of_group=lambda group: known.sd if (known := VAL_ACCURACY.spread(group)) else None,
    decimals=4,
    unit=SHARE,
    name="val_accuracy_sd",
    measured=True,
)
BEST_VAL_ACCURACY = Metric(
    key="best",
    title="best val acc",
    heading="best val",
    help="validation accuracy of each run's best epoch, mean",
    of_run=lambda run: max(run.curves.val_accuracy, default=None),
    unit=SHARE,
    name="best_val_accuracy",
    words="best epoch's validation accuracy",
    better="more",
)
BEST_EPOCH = Metric(
    key="best_epoch",
    title="best epoch",
    heading="best ep",
    help="the epoch with the best validation accuracy, mean",
    of_run=lambda run: run.curves.best_epoch,
    whole=True,
    unit="epochs",
    decimals=1,
    with_sd=False,
    compared=False,
)
VAL_LOSS = Metric(
    key="val_loss",
    title="val loss",
    help="validation loss after the last epoch, mean",
    of_run=lambda run: _last(run.curves.val_loss),
    unit="nats",
    words="validation loss",
    better="less",
    width=13,
)
ACCURACY_GAP = Metric(
    key="acc_gap",
    title="acc gap",
    help="training minus validation accuracy, both of the last epoch, mean",
    of_run=_accuracy_gap,
    unit=SHARE,
    name="accuracy_gap",
    words="accuracy gap, train - val",
    width=13,
)
TRAIN_ACCURACY = Metric(
    key="train_acc",
    title="train acc",
    help="training accuracy of the last epoch, mean",
    of_run=lambda run: _last(run.curves.accuracy),
    unit=SHARE,
    name="train_accuracy",
    words="training accuracy",
    better="more",
    compared=False,
)
TRAIN_LOSS = Metric(
    key="train_loss",
    title="train loss",
    help="training loss of the last epoch, mean",
    of_run=lambda run: _last(run.curves.loss),
    unit="nats",
    words="training loss",
    better="less",
    compared=False,
    width=13,
)
TEST_ACCURACY = Metric(
    key="test",
    title="test acc",
    help="test accuracy, mean; for reporting, choose by acc",
    of_run=lambda run: run.test.accuracy if run.test else None,
    unit=SHARE,
    name="test_accuracy",
    better="more",
)
TEST_LOSS = Metric(
    key="loss",
    title="test loss",
    help="test loss, mean",
    of_run=lambda run: run.test.loss if run.test else None,
    unit="nats",
    name="test_loss",
    better="less",
    width=13,
)


def published_figures(group: Group) -> Metrics | None:
    """Only Fashion-MNIST has published figures."""
    if group.plan is None or group.recipe.dataset != FASHION_MNIST:
        return None
    return group.plan.published


def _above_published(group: Group) -> float | None:
    ours, theirs = TEST_ACCURACY.spread(group), published_figures(group)
    return ours.mean - theirs.accuracy if ours and theirs else None


def _points_above_published(group: Group) -> float | None:
    difference = _above_published(group)
    return None if difference is None else 100 * difference


def _above_published_text(group: Group) -> str:
    difference = _above_published(group)
    return NOTHING if difference is None else points(difference)


VS_PUBLISHED = Field(
    key="vs_published",
    title="vs published",
    heading="vs publ.",
    help="mean test accuracy - the plan's published one",
    example="vs_published<0",
    of_group=_points_above_published,
    group_text=_above_published_text,
    unit="points",
    better="more",
    decimals=2,
    measured=True,
    width=9,
)
DEAD_UNITS = Metric(
    key="dead",
    title="dead units",
    heading="dead",
    help="hidden units whose output is 0 for every validation image, mean",
    example="dead>0",
    of_run=_dead_units,
    unit="units",
    name="dead_units",
    better="less",
    whole=True,
    decimals=1,
    with_sd=False,
    compared=False,
)
SECONDS = Metric(
    key="seconds",
    title="seconds",
    heading="s",
    help="training time of a run in seconds, mean",
    of_run=lambda run: run.seconds,
    unit="s",
    aliases=("s", "time"),
    better="less",
    decimals=1,
    with_sd=False,
    width=6,
)
SECONDS_PER_EPOCH = Metric(
    key="seconds_per_epoch",
    title="s/epoch",
    help="seconds per epoch, building and testing included, mean",
    of_run=_seconds_per_epoch,
    unit="s",
    aliases=("s_per_epoch",),
    better="less",
    decimals=2,
    with_sd=False,
    compared=False,
)

RESULTS: tuple[Field, ...] = (
    VAL_ACCURACY,
    VAL_ACCURACY_SD,
    BEST_VAL_ACCURACY,
    BEST_EPOCH,
    VAL_LOSS,
    ACCURACY_GAP,
    TRAIN_ACCURACY,
    TRAIN_LOSS,
    TEST_ACCURACY,
    TEST_LOSS,
    VS_PUBLISHED,
    DEAD_UNITS,
    SECONDS,
    SECONDS_PER_EPOCH,
)

METRICS: tuple[Metric, ...] = tuple(field for field in RESULTS if isinstance(field, Metric))
