"""Remove records from a notebook's text and restore them byte for byte."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from typing import Any

from fmnist_tui.lab.notebook.editing import Edit, Patch, number_of, on_a_new_line, patched
from fmnist_tui.lab.notebook.equality import alike
from fmnist_tui.lab.notebook.placing import placed
from fmnist_tui.lab.parameters import shown
from fmnist_tui.lab.toml.locating import RecordPlace, content_end, line_of_root_key, sections
from fmnist_tui.lab.toml.migration import FORMAT
from fmnist_tui.lab.toml.reading import Notebook, NotebookError, read_records, read_text
from fmnist_tui.lab.toml.remarks import Owner

_CONTEXT = 240
"""Characters around a position that identify it; enough for a header and an id."""

_FORMAT = f"format = {FORMAT}\n"

Name = tuple[str, str]
"""Kind of a record, and its id or name."""


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    at: int
    before: str
    after: str
    """Text after it, without pieces that were removed later in the text."""
    following: Name | None
    preceding: Name | None


def removed(
    text: str, notebook: Notebook, run_ids: Collection[str], experiment: str | None
) -> tuple[Edit, tuple[Piece, ...]]:
    runs = {number_of(each, notebook) for each in run_ids}
    plans = {_plan_number(experiment, notebook)} if experiment is not None else set[int]()
    kept = without(notebook, plans, runs)
    taken = [
        *(placed(text, "run", notebook)[number] for number in sorted(runs)),
        *(placed(text, "experiment", notebook)[number] for number in sorted(plans)),
    ]
    stretches = _merged([stretch for place in taken for stretch in _spans(text, place)])
    names = _names_by_start(text, notebook)
    pieces = []
    rest = text
    for start, end in reversed(stretches):
        rest = rest[:start] + rest[end:]
        before, after = rest[max(start - _CONTEXT, 0) : start], rest[start : start + _CONTEXT]
        following = next((name for at, name in names if at >= end), None)
        preceding = next((name for at, name in reversed(names) if at < start), None)
        pieces.append(Piece(text[start:end], start, before, after, following, preceding))
    if not kept.runs and not kept.experiments and ("", 0) in kept.unknown and line_of_root_key(text, "format") is None:
        # Otherwise the file would no longer be recognized as a notebook, and never be written to.
        rest = _FORMAT + rest
        pieces = [
            replace(each, at=each.at + len(_FORMAT), before=(_FORMAT + each.before)[-_CONTEXT:]) for each in pieces
        ]
    return Edit(rest, partial(alike, kept)), tuple(reversed(pieces))


def restored(text: str, notebook: Notebook, pieces: tuple[Piece, ...]) -> Edit:
    """Put removed pieces back in their place, else at the end; NotebookError if one exists again."""
    back = read_records("".join(piece.text for piece in pieces), "what was deleted")
    for run in back.runs:
        if any(each.id == run.id for each in notebook.runs):
            raise NotebookError(f"the run {run.id} is there already; nothing was restored")
    for plan in back.experiments:
        if any(each.name == plan.name for each in notebook.experiments):
            raise NotebookError(f"there is an experiment {shown(plan.name)} again; rename it first")
    whole = text
    for piece in pieces:
        whole = _insert(whole, piece, notebook)
    return Edit(whole, partial(_holds_both, notebook, back))


def restored_at_end(text: str, notebook: Notebook, pieces: tuple[Piece, ...]) -> Edit:
    back = read_records("".join(piece.text for piece in pieces), "what was deleted")
    return Edit(
        text + on_a_new_line(text) + "".join(piece.text for piece in pieces), partial(_holds_both, notebook, back)
    )


def without(notebook: Notebook, plans: Collection[int], runs: Collection[int]) -> Notebook:
    gone = {*(("experiment", number) for number in plans), *(("run", number) for number in runs)}
    numbers = {"": count(), "experiment": count(), "run": count()}
    owners = [("", 0), *(("experiment", n) for n in range(len(notebook.experiments)))]
    owners += [("run", n) for n in range(len(notebook.runs))]
    moved: dict[Owner, Owner] = {each: (each[0], next(numbers[each[0]])) for each in owners if each not in gone}
    unknown: dict[Owner, dict[str, Any]] = {
        moved[owner]: keys for owner, keys in notebook.unknown.items() if owner in moved
    }
    return replace(
        notebook,
        experiments=tuple(each for number, each in enumerate(notebook.experiments) if number not in plans),
        runs=tuple(each for number, each in enumerate(notebook.runs) if number not in runs),
        unknown=unknown,
    )


def _holds_both(before: Notebook, back: Notebook, now: Notebook) -> bool:
    ids, names = {run.id for run in back.runs}, {plan.name for plan in back.experiments}
    runs = [run.id in ids for run in now.runs]
    plans = [plan.name in names for plan in now.experiments]
    others = without(now, [n for n, new in enumerate(plans) if new], [n for n, new in enumerate(runs) if new])
    new = without(now, [n for n, new in enumerate(plans) if not new], [n for n, new in enumerate(runs) if not new])
    top = {owner: keys for owner, keys in new.unknown.items() if owner[0]}
    return alike(others, before) and alike(replace(new, unknown=top), back)


def _plan_number(name: str, notebook: Notebook) -> int:
    for number, plan in enumerate(notebook.experiments):
        if plan.name == name:
            return number
    raise NotebookError(f"there is no plan {shown(name)} any more; nothing was deleted")


def _spans(text: str, place: RecordPlace) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    joins = -1
    for section in place.sections:
        end = content_end(text, section)
        if section.start == joins:
            found[-1] = (found[-1][0], end)
        else:
            found.append((_before_blank_line(text, section.start), end))
        joins = section.end
    return found


def _before_blank_line(text: str, start: int) -> int:
    before = text.rfind("\n", 0, max(start - 1, 0)) + 1
    return before if start and not text[before:start].strip() else start


def _merged(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _names_by_start(text: str, notebook: Notebook) -> list[tuple[int, Name]]:
    plans, runs = iter(notebook.experiments), iter(notebook.runs)
    found: list[tuple[int, Name]] = []
    for section in sections(text):
        if section.array and section.path == ("experiment",):
            found.append((section.start, ("experiment", next(plans).name)))
        elif section.array and section.path == ("run",):
            found.append((section.start, ("run", next(runs).id)))
    return found


def _insert(text: str, piece: Piece, notebook: Notebook) -> str:
    """Insert a piece between its old neighbours, else beside one of them, else at the end."""
    if _fits(text, piece, piece.at):
        return patched(text, [Patch(piece.at, piece.at, piece.text)])
    around = piece.before + piece.after
    found = text.find(around) + len(piece.before)
    if len(around) >= _CONTEXT and text.count(around) == 1 and _fits(text, piece, found):
        return patched(text, [Patch(found, found, piece.text)])
    names = _spans_by_name(text)
    at = len(text)
    if piece.following in names:
        at = _before_blank_line(text, names[piece.following][0])
    elif piece.preceding in names:
        at = names[piece.preceding][1]
    lines = on_a_new_line(text[:at]) + piece.text
    return patched(text, [Patch(at, at, lines + (on_a_new_line(lines) if at < len(text) else ""))])


def _fits(text: str, piece: Piece, at: int) -> bool:
    before, after = text[max(at - _CONTEXT, 0) : at], text[at : at + _CONTEXT]
    return before == piece.before and after == piece.after


def _spans_by_name(text: str) -> dict[Name | None, tuple[int, int]]:
    notebook = read_text(text, "the notebook")
    found: dict[Name | None, tuple[int, int]] = {}
    for place, plan in zip(placed(text, "experiment", notebook), notebook.experiments, strict=True):
        found["experiment", plan.name] = (place.own.start, content_end(text, place.sections[-1]))
    for place, run in zip(placed(text, "run", notebook), notebook.runs, strict=True):
        found["run", run.id] = (place.own.start, content_end(text, place.sections[-1]))
    return found
