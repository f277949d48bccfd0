"""Locate records and keys in a notebook's text, so that edits leave all else unchanged byte for byte.

The text is known to be valid TOML, so only the ends of strings, brackets and comments are detected.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import rtoml

_KEY = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')"""
_DOTTED = rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*+"
_END = r"[ \t]*+(?:#[^\n]*+)?\r?(?:\n|\Z)"
_STRING = r""""(?!"")(?:[^"\\\n]|\\.)*+"|'(?!'')[^'\n]*+'"""
_LIST = r"""\[(?:[^"'#\n\[\]{}]|\[[^"'#\n\[\]{}]*+\])*+\]"""
_INLINE = rf"""\{{(?:[^"'#\n\[\]{{}}]|{_STRING})*+\}}"""

_OTHER = r"""[^"'\[\]{}#\s][^"'\[\]{}#\n]*+"""
_VALUE = rf"(?:{_STRING}|{_LIST}|{_INLINE}|{_OTHER})"

_PLAIN = re.compile(rf"(?:(?!\Z)[ \t]*+(?:{_DOTTED}[ \t]*+=[ \t]*+{_VALUE})?+{_END})*+")
"""Blank lines, comments and keys with simple values, skipped in one match for speed."""

_HEADER = re.compile(rf"[ \t]*+(?P<brackets>\[\[?)[ \t]*+(?P<key>{_DOTTED})[ \t]*+\]\]?{_END}")
_ASSIGNMENT = re.compile(rf"(?P<indent>[ \t]*+)(?P<key>{_DOTTED})[ \t]*+=[ \t]*+")
_BLANK = re.compile(rf"(?!\Z){_END}")
_PART = re.compile(
    r"""
    "{3}(?:[^\\]|\\.)*?"{3,5} | '{3}.*?'{3,5}   # multi-line strings, which may end in quotes
    | "(?:[^"\\\n]|\\.)*+" | '[^'\n]*+'
    | \#[^\n]*+ | [\[\]{}\n]
    """,
    re.DOTALL | re.VERBOSE,
)


class CannotLocate(Exception):
    """Valid TOML that this module cannot split into records."""


@dataclass(frozen=True, slots=True)
class Statement:
    key: tuple[str, ...]
    start: int
    """Offset of its first line."""
    indent: str
    value: int
    """Offset of the value."""
    value_end: int
    end: int
    """Offset after its last line, including comment and line break."""


@dataclass(frozen=True, slots=True)
class Section:
    path: tuple[str, ...]
    """The parts of the header's key; empty before the first header."""
    array: bool
    start: int
    body: int
    """Offset of the line after the header."""
    end: int


@dataclass(frozen=True, slots=True)
class RecordPlace:
    """The record's own section first, then its sub-tables, which may be elsewhere."""

    sections: tuple[Section, ...]

    @property
    def own(self) -> Section:
        return self.sections[0]


def sections(text: str) -> Iterator[Section]:
    """Yield the sections in order; CannotLocate for a line of unknown form."""
    path: tuple[str, ...] = ()
    array, start, body, at = False, 0, 0, 0
    while at < len(text):
        at = _matched(_PLAIN, text, at)
        if header := _HEADER.match(text, at):
            yield Section(path, array, start, body, at)
            path, array, start = key_parts(header["key"]), header["brackets"] == "[[", at
            body = at = header.end()
        elif at < len(text):
            at = _statement(text, at).end
    yield Section(path, array, start, body, len(text))


def places(text: str, kind: str) -> tuple[RecordPlace, ...]:
    found: list[list[Section]] = []
    for section in sections(text):
        if section.path == (kind,) and section.array:
            found.append([section])
        elif section.path[:1] == (kind,) and found:
            found[-1].append(section)
    return tuple(RecordPlace(tuple(each)) for each in found)


def statements(text: str, section: Section) -> Iterator[Statement]:
    """Leave out sub-tables."""
    at = section.body
    while at < section.end:
        if blank := _BLANK.match(text, at):
            at = blank.end()
        else:
            found = _statement(text, at)
            yield found
            at = found.end


def content_end(text: str, section: Section) -> int:
    """Return the offset after a section's last key; only blank lines and comments follow."""
    end = section.body
    for statement in statements(text, section):
        end = statement.end
    return end


def line_of_root_key(text: str, key: str) -> int | None:
    try:
        root = next(sections(text))
        return next((line_of(text, each.start) for each in statements(text, root) if each.key[0] == key), None)
    except CannotLocate:
        return None


def line_suffix(text: str, kind: str, number: int, key: str) -> str:
    """Return `, line N` of a key in a TOML file, or of its record's header if the key is empty or not found.

    An empty `kind` means the top of the file; `number` counts records from 0.
    """
    try:
        section = places(text, kind)[number].own if kind else next(sections(text))
        found = next((each.start for each in statements(text, section) if each.key[0] == key), section.start)
        if not kind and found == section.start:
            found = next(each.start for each in sections(text) if each.path[:1] == (key,))
    except (CannotLocate, IndexError, StopIteration):
        return ""
    return f", line {line_of(text, found)}"


def line_of(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def key_parts(key: str) -> tuple[str, ...]:
    if "'" not in key and '"' not in key:
        return tuple(part.strip() for part in key.split("."))
    table: Any = rtoml.loads(f"{key} = 0")
    parts = []
    while isinstance(table, dict):
        ((part, table),) = table.items()
        parts.append(part)
    return tuple(parts)


def _statement(text: str, start: int) -> Statement:
    assignment = _ASSIGNMENT.match(text, start)
    if not assignment:
        raise CannotLocate(f"line {line_of(text, start)}")
    depth, value_end = 0, None
    for part in _PART.finditer(text, assignment.end()):
        match part[0][0]:
            case "[" | "{":
                depth += 1
            case "]" | "}":
                depth -= 1
            case "#" | "\n" if depth == 0:
                value_end = part.start()
                break
    if value_end is None:
        value_end = len(text)
    end = text.find("\n", value_end) + 1 or len(text)
    value_end = assignment.end() + len(text[assignment.end() : value_end].rstrip(" \t\r"))
    return Statement(key_parts(assignment["key"]), start, assignment["indent"], assignment.end(), value_end, end)


def _matched(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at
