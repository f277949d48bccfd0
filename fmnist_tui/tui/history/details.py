from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.field import Metric, decimal_text
from fmnist_tui.lab.fields.results import (
    BEST_EPOCH,
    BEST_VAL_ACCURACY,
    METRICS,
    SECONDS,
    TEST_ACCURACY,
    TEST_LOSS,
    VAL_ACCURACY,
    published_figures,
)
from fmnist_tui.lab.figures import fixed
from fmnist_tui.lab.plain_text import counted, visible
from fmnist_tui.lab.records.dataset import shown_name
from fmnist_tui.lab.records.run import Metrics, Run
from fmnist_tui.lab.records.shorthand import shorthand
from fmnist_tui.tui.history.cells import name_prefix, name_suffix, points_text
from fmnist_tui.tui.history.rows import HistoryRow
from fmnist_tui.tui.history.view import HistoryView
from fmnist_tui.tui.training.states import State, entries, summary

if TYPE_CHECKING:
    from fmnist_tui.lab.statistics.verdicts import CorrectedDifference

LONGEST = 2_000
"""Longest user text shown, in characters."""

Facts = Iterator[tuple[str, str]]
"""Pairs of name and value, neither of them markup."""


def details(row: HistoryRow, view: HistoryView) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    facts = _of_group(row.group, view) if row.entry is None else _of_run(row, row.run)
    for name, text in facts:
        table.add_row(Text(name, "bold"), Text(text))
    return table


def recipe_words(group: Group) -> str:
    """Return `64-32 · adam 0.001 · batch 64 · 10 epochs · fashion-mnist`."""
    training = group.recipe.training
    return (
        f"{shorthand(group.recipe.architecture) or 'no layers'} · {training.optimizer} {training.learning_rate:g} · "
        f"batch {training.batch_size} · {counted(training.epochs, 'epoch')} · {shown_name(group.recipe.dataset)}"
    )


def difference_words(group: Group, view: HistoryView) -> tuple[str, str] | None:
    judged = view.differences.of(group)
    if judged is None:
        return None
    baseline = view.differences.baselines[group.recipe.dataset]
    return str(judged.verdict), f"{points_text(judged.difference)} points against {visible(baseline.name, 40)}"


def _of_group(group: Group, view: HistoryView) -> Facts:
    yield "experiment", f"{name_prefix(group)}{visible(group.name, LONGEST)}{name_suffix(group)}"
    yield "recipe", recipe_words(group)
    states = (
        f"{state.sign} {count} {state.word}" + _seeds(group, view, state)
        for state, count in summary(group, view.ongoing)
    )
    yield "runs", ", ".join(states) or "none"
    if known := VAL_ACCURACY.figures(group):
        yield "validation", f"{VAL_ACCURACY.show(group, 'compact')}{_interval(known.values())} over {len(known)}"
    if TEST_ACCURACY.values(group) and TEST_LOSS.values(group):
        yield "test", f"{TEST_ACCURACY.show(group, 'compact')}, loss {TEST_LOSS.show(group, 'compact')}"
    for metric in METRICS:
        if metric not in (VAL_ACCURACY, TEST_ACCURACY, TEST_LOSS) and metric.values(group):
            yield metric.title, metric.show(group, "compact")
    if (words := difference_words(group, view)) and (judged := view.differences.of(group)):
        verdict, difference = words
        yield "baseline", f"{difference}: {verdict} ({_test(judged)})"
    plan = group.plan
    if plan is None:
        return
    if published := published_figures(group):
        yield "published", _metrics(published)
    for name in ("section", "hypothesis", "note"):
        if text := getattr(plan, name):
            yield name, visible(text, LONGEST)


def _test(judged: "CorrectedDifference") -> str:
    from fmnist_tui.lab.statistics.verdicts import p_words

    corrected = f" corrected for {judged.among:,} differences" if judged.among > 1 else ""
    found = judged.difference
    how = f"paired over {counted(found.n, 'seed')}" if found.paired else "Welch's test"
    return f"{p_words(judged.p)}{corrected}, {how}"


def _seeds(group: Group, view: HistoryView, state: State) -> str:
    if state in (State.FINISHED, State.PLANNED):
        return ""
    seeds = [str(entry.seed) for entry in entries(group, view.ongoing) if entry.state is state]
    return f" (seed {', '.join(seeds)})" if len(seeds) <= 10 else ""


def _interval(figures: Iterable[float]) -> str:
    from fmnist_tui.lab.statistics.intervals import interval

    found = interval(tuple(figures))
    if found is None:
        return ""
    return f", 95 % interval {decimal_text(found.low, 'compact')} to {decimal_text(found.high, 'compact')},"


def _metrics(metrics: Metrics) -> str:
    return f"test accuracy {fixed(metrics.accuracy, 4)}, loss {fixed(metrics.loss, 4)}"


def _of_run(row: HistoryRow, run: Run | None) -> Facts:
    entry = row.entry
    assert entry is not None
    yield "experiment", visible(row.group.name, LONGEST)
    yield "recipe", recipe_words(row.group)
    yield "seed", str(entry.seed)
    yield "state", f"{entry.state.sign} {entry.state.word}"
    if run is None:
        return
    yield "run", visible(run.id, 80)
    yield "started", f"{run.started:%Y-%m-%d %H:%M:%S %z}, {fixed(run.seconds, 1)} s"
    yield "epochs", f"{run.curves.epochs} of {run.recipe.training.epochs}{_best(run)}"
    if run.test:
        yield "test", _metrics(run.test) + (" (last epoch)" if run.best else "")
    if run.best:
        yield "best test", f"{_metrics(run.best)} (best epoch)"
    for metric in METRICS:
        if metric not in (TEST_ACCURACY, TEST_LOSS, BEST_EPOCH, BEST_VAL_ACCURACY, SECONDS) and _is_known(metric, run):
            yield metric.title, metric.show_run(run, "compact")
    if run.reason:
        yield "reason", visible(run.reason, LONGEST)
    if run.note:
        yield "note", visible(run.note, LONGEST)
    if run.environment:
        known = run.environment
        yield (
            "trained on",
            f"{visible(known.machine)}; TensorFlow {visible(known.tensorflow)}, Keras {visible(known.keras)}",
        )


def _is_known(metric: Metric, run: Run) -> bool:
    return metric.of_run(run) is not None


def _best(run: Run) -> str:
    best = run.curves.best_epoch
    return "" if best is None else f"; best validation accuracy {BEST_VAL_ACCURACY.show_run(run, 'compact')} in {best}"
