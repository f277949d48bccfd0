from collections.abc import Callable
from typing import Any

FORMAT = 1

OLDEST = 1
"""The version of files that do not name one."""

HEADER = f"""\
# The notebook of fmnist-tui: plans ([[experiment]]) and results ([[run]]).
# Edit it as you like; the program adds runs at the end and never rewrites what you wrote.
format = {FORMAT}
"""

MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""Old version → function that turns a parsed document into the next version."""


class UnknownFormat(Exception):
    """The message says what to do."""


def migrated(document: dict[str, Any], version: object) -> dict[str, Any]:
    if not isinstance(version, int) or isinstance(version, bool) or not OLDEST <= version <= FORMAT:
        from fmnist_tui.lab.toml.record_table import described

        written = version if type(version) is int else described(version)
        newer = isinstance(version, int) and version > FORMAT
        advice = "a newer fmnist-tui wrote it; use that one" if newer else f"write format = {FORMAT}"
        raise UnknownFormat(f"format = {written} is not one that this program reads; {advice}")
    for number in range(version, FORMAT):
        document = MIGRATIONS[number](document)
    return document
