"""Experiments and runs as text for a terminal, or for a pipe."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records import Run
from fmnist_tui.lab.results import Group, Spread
from fmnist_tui.lab.shorthand import shorthand


def print_groups(groups: Iterable[Group]) -> None:
    """Print a row for each experiment."""
    table = _table("experiment", "layers", right=("runs", "val acc", "test acc", "test loss", "params", "s"))
    for group in groups:
        _add(
            table,
            f"{group.name}{' (older recipe)' if group.older else ''}"
            f"{' (synthetic)' if group.recipe.dataset == 'synthetic' else ''}",
            shorthand(group.recipe.architecture),
            str(len(group.finished)) + (f"/{group.plan.repeats}" if group.plan else ""),
            spread_text(group.val_accuracy),
            spread_text(group.test_accuracy),
            spread_text(group.test_loss),
            f"{group.recipe.architecture.parameters:,}",
            f"{group.seconds.mean:.1f}" if group.seconds else "–",
        )
    _console().print(table)


def print_group(group: Group) -> None:
    """Print one experiment: its recipe, its plan and its runs."""
    console = _console()
    _print_facts(
        console,
        group.name + (" (older recipe)" if group.older else ""),
        [*_recipe_facts(group), *_plan_facts(group)],
    )
    table = _table("id", "status", right=("seed", "epochs", "val acc", "test acc", "test loss", "s"))
    for run in group.runs:
        val = f"{run.curves.val_accuracy[-1]:.4f}" if run.curves.val_accuracy else "–"
        test = (f"{run.test.accuracy:.4f}", f"{run.test.loss:.4f}") if run.test else ("–", "–")
        _add(table, run.id, run.status, str(run.seed), str(run.curves.epochs), val, *test, f"{run.seconds:.1f}")
    if group.runs:
        console.print(table)


def print_run(run: Run) -> None:
    """Print one run: its recipe, how it ended and its curves."""
    console = _console()
    test = f"accuracy {run.test.accuracy:.4f}, loss {run.test.loss:.4f}" if run.test else "none"
    facts = [
        *_recipe_facts(Group(run.experiment, run.recipe)),
        ("seed", str(run.seed)),
        ("status", run.status + (f": {run.reason}" if run.reason else "")),
        ("started", f"{run.started:%Y-%m-%d %H:%M:%S %z}"),
        ("took", f"{run.seconds:.1f} s"),
        ("test", test),
        ("best epoch", f"{run.curves.best_epoch} by validation accuracy" if run.curves.best_epoch else "–"),
    ]
    if run.environment:
        environment = run.environment
        versions = f"TensorFlow {environment.tensorflow}, Keras {environment.keras}, Python {environment.python}"
        facts.append(("on", f"{environment.machine}; {versions}"))
    _print_facts(console, f"{run.experiment} · run {run.id}", facts)
    table = _table(right=("epoch", "loss", "acc", "val loss", "val acc"))
    curves = run.curves
    for epoch in range(curves.epochs):
        val = (f"{curves.val_loss[epoch]:.4f}", f"{curves.val_accuracy[epoch]:.4f}") if curves.val_loss else ("–", "–")
        _add(table, str(epoch + 1), f"{curves.loss[epoch]:.4f}", f"{curves.accuracy[epoch]:.4f}", *val)
    if curves.epochs:
        console.print(table)


def spread_text(spread: Spread | None) -> str:
    """Return a figure with its spread: `0.8746 ±0.0021`, `0.8746` for a single run."""
    if spread is None:
        return "–"
    return f"{spread.mean:.4f}" + (f" ±{spread.sd:.4f}" if spread.sd is not None else "")


def _recipe_facts(group: Group) -> list[tuple[str, str]]:
    training = group.recipe.training
    stopping = f", early stopping after {training.patience}" if training.patience else ""
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
    if plan and plan.published:
        facts.append(("published", f"accuracy {plan.published.accuracy:.4f}, loss {plan.published.loss:.4f}"))
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
    table.add_row(*(Text(visible(cell)) for cell in cells))


def _console() -> Console:
    """Return a console that is as wide as it needs to be where it is no terminal."""
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = 160
    return console
