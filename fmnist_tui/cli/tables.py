"""Experiments and runs as text for a terminal, or for a pipe."""

from collections.abc import Iterable, Sequence
from typing import Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from fmnist_tui.cli.standard_streams import as_written
from fmnist_tui.lab.class_errors import Confusion, class_report, most_confused
from fmnist_tui.lab.comparison.tables import Table as LabTable
from fmnist_tui.lab.comparison.tables import spread_text
from fmnist_tui.lab.figures import fixed
from fmnist_tui.lab.notebook.unrecorded import unfinished
from fmnist_tui.lab.outcome import outcome
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records import Curves, Metrics, Run
from fmnist_tui.lab.report.tables import points
from fmnist_tui.lab.results import Group
from fmnist_tui.lab.shorthand import shorthand
from fmnist_tui.lab.standings import Standings
from fmnist_tui.lab.thinning import spaced

NARROWEST_NAME = 16
"""Cells that an experiment's name keeps; columns that can be done without go first."""

MOST_EPOCHS = 100
"""How many epochs of a run are printed; of longer runs half as many."""

NARROWEST_STATE = len("1 interrupted")
"""Cells that the column of what did not finish keeps; it is folded too."""

SPARED = ("test loss", "layers", "s", "params")
"""The columns of `list` that go where the terminal has no room for them, in the order they go."""


def print_groups(groups: Sequence[Group], standings: Standings, running: frozenset[str] = frozenset()) -> None:
    """Print a row for each experiment; where a baseline is pinned, with the difference to it in validation accuracy.

    Args:
        groups: the experiments.
        standings: how they stand against the baseline.
        running: the ids of the runs that are being trained.
    """
    console = _console()
    states = [unfinished(group, running) for group in groups]
    columns = {
        "experiment": [_name(group) for group in groups],
        "layers": [shorthand(group.recipe.architecture) for group in groups],
        **({"not finished": states} if any(states) else {}),
        "runs": [f"{len(group.finished)}{f'/{group.plan.repeats}' if group.plan else ''}" for group in groups],
        "val acc": [spread_text(group.val_accuracy) for group in groups],
        "test acc": [spread_text(group.test_accuracy) for group in groups],
        "test loss": [spread_text(group.test_loss) for group in groups],
        "params": [f"{group.recipe.architecture.parameters:,}" for group in groups],
        "s": [fixed(group.seconds.mean, 1) if group.seconds else "–" for group in groups],
    }
    if standings.baselines:
        columns["vs baseline"] = [_standing(group, standings) for group in groups]
    for title in SPARED:
        if _width(columns) > console.width:
            del columns[title]
    left = [title for title in columns if title in ("experiment", "layers", "not finished")]
    table = _table(*left, right=[title for title in columns if title not in left])
    for cells in zip(*columns.values(), strict=True):
        _add(table, *cells)
    console.print(table)


def _width(columns: dict[str, list[str]]) -> int:
    """Return how wide a table is at least, its names folded and every other cell whole."""
    widest = {title: max(map(len, (title, *cells))) for title, cells in columns.items()}
    widest["experiment"] = min(widest["experiment"], NARROWEST_NAME)
    if "not finished" in widest:
        widest["not finished"] = min(widest["not finished"], NARROWEST_STATE)
    return sum(width + 2 for width in widest.values())


def _name(group: Group) -> str:
    marks = (
        "★ " if group.plan and group.plan.starred else "",
        group.name,
        " (baseline)" if group.plan and group.plan.baseline else "",
        " (older recipe)" if group.older else "",
        " (synthetic)" if group.recipe.dataset == "synthetic" else "",
    )
    return "".join(marks)


def _standing(group: Group, standings: Standings) -> str:
    """Return a group's difference to the baseline in percentage points, with a verdict's word: `+0.31 possible`."""
    if standings.is_baseline(group):
        return "baseline"
    told = standings.of(group)
    return f"{points(told.difference.mean)} {told.verdict.word}" if told else "–"


def print_group(group: Group, running: frozenset[str] = frozenset()) -> None:
    """Print one experiment: its recipe, its plan and its runs."""
    console = _console()
    _print_facts(
        console,
        group.name + (" (older recipe)" if group.older else ""),
        [*_recipe_facts(group), *_plan_facts(group)],
    )
    table = _table("id", "status", right=("seed", "epochs", "val acc", "test acc", "test loss", "s"))
    for run in group.runs:
        val = fixed(run.curves.val_accuracy[-1], 4) if run.curves.val_accuracy else "–"
        test = (fixed(run.test.accuracy, 4), fixed(run.test.loss, 4)) if run.test else ("–", "–")
        status = "running" if run.id in running else run.status
        _add(table, run.id, status, str(run.seed), str(run.curves.epochs), val, *test, fixed(run.seconds, 1))
    if group.runs:
        console.print(table)


def print_run(run: Run, *, is_running: bool = False) -> None:
    """Print one run: its recipe, how it ended and its curves."""
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
    ]
    if run.note:
        facts.append(("note", run.note))
    if run.environment:
        environment = run.environment
        versions = f"TensorFlow {environment.tensorflow}, Keras {environment.keras}, Python {environment.python}"
        facts.append(("on", f"{environment.machine}; {versions}"))
    _print_facts(console, f"{run.experiment} · run {run.id}", facts)
    table = _table(right=("epoch", "loss", "acc", "val loss", "val acc"))
    curves = run.curves
    shown = _shown_epochs(curves)
    for epoch in shown:
        val = (f"{curves.val_loss[epoch]:.4f}", f"{curves.val_accuracy[epoch]:.4f}") if curves.val_loss else ("–", "–")
        _add(table, str(epoch + 1), f"{curves.loss[epoch]:.4f}", f"{curves.accuracy[epoch]:.4f}", *val)
    if shown:
        console.print(table)
    if len(shown) < curves.epochs:
        console.print(Text(f"  {len(shown)} of {curves.epochs:,} epochs; --json has them all", "dim"))
    if run.confusion:
        _print_classes(console, run.confusion)


def _shown_epochs(curves: Curves) -> list[int]:
    """Return which epochs are printed, from 0: all, or of many some that are evenly spaced, and the best."""
    if curves.epochs <= MOST_EPOCHS:
        return list(range(curves.epochs))
    best = {curves.best_epoch - 1} if curves.best_epoch else set()
    return sorted({*spaced(curves.epochs, MOST_EPOCHS // 2), *best})


def _metrics_text(metrics: Metrics) -> str:
    return f"accuracy {fixed(metrics.accuracy, 4)}, loss {fixed(metrics.loss, 4)}"


def _best_text(run: Run) -> str:
    """Return which epoch was best, and its test figures where they are not the last one's."""
    epoch = run.curves.best_epoch
    if epoch is None:
        return "–"
    words = f"{epoch} by validation accuracy" + (", the last" if epoch == run.curves.epochs else "")
    return words + (f"; its test: {_metrics_text(run.best)}" if run.best else "")


def _print_classes(console: Console, confusion: Confusion) -> None:
    """Print how well each class of the test set is recognised, and what is taken for what most often."""
    table = _table("class", right=("precision", "recall", "F1", "images"))
    for score in class_report(confusion):
        figures = (score.precision, score.recall, score.f1)
        _add(table, score.name, *(fixed(figure, 4) for figure in figures), f"{score.support:,}")
    console.print(table)
    for mistake in most_confused(confusion, 3):
        share = fixed(100 * mistake.share, 1)
        console.print(Text(f"  {mistake.words}: {mistake.count:,}, {share} % of the class", "dim"))


def print_tables(tables: Iterable[LabTable]) -> None:
    """Print tables one below the other, each with its title and its notes."""
    console = _console()
    for place, each in enumerate(tables):
        if place:
            console.print()
        console.print(Text(visible(each.title, 1_000), "bold"))
        table = Table(box=None, padding=(0, 1), header_style="bold")
        for column, heading in enumerate(each.headings):
            justify: Literal["left", "right"] = "right" if column in each.figures else "left"
            table.add_column(Text(visible(heading)), justify=justify, overflow="fold")
        for row in each.rows:
            _add(table, *row)
        console.print(table)
        for note in each.notes:
            console.print(Text(f" {visible(note, 1_000)}", "dim"))


def _recipe_facts(group: Group) -> list[tuple[str, str]]:
    training = group.recipe.training
    stopping = f", early stopping after {training.early_stopping}" if training.early_stopping else ""
    return [
        ("layers", shorthand(group.recipe.architecture)),
        ("parameters", f"{group.recipe.architecture.parameters:,}"),
        ("dataset", group.recipe.dataset),
        (
            "training",
            f"{training.optimizer} {training.learning_rate:g}, batches of {training.batch_size}, "
            f"{training.epochs} epochs{stopping}",
        ),
        ("split", f"{training.validation_fraction:g} held out, seed {training.split_seed}"),
    ]


def _plan_facts(group: Group) -> list[tuple[str, str]]:
    facts = [("test accuracy", f"{spread_text(group.test_accuracy)} (n = {len(group.finished)})")]
    plan = group.plan
    if plan and plan.hypothesis:
        facts.append(("hypothesis", plan.hypothesis))
    if plan and plan.published:
        facts.append(("published", _metrics_text(plan.published)))
    if plan and plan.note:
        facts.append(("note", plan.note))
    return facts


def _print_facts(console: Console, title: str, facts: Sequence[tuple[str, str]]) -> None:
    console.print(Text(visible(title), "bold"))
    grid = Table.grid(padding=(0, 2))
    for name, value in facts:
        grid.add_row(Text(f"  {name}", "dim"), Text(visible(value, 1_000)))
    console.print(grid)


def _table(*left: str, right: Sequence[str] = ()) -> Table:
    table = Table(box=None, padding=(0, 1), header_style="bold")
    for title in left:
        table.add_column(title, overflow="fold")
    for title in right:
        table.add_column(title, justify="right", no_wrap=True)
    return table


def _add(table: Table, *cells: str) -> None:
    table.add_row(*(Text(as_written(visible(cell))) for cell in cells))


def _console() -> Console:
    """Return a console that is as wide as it needs to be where it is no terminal."""
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = 160
    return console
