"""Read an edited text back by parsing only the records around the change.

The rest is equal in both texts byte for byte, and was read before. It means the same in both, for it is cut off at true
record headers, and no record has parts on both sides of a cut: the records around the change, parsed alone, are those
that the notebook has of them. Anything else is read as a whole.
"""

from dataclasses import replace
from typing import TypeVar

from fmnist_tui.lab.notebook.editing import Edit
from fmnist_tui.lab.notebook.equality import same_records
from fmnist_tui.lab.records.run import Experiment, Run
from fmnist_tui.lab.toml import migration, parsing
from fmnist_tui.lab.toml.parsing import headers_are_certain, next_record, record_before
from fmnist_tui.lab.toml.reading import Notebook, NotebookError, read_records, read_text

Record = TypeVar("Record", Run, Experiment)

MOST_PARSED = 0.25
"""The largest part of the text that is parsed twice; parsing the new text as a whole is as fast from a half on."""


def read_back(edit: Edit, old: str, notebook: Notebook, name: str) -> Notebook:
    """Return what an edited text holds; NotebookError if it cannot be read."""
    found = read_around_change(old, edit.text, notebook)
    return found if found is not None else read_text(edit.text, name)


def read_around_change(old: str, new: str, notebook: Notebook) -> Notebook | None:
    """Return what the new text holds, if `notebook` is what the old one holds; None if only the whole text can say."""
    if len(old) < parsing.PART or notebook.remarks or notebook.format != migration.FORMAT:
        return None  # a remark names a line, which may be another now
    start = _equal_at_start(old, new)
    after = _equal_at_end(old[start:], new[start:])
    begin = record_before(old, start)
    if begin is None or not headers_are_certain(old, begin):
        return None
    end = next_record(old, len(old) - after)
    before, now = old[begin:end], new[begin : len(new) - (len(old) - end)]
    if len(before) + len(now) > MOST_PARSED * len(old) or not headers_are_certain(now, 0):
        return None
    try:
        had, has = read_records(before), read_records(now)
    except NotebookError:
        return None
    if had.unknown or has.unknown or has.remarks or not (now.endswith("\n") or end == len(old)):
        return None
    runs = _exchanged(notebook.runs, had.runs, has.runs)
    experiments = _exchanged(notebook.experiments, had.experiments, has.experiments)
    if runs is None or experiments is None:
        return None
    moved = len(runs) != len(notebook.runs) or len(experiments) != len(notebook.experiments)
    if moved and notebook.unknown:  # which is kept by the records' numbers
        return None
    if len({run.id for run in runs}) < len(runs) or len({plan.name for plan in experiments}) < len(experiments):
        return None
    return replace(notebook, runs=runs, experiments=experiments)


def _exchanged(
    all_records: tuple[Record, ...], before: tuple[Record, ...], now: tuple[Record, ...]
) -> tuple[Record, ...] | None:
    """Return the records with some that follow each other exchanged; None unless these are among them."""
    if not before:
        return None if now else all_records
    first = _key(before[0])
    start = next((place for place, each in enumerate(all_records) if _key(each) == first), 0)
    end = start + len(before)
    if not same_records(all_records[start:end], before):
        return None
    return all_records[:start] + now + all_records[end:]


def _key(record: Run | Experiment) -> str:
    return record.id if isinstance(record, Run) else record.name


def _equal_at_start(one: str, other: str) -> int:
    """Return how many characters the texts begin with in common."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _equal_at_end(one: str, other: str) -> int:
    """Return how many characters the texts end with in common."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[len(one) - middle : len(one) - low] == other[len(other) - middle : len(other) - low]:
            low = middle
        else:
            high = middle - 1
    return low
