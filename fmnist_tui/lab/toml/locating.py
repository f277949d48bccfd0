"""Where each record stands in a notebook's text: the lines of its tables and of its keys.

A parser gives values and forgets their places; an edit that leaves everything else byte for byte
needs the places alone. The text is known to be TOML (the parser has read it), so this reads no
values: it only has to know where strings, brackets and comments end.
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
"""Whole lines that are blank, a comment, or a key with a value of the usual forms: skipped at the regex's speed."""

_HEADER = re.compile(rf"[ \t]*+(?P<brackets>\[\[?)[ \t]*+(?P<key>{_DOTTED})[ \t]*+\]\]?{_END}")
_ASSIGNMENT = re.compile(rf"(?P<indent>[ \t]*+)(?P<key>{_DOTTED})[ \t]*+=[ \t]*+")
_BLANK = re.compile(rf"(?!\Z){_END}")
_PART = re.compile(
    r"""
    "{3}(?:[^\\]|\\.)*?"{3,5} | '{3}.*?'{3,5}   # text over several lines, which may end in quotes of its own
    | "(?:[^"\\\n]|\\.)*+" | '[^'\n]*+'
    | \#[^\n]*+ | [\[\]{}\n]
    """,
    re.DOTALL | re.VERBOSE,
)
"""What of a value has to be told apart to find its end."""


class CannotLocate(Exception):
    """A text whose records this cannot tell apart, though the parser reads it."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A key with its value, as it stands in the text."""

    key: tuple[str, ...]
    start: int
    """Where its first line begins."""
    indent: str
    value: int
    """Where its value begins."""
    value_end: int
    end: int
    """Where its last line ends, comment and line break included."""


@dataclass(frozen=True, slots=True)
class Section:
    """A table's header and all that follows until the next header."""

    path: tuple[str, ...]
    """The header's key by its parts; empty for what stands before the first header."""
    array: bool
    """Whether it is written with two brackets."""
    start: int
    body: int
    """Where the line after the header begins."""
    end: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where one record stands: its own section first, then its sub-tables, which may stand elsewhere."""

    sections: tuple[Section, ...]

    @property
    def own(self) -> Section:
        """The section of its `[[run]]` or `[[experiment]]`."""
        return self.sections[0]


def sections(text: str) -> Iterator[Section]:
    """Yield the sections of a text that is TOML, in order; together they are the whole text.

    Raises:
        CannotLocate: a line of a form that this does not know.
    """
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


def places(text: str, kind: str) -> tuple[Place, ...]:
    """Return where each record of a kind stands, in order; CannotLocate as for `sections`."""
    found: list[list[Section]] = []
    for section in sections(text):
        if section.path == (kind,) and section.array:
            found.append([section])
        elif section.path[:1] == (kind,) and found:
            found[-1].append(section)
    return tuple(Place(tuple(each)) for each in found)


def statements(text: str, section: Section) -> Iterator[Statement]:
    """Yield the keys of a section in order, without those of its sub-tables."""
    at = section.body
    while at < section.end:
        if blank := _BLANK.match(text, at):
            at = blank.end()
        else:
            found = _statement(text, at)
            yield found
            at = found.end


def content_end(text: str, section: Section) -> int:
    """Return where a section's last key ends: what follows are blank lines and comments of nobody's."""
    end = section.body
    for statement in statements(text, section):
        end = statement.end
    return end


def line_of_root_key(text: str, key: str) -> int | None:
    """Return the line where a key stands before the first header; None where it does not."""
    try:
        root = next(sections(text))
        return next((line_of(text, each.start) for each in statements(text, root) if each.key[0] == key), None)
    except CannotLocate:
        return None


def spoken_place(text: str, kind: str, number: int, key: str) -> str:
    """Return `, line N` for a key of the `number`th record of a kind (from 0), else for its header.

    Args:
        text: a whole file that is TOML.
        kind: `run` or `experiment`; nothing for the top of the file, where tables count as keys.
        number: which of them, from 0.
        key: the key; nothing for the header.
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
    """Return the number, from 1, of the line that an offset is in."""
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
    """Return where a pattern that may match nothing stops matching."""
    found = pattern.match(text, at)
    return found.end() if found else at
