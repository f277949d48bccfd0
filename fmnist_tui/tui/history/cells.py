from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len, set_cell_size

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.field import NOTHING
from fmnist_tui.lab.fields.record import NAME, STATUS
from fmnist_tui.lab.figures import fixed
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.dataset import mark_of
from fmnist_tui.lab.statistics.baseline import BaselineDifferences
from fmnist_tui.tui.history.columns import VERSUS, HistoryColumn
from fmnist_tui.tui.history.rows import HistoryRow
from fmnist_tui.tui.training.states import Ongoing, summary

if TYPE_CHECKING:
    from fmnist_tui.lab.statistics.intervals import Difference

STAR, PIN = "★", "⚑"

WAITING = "…"
"""Shown in place of a difference until SciPy is loaded."""


class CellContext(NamedTuple):
    ongoing: Ongoing
    differences: BaselineDifferences
    statistics: bool = True
    """Whether SciPy is loaded: importing it while drawing would block the screen."""
    distinctions: Mapping[int, str] = MappingProxyType({})
    """As from `distinctions`."""


class StyledCell(NamedTuple):
    text: str
    style: str = ""


def cell(row: HistoryRow, column: HistoryColumn, around: CellContext, width: int) -> StyledCell:
    special = _SPECIAL.get(column.key)
    if special is not None:
        return special(row, around, width)
    return StyledCell(column.of_run(row.entry) if row.entry else column.of_group(row.group))


def fitted(text: str, width: int, *, right: bool = False) -> str:
    cells = cell_len(text)
    if cells > width:
        return set_cell_size(set_cell_size(text, max(width - 1, 0)).rstrip() + "…", width)
    room = " " * (width - cells)
    return set_cell_size(
        room + text if right else text + room, width
    )  # a zero-width joiner at an end may swallow a space


def name_prefix(group: Group) -> str:
    if group.plan is None:
        return ""
    return f"{STAR} " * group.plan.starred + f"{PIN} " * group.plan.baseline


def name_suffix(group: Group) -> str:
    """Return why a group's runs cannot be compared with others."""
    data = mark_of(group.recipe.dataset)
    return " (older)" * group.older + (f" ({data})" if data else "")


def name_cells(group: Group, distinctions: Mapping[int, str]) -> int:
    return sum(map(cell_len, (name_prefix(group), _told_apart(group, distinctions), name_suffix(group))))


def _told_apart(group: Group, distinctions: Mapping[int, str]) -> str:
    words = distinctions.get(id(group))
    return f"{visible(group.name)} · {words}" if words else visible(group.name)


def _name(row: HistoryRow, around: CellContext, width: int) -> StyledCell:
    group = row.group
    if row.entry is None:
        before, after = name_prefix(group), name_suffix(group)
        room = max(width - cell_len(before) - len(after), 1)
        name = _told_apart(group, around.distinctions)
        return StyledCell(before + (name if cell_len(name) <= room else fitted(name, room)) + after)
    run = row.run
    star = f" {STAR}" if run and run.starred else ""
    return StyledCell(f"  seed {row.entry.seed}{star}" + (f" {visible(run.id, 20)}" if run else ""))


def _state(row: HistoryRow, around: CellContext, width: int) -> StyledCell:
    if row.entry is not None:
        state = row.entry.state
        return StyledCell(f"{state.sign} {state.word}", state.style)
    counts = summary(row.group, around.ongoing)
    if not counts:
        return StyledCell(NOTHING)
    (first, count), *others = counts
    shown = f"{first.sign} {count} {first.word}" if count > 1 and others else f"{first.sign} {first.word}"
    for state, more in others:
        if state.word != "finished" and cell_len(longer := f"{shown} {state.sign}{more}") <= width:
            shown = longer
    return StyledCell(shown, first.style)


def points_text(found: "Difference") -> str:
    """Return `+0.52 ±0.31`: percentage points, and half the interval."""
    mean, half = 100 * found.mean, 50 * (found.high - found.low)
    decimals = 2 if max(abs(mean), half) < 10 else 1
    return f"{fixed(mean, decimals, sign=True)} ±{fixed(half, decimals)}"


def verdict_sign(found: "Difference", word: str) -> str:
    """Return ▲ ▼ clear, △ ▽ possible, ≈ not resolved."""
    if word == "not resolved":
        return "≈"
    return {"clear": "▲▼", "possible": "△▽"}[word][found.mean < 0]


_VERDICT_STYLES = {"▲": "green", "▼": "red"}


def _versus(row: HistoryRow, around: CellContext, _: int) -> StyledCell:
    if row.entry is not None or not around.differences.baselines:
        return StyledCell("")
    if around.differences.is_baseline(row.group):
        return StyledCell("baseline")
    if not around.statistics:
        return StyledCell(WAITING)
    corrected = around.differences.of(row.group)
    if corrected is None:
        return StyledCell(NOTHING)
    sign = verdict_sign(corrected.difference, corrected.verdict.word)
    return StyledCell(f"{points_text(corrected.difference)} {sign}", _VERDICT_STYLES.get(sign, ""))


_SPECIAL: dict[str, Callable[[HistoryRow, CellContext, int], StyledCell]] = {
    NAME.key: _name,
    STATUS.key: _state,
    VERSUS.key: _versus,
}
