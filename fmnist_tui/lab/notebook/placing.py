from dataclasses import replace
from typing import Literal

from fmnist_tui.lab.notebook.equality import same_records
from fmnist_tui.lab.toml import parsing
from fmnist_tui.lab.toml.locating import CannotLocate, RecordPlace, Section, places
from fmnist_tui.lab.toml.parsing import headers_are_certain, next_record, record_before
from fmnist_tui.lab.toml.reading import Notebook, NotebookError, read_records
from fmnist_tui.lab.toml.writing import value_text

Kind = Literal["run", "experiment"]


def placed(text: str, kind: Kind, notebook: Notebook) -> tuple[RecordPlace, ...]:
    """Return the records' places; CannotLocate unless the parser found as many."""
    found = places(text, kind)
    if len(found) != len(notebook.runs if kind == "run" else notebook.experiments):
        raise CannotLocate(f"some [[{kind}]] tables")
    return found


def place_of(text: str, kind: Kind, number: int, notebook: Notebook) -> RecordPlace:
    """Return a record's place; CannotLocate as `placed`."""
    alone = _found_by_name(text, kind, number, notebook) if len(text) >= parsing.PART else None
    return alone or placed(text, kind, notebook)[number]


def _found_by_name(text: str, kind: Kind, number: int, notebook: Notebook) -> RecordPlace | None:
    """Return the place without a look at the rest of the text; None unless these lines alone are the whole record."""
    record = notebook.runs[number] if kind == "run" else notebook.experiments[number]
    name = f"\nid = {value_text(notebook.runs[number].id)}" if kind == "run" else ""
    name = name or f"\nname = {value_text(notebook.experiments[number].name)}"
    at = text.find(name)
    start = record_before(text, at + 1) if at >= 0 else None
    if start is None or not headers_are_certain(text, start):
        return None
    lines = text[start : next_record(text, at)]
    try:
        read, found = read_records(lines), places(lines, kind)
    except (NotebookError, CannotLocate):
        return None
    if len(found) != 1 or read.unknown or not same_records((*read.experiments, *read.runs), (record,)):
        return None
    return RecordPlace(tuple(_moved(each, start) for each in found[0].sections))


def _moved(section: Section, by: int) -> Section:
    return replace(section, start=section.start + by, body=section.body + by, end=section.end + by)
