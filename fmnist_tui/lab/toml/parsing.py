"""Parse long TOML texts in parts.

The parser holds the GIL throughout: two thirds of a second for 10,000 runs, in which the screen would stand still.
"""

import re
from typing import Any

import rtoml

PART = 256 * 1024
"""Minimum characters per part; takes some ten milliseconds."""

_RECORD = re.compile(r"^\[\[(?:run|experiment)\]\]", re.MULTILINE)
_RECORDS = {"run", "experiment"}


def parsed(text: str) -> dict[str, Any]:
    """Parse a TOML text, in parts if it is long.

    If the record header at which a part begins is really inside a multi-line string, the parts are not valid TOML and
    the whole text is parsed at once.
    """
    document: dict[str, Any] = {}
    at = 0
    try:
        while at < len(text):
            end = next_record(text, at + PART)
            part = rtoml.loads(text[at:end])
            if not _joined(document, part, first=at == 0):
                return rtoml.loads(text)
            at = end
    except rtoml.TomlParsingError:
        return rtoml.loads(text)  # reports the right line if this is not TOML either
    return document


def record_before(text: str, offset: int) -> int | None:
    """Return where the last line before an offset begins that is a record's header, or looks like one."""
    found = max(text.rfind(f"\n[[{kind}]]", 0, offset) for kind in _RECORDS)
    return found + 1 if found >= 0 else None


def next_record(text: str, offset: int) -> int:
    """Return where the next line begins that is a record's header, or looks like one; else the end of the text."""
    found = _RECORD.search(text, offset)
    return found.start() if found else len(text)


def headers_are_certain(text: str, offset: int) -> bool:
    """Whether no line from an offset on can only look like a header of valid TOML.

    Such a line stands in a string of several lines, which ends after it.
    """
    return text.find('"""', offset) < 0 and text.find("'''", offset) < 0


def _joined(document: dict[str, Any], part: dict[str, Any], *, first: bool) -> bool:
    """Return whether the part held nothing but records."""
    if first:
        document.update(part)
        return True
    if part.keys() - _RECORDS:
        return False
    for kind, tables in part.items():
        known = document.setdefault(kind, [])
        if not isinstance(tables, list) or not isinstance(known, list):
            return False
        known.extend(tables)
    return True
