"""Notebooks of older formats, brought to the present one as they are read."""

from collections.abc import Callable
from typing import Any

FORMAT = 1
"""The version of the file format that is written here."""

OLDEST = 1
"""The version of a file that names none."""

HEADER = f"""\
# The notebook of fmnist-tui: plans ([[experiment]]) and results ([[run]]).
# Edit it as you like; the program adds runs at the end and never rewrites what you wrote.
format = {FORMAT}
"""
"""The first lines of a new notebook."""

MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""By the number of an older format: what turns a parsed document of it into one of the next."""


class UnknownFormat(Exception):
    """A format that this program does not read; the message says what a person can do."""


def migrated(document: dict[str, Any], version: object) -> dict[str, Any]:
    """Return a parsed document of some format as one of the present.

    Raises:
        UnknownFormat: it is of a newer format, or of none that ever was.
    """
    if not isinstance(version, int) or isinstance(version, bool) or not OLDEST <= version <= FORMAT:
        from fmnist_tui.lab.toml.words import described

        written = version if type(version) is int else described(version)
        newer = isinstance(version, int) and version > FORMAT
        mend = "a newer fmnist-tui wrote it; use that one" if newer else f"write format = {FORMAT}"
        raise UnknownFormat(f"format = {written} is not one that this program reads; {mend}")
    for number in range(version, FORMAT):
        document = MIGRATIONS[number](document)
    return document
