from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from fmnist_tui.cli.fitted_tables import FittedColumn, print_table
from fmnist_tui.lab.classes import Classes
from fmnist_tui.lab.comparison.text_tables import TextTable
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.distinctions import distinctions
from fmnist_tui.lab.fields.field import NOTHING, Field, points, value_text
from fmnist_tui.lab.fields.recipe import DATASET, EPOCHS, LAYERS, PARAMETERS
from fmnist_tui.lab.fields.record import FINISHED_RUNS, ID, NAME, SEED, STATUS, states
from fmnist_tui.lab.fields.results import (
    BEST_EPOCH,
    METRICS,
    SECONDS,
    TEST_ACCURACY,
    TEST_LOSS,
    VAL_ACCURACY,
    published_figures,
)
from fmnist_tui.lab.figures import fixed
from fmnist_tui.lab.notebook.unrecorded import unfinished
from fmnist_tui.lab.plain_text import size_text, visible
from fmnist_tui.lab.records.dataset import mark_of
from fmnist_tui.lab.records.run import Curves, Metrics, Run, outcome
from fmnist_tui.lab.statistics.baseline import BaselineDifferences
from fmnist_tui.lab.statistics.class_errors import Confusion, class_report, most_frequent_mistakes
from fmnist_tui.lab.thinning import spaced

NOT_FINISHED, VERSUS = "not finished", "vs baseline"
"""Headings of columns that are no fields."""

NARROWEST_NAME = 16
"""Minimum width of the name column; the columns in `SPARED` are dropped first."""

MOST_EPOCHS = 100
"""Longer runs are thinned to half as many printed epochs."""

NARROWEST_STATE = len("1 interrupted")
"""Minimum width of the "not finished" column, which folds."""

LISTED = (LAYERS, FINISHED_RUNS, VAL_ACCURACY, TEST_ACCURACY, TEST_LOSS, PARAMETERS, SECONDS)
"""The default columns of `list` after the name."""

SPARED = (TEST_LOSS, LAYERS, SECONDS, PARAMETERS, TEST_ACCURACY)
"""The columns that `list` drops on a narrow terminal, in that order."""

RUN_COLUMNS = (ID, STATUS, SEED, EPOCHS, VAL_ACCURACY, TEST_ACCURACY, TEST_LOSS, SECONDS)
"""The columns of an experiment's runs."""


def print_groups(
    groups: Sequence[Group],
    differences: BaselineDifferences,
    running: frozenset[str] = frozenset(),
    wanted: Sequence[Field] = (),
) -> None:
    """Print the columns `wanted`, or those of `LISTED` that fit; `running` are ids of runs in training."""
    console = _console()
    apart = distinctions(groups)
    columns = {NAME: [_name(group, apart.get(id(group), "")) for group in groups]}
    for field in (field for field in wanted or LISTED if field is not NAME):
        columns[field] = [_shown(field, group, running) for group in groups]
    others = {} if wanted else _others(groups, differences, running)
    for field in () if wanted else SPARED:
        if _width(columns, others) > console.width:
            del columns[field]
    headed = [*_columns_of(columns, narrow=True), *(FittedColumn(title, title == VERSUS) for title in others)]
    print_table(console, headed, [*zip(*columns.values(), *others.values(), strict=True)])


def _shown(field: Field, group: Group, running: frozenset[str]) -> str:
    return value_text(states(group, running)) if field is STATUS else field.show(group)


def _others(groups: Sequence[Group], differences: BaselineDifferences, running: frozenset[str]) -> dict[str, list[str]]:
    """Return the columns that are no fields, by title."""
    found = {}
    if any(words := [unfinished(group, running) for group in groups]):
        found[NOT_FINISHED] = words
    if differences.baselines:
        found[VERSUS] = [_difference_words(group, differences) for group in groups]
    return found


def _width(columns: dict[Field, list[str]], others: dict[str, list[str]]) -> int:
    widest = {field: max(map(len, (field.heading, *cells))) for field, cells in columns.items()}
    widest[NAME] = min(widest[NAME], NARROWEST_NAME)
    beside = {title: max(map(len, (title, *cells))) for title, cells in others.items()}
    if NOT_FINISHED in beside:
        beside[NOT_FINISHED] = min(beside[NOT_FINISHED], NARROWEST_STATE)
    return sum(width + 2 for width in (*widest.values(), *beside.values()))


def _name(group: Group, apart: str) -> str:
    marks = (
        "★ " if group.plan and group.plan.starred else "",
        group.name,
        f" · {apart}" if apart else "",
        " (baseline)" if group.plan and group.plan.baseline else "",
        " (older recipe)" if group.older else "",
        f" ({mark})" if (mark := mark_of(group.recipe.dataset)) else "",
    )
    return "".join(marks)


def _difference_words(group: Group, differences: BaselineDifferences) -> str:
    """Return the difference to the baseline in percentage points: `+0.31 possible`."""
    if differences.is_baseline(group):
        return "baseline"
    corrected = differences.of(group)
    return f"{points(corrected.difference.mean)} {corrected.verdict.word}" if corrected else NOTHING


def print_group(group: Group, running: frozenset[str] = frozenset()) -> None:
    console = _console()
    _print_facts(
        console,
        group.name + (" (older recipe)" if group.older else ""),
        [*_recipe_facts(group), *_plan_facts(group)],
    )
    rows = []
    for run in group.runs:
        status = "running" if run.id in running else run.status
        rows.append([status if field is STATUS else field.show_run(run) for field in RUN_COLUMNS])
    if rows:
        print_table(console, _columns_of(RUN_COLUMNS), rows)


def print_run(run: Run, *, is_running: bool = False, kept: tuple[int | None, int | None] = (None, None)) -> None:
    """Print a run; `kept` are the bytes of its weights and of its snapshots, None where it has none."""
    console = _console()
    test = _metrics_text(run.test) if run.test else "none"
    facts = [
        *_recipe_facts(Group(run.experiment, run.recipe)),
        ("seed", str(run.seed)),
        ("status", "running" if is_running else outcome(run)),
        ("started", f"{run.started:%Y-%m-%d %H:%M:%S %z}"),
        ("took", f"{fixed(run.seconds, 1)} s"),
        ("test", test),
        ("best epoch", _best_text(run)),
        *(
            (each.words, each.show_run(run))
            for each in METRICS
            if each not in _IN_WORDS and each.of_run(run) is not None
        ),
    ]
    weights, snapshots = kept
    facts.append(("weights", size_text(weights) if weights else "not kept"))
    if snapshots:
        facts.append(("snapshots", f"{size_text(snapshots)}, the first layer after each epoch"))
    if run.note:
        facts.append(("note", run.note))
    if run.environment:
        environment = run.environment
        versions = f"TensorFlow {environment.tensorflow}, Keras {environment.keras}, Python {environment.python}"
        facts.append(("on", f"{environment.machine}; {versions}"))
    _print_facts(console, f"{run.experiment} · run {run.id}", facts)
    curves = run.curves
    shown = _shown_epochs(curves)
    rows = []
    for epoch in shown:
        val = (f"{curves.val_loss[epoch]:.4f}", f"{curves.val_accuracy[epoch]:.4f}") if curves.val_loss else ("–", "–")
        rows.append((str(epoch + 1), f"{curves.loss[epoch]:.4f}", f"{curves.accuracy[epoch]:.4f}", *val))
    if rows:
        print_table(console, [FittedColumn(title, right=True) for title in _EPOCH_COLUMNS], rows)
    if len(shown) < curves.epochs:
        console.print(Text(f"  {len(shown)} of {curves.epochs:,} epochs; --json has them all", "dim"))
    if run.confusion:
        _print_classes(console, run.confusion, run.recipe.classes)


_EPOCH_COLUMNS = ("epoch", "loss", "acc", "val loss", "val acc")


def _shown_epochs(curves: Curves) -> list[int]:
    if curves.epochs <= MOST_EPOCHS:
        return list(range(curves.epochs))
    best = {curves.best_epoch - 1} if curves.best_epoch else set()
    return sorted({*spaced(curves.epochs, MOST_EPOCHS // 2), *best})


def _metrics_text(metrics: Metrics) -> str:
    return f"accuracy {fixed(metrics.accuracy, 4)}, loss {fixed(metrics.loss, 4)}"


_IN_WORDS = (BEST_EPOCH, TEST_ACCURACY, TEST_LOSS, SECONDS)
"""Metrics that `print_run` shows in other words."""


def _best_text(run: Run) -> str:
    epoch = run.curves.best_epoch
    if epoch is None:
        return "–"
    words = f"{epoch} by validation accuracy" + (", the last" if epoch == run.curves.epochs else "")
    return words + (f"; its test: {_metrics_text(run.best)}" if run.best else "")


def _print_classes(console: Console, confusion: Confusion, classes: Classes) -> None:
    columns = [
        FittedColumn("class"),
        *(FittedColumn(title, right=True) for title in ("precision", "recall", "F1", "images")),
    ]
    rows = []
    for name, score in zip(classes.names, class_report(confusion), strict=True):
        figures = (score.precision, score.recall, score.f1)
        rows.append((name, *(fixed(figure, 4) for figure in figures), f"{score.support:,}"))
    print_table(console, columns, rows)
    for mistake in most_frequent_mistakes(confusion, 3):
        share = fixed(100 * mistake.share, 1)
        console.print(Text(f"  {mistake.words(classes)}: {mistake.count:,}, {share} % of the class", "dim"))


def print_tables(tables: Iterable[TextTable]) -> None:
    console = _console()
    for place, each in enumerate(tables):
        if place:
            console.print()
        console.print(Text(visible(each.title, 1_000), "bold"))
        columns = [FittedColumn(heading, place in each.figures) for place, heading in enumerate(each.headings)]
        print_table(console, columns, each.rows)
        for note in each.notes:
            console.print(Text(f" {visible(note, 1_000)}", "dim"))


def _recipe_facts(group: Group) -> list[tuple[str, str]]:
    training = group.recipe.training
    stopping = f", early stopping after {training.early_stopping}" if training.early_stopping else ""
    return [
        (LAYERS.title, LAYERS.show(group)),
        (PARAMETERS.words, PARAMETERS.show(group)),
        (DATASET.title, DATASET.show(group)),
        (
            "training",
            f"{training.optimizer} {training.learning_rate:g}, batches of {training.batch_size}, "
            f"{training.epochs} epochs{stopping}",
        ),
        ("split", f"{training.validation_fraction:g} held out, seed {training.split_seed}"),
    ]


def _plan_facts(group: Group) -> list[tuple[str, str]]:
    facts = [
        (metric.words, f"{metric.show(group)} (n = {len(metric.figures(group))})")
        for metric in METRICS
        if metric is TEST_ACCURACY or metric.values(group)
    ]
    plan = group.plan
    if plan and plan.hypothesis:
        facts.append(("hypothesis", plan.hypothesis))
    if published := published_figures(group):
        facts.append(("published", _metrics_text(published)))
    if plan and plan.note:
        facts.append(("note", plan.note))
    return facts


def _print_facts(console: Console, title: str, facts: Sequence[tuple[str, str]]) -> None:
    console.print(Text(visible(title), "bold"))
    grid = Table.grid(padding=(0, 2))
    for name, value in facts:
        grid.add_row(Text(f"  {name}", "dim"), Text(visible(value, 1_000)))
    console.print(grid)


def _columns_of(fields: Iterable[Field], *, narrow: bool = False) -> list[FittedColumn]:
    return [FittedColumn(field.heading if narrow else field.title, field.right_aligned) for field in fields]


def _console() -> Console:
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = 160
    return console
