"""The history's state as one immutable value: each gesture takes a view and returns the next."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.record import STATUS
from fmnist_tui.lab.filtering.filter import Filter
from fmnist_tui.lab.statistics.baseline import BaselineDifferences
from fmnist_tui.tui.history.columns import VERSUS
from fmnist_tui.tui.history.rows import HistoryRow, HistoryRows, RowKey
from fmnist_tui.tui.training.activity import Activity
from fmnist_tui.tui.training.states import Ongoing, filter_words, ongoing_entries, pressing, with_unrecorded


class SortOrder(NamedTuple):
    column: str
    descending: bool


@dataclass(frozen=True, slots=True)
class HistoryView:
    """Made by the functions of this module."""

    recorded: tuple[Group, ...] = ()
    groups: tuple[Group, ...] = ()
    """All groups, in the notebook's order; those without a record come last."""
    ongoing: Ongoing = field(default_factory=dict)
    filter: Filter = field(default_factory=lambda: Filter(""))
    order: SortOrder | None = None
    """None for the notebook's order."""
    unfolded: frozenset[RowKey] = frozenset()
    marked: tuple[RowKey, ...] = ()
    """In the order they were marked."""
    arranged: tuple[Group, ...] = ()
    """The groups that match the filter, sorted."""
    differences: BaselineDifferences = field(default_factory=BaselineDifferences, compare=False, repr=False)
    rows: HistoryRows = field(default_factory=HistoryRows, compare=False, repr=False)
    at: int = 0
    wanted: RowKey | None = None
    """The record the user selected: the cursor returns to it when it is shown again."""

    @property
    def row(self) -> HistoryRow | None:
        return self.rows[self.at] if self.rows else None

    @property
    def filtered(self) -> bool:
        return self.filter.condition is not None


def show_groups(view: HistoryView, groups: tuple[Group, ...]) -> HistoryView:
    return _with_groups(replace(view, recorded=groups))


def show_activity(view: HistoryView, activity: Activity) -> HistoryView:
    ongoing = ongoing_entries(activity)
    if ongoing == view.ongoing:
        return view
    return _with_groups(replace(view, ongoing=ongoing))


def filter_by(view: HistoryView, wanted: Filter) -> HistoryView:
    return _arranged(replace(view, filter=wanted))


def sort_by(view: HistoryView, order: SortOrder | None) -> HistoryView:
    return _arranged(replace(view, order=order))


def move(view: HistoryView, by: int) -> HistoryView:
    return _at(view, view.at + by)


def move_to(view: HistoryView, key: RowKey) -> HistoryView:
    """Move the cursor to a record, or as soon as that is shown."""
    place = view.rows.place_of(key)
    return replace(view, wanted=key) if place is None else replace(view, wanted=key, at=place)


def go(view: HistoryView, place: int) -> HistoryView:
    return _at(view, place)


def fold(view: HistoryView) -> HistoryView:
    """From a run the cursor moves to the group."""
    if view.row is None:
        return view
    group = view.row.key.of_group
    changed = replace(view, unfolded=view.unfolded ^ {group}, wanted=group)
    return _laid_out(changed, view.rows)


def fold_all(view: HistoryView) -> HistoryView:
    unfolded = frozenset() if view.unfolded else frozenset(RowKey(group.name, group.recipe) for group in view.arranged)
    return _laid_out(replace(view, unfolded=unfolded), view.rows)


def renamed(view: HistoryView, before: str, after: str) -> HistoryView:
    def with_new_name(key: RowKey) -> RowKey:
        return replace(key, name=after) if key.name == before else key

    return replace(
        view,
        wanted=with_new_name(view.wanted) if view.wanted else None,
        unfolded=frozenset(map(with_new_name, view.unfolded)),
        marked=tuple(map(with_new_name, view.marked)),
    )


def mark(view: HistoryView) -> HistoryView:
    if view.row is None:
        return view
    key = view.row.key
    rest = tuple(other for other in view.marked if other != key)
    return replace(view, marked=rest if len(rest) < len(view.marked) else (*rest, key))


def unmark_all(view: HistoryView) -> HistoryView:
    return replace(view, marked=())


def marked_rows(view: HistoryView) -> tuple[HistoryRow, ...]:
    """Return them in the order they were marked, hidden ones included."""
    names = {key.name for key in view.marked}
    by_group = {RowKey(group.name, group.recipe): group for group in view.groups if group.name in names}
    groups = [by_group[key.of_group] for key in view.marked if key.of_group in by_group]
    by_key = {row.key: row for row in HistoryRows(groups, {key.of_group for key in view.marked}, view.ongoing)}
    return tuple(by_key[key] for key in view.marked if key in by_key)


def _at(view: HistoryView, place: int) -> HistoryView:
    if not view.rows:
        return view
    place = min(max(place, 0), len(view.rows) - 1)
    return replace(view, at=place, wanted=view.rows[place].key)


def _with_groups(view: HistoryView) -> HistoryView:
    groups = with_unrecorded(view.recorded, view.ongoing)
    return _arranged(replace(view, groups=groups, differences=BaselineDifferences(groups, view.differences)))


def _arranged(view: HistoryView) -> HistoryView:
    passing: tuple[Group, ...] = view.groups
    if view.filtered:
        matches, ongoing = view.filter.matches, view.ongoing
        passing = tuple(group for group in passing if matches(group, filter_words(group, ongoing) if ongoing else ()))
    if view.order is not None:
        passing = _sorted(view, passing, view.order)
    return _laid_out(replace(view, arranged=passing), view.rows)


def _sorted(view: HistoryView, groups: tuple[Group, ...], order: SortOrder) -> tuple[Group, ...]:
    match order.column:
        case STATUS.key:
            return _by(groups, lambda group: pressing(group, view.ongoing), order.descending)
        case VERSUS.key:
            return _by(groups, lambda group: _above(group, view.differences), order.descending)
        case key:
            from fmnist_tui.lab.filtering.sorting import sort_groups

            return sort_groups(groups, key, order.descending)


def _above(group: Group, differences: BaselineDifferences) -> float | None:
    if differences.is_baseline(group):
        return 0.0
    found = differences.difference(group)
    return found.mean if found else None


def _by(groups: Iterable[Group], rank: Callable[[Group], Any], descending: bool) -> tuple[Group, ...]:
    """Sort groups by a rank, stably; those without one come last."""
    ranked = [(rank(group), group) for group in groups]
    with_rank = sorted((pair for pair in ranked if pair[0] is not None), key=lambda pair: pair[0], reverse=descending)
    return (*(group for _, group in with_rank), *(group for rank, group in ranked if rank is None))


def _laid_out(view: HistoryView, before: HistoryRows) -> HistoryView:
    """Rebuild the rows, with the cursor on its record or the nearest one."""
    after = HistoryRows(view.arranged, view.unfolded, view.ongoing)
    wanted = view.wanted or (after[0].key if after else None)
    place = after.place_of(wanted) if wanted else 0
    return replace(view, rows=after, wanted=wanted, at=after.place_near(view.at, before) if place is None else place)
