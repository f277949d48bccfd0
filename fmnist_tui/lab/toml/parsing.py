"""A long text parsed in parts, so that the threads beside the one that reads it get their turns.

The parser holds Python's lock from the first character to the last: two thirds of a second for
10,000 runs, in which a screen stands still.
"""

import re
from typing import Any

import rtoml

PART = 256 * 1024
"""How many characters a part has at least; some ten milliseconds."""

_RECORD = re.compile(r"^\[\[(?:run|experiment)\]\]", re.MULTILINE)
_RECORDS = {"run", "experiment"}


def parsed(text: str) -> dict[str, Any]:
    """Return the values of a TOML text, in parts where it is long.

    A part begins with a record. What looks like a record may be part of a text over several lines:
    then neither side of it is TOML, and the whole is parsed in one.

    Raises:
        rtoml.TomlParsingError: it is not TOML.
    """
    document: dict[str, Any] = {}
    at = 0
    try:
        while at < len(text):
            found = _RECORD.search(text, at + PART)
            end = found.start() if found else len(text)
            part = rtoml.loads(text[at:end])
            if not _joined(document, part, first=at == 0):
                return rtoml.loads(text)
            at = end
    except rtoml.TomlParsingError:
        return rtoml.loads(text)  # names the line in the whole, if it is not TOML either
    return document


def _joined(document: dict[str, Any], part: dict[str, Any], *, first: bool) -> bool:
    """Add the records of a part to a document; return whether there is nothing in it but records."""
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
