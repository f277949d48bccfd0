"""A filter's text as words, operators and parentheses, each with its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "~", "!~")
"""The comparisons; `~` is *contains*, `!~` is *does not contain*."""

_SPELLINGS = {"==": "=", "≠": "!=", "<>": "!=", "≤": "<=", "≥": ">="}
"""What else is understood."""

CONNECTIVES = ("and", "or", "not")

_PATTERN = re.compile(
    r"""(?P<space>\s+)
    |(?P<operator>!=|!~|<=|>=|<>|==|[=<>~≠≤≥])
    |(?P<quoted>"[^"]*"|'[^']*')
    |(?P<open>["'].*)
    |(?P<bracket>[()])
    |(?P<word>[^\s()=<>~!≠≤≥"']+)
    |(?P<stray>.)""",
    re.VERBOSE | re.DOTALL,
)

Kind = Literal["word", "quoted", "open", "operator", "bracket", "connective", "stray"]


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a filter."""

    kind: Kind
    """`open` is a quotation without its end, `stray` a character that means nothing here."""
    text: str
    """What it says: a quotation without its quotes, an operator in its usual spelling, a connective in lower case."""
    start: int
    """Its first character's place, from 0."""
    end: int
    """The place after its last character."""


def tokens(text: str) -> Iterator[Token]:
    """Yield the pieces of a text; every character but white space is in one, whatever the text is."""
    for match in _PATTERN.finditer(text):
        kind, said = match.lastgroup, match[0]
        if kind == "word" and said.lower() in CONNECTIVES:
            kind, said = "connective", said.lower()
        elif kind == "quoted":
            said = said[1:-1]
        elif kind == "open":
            said = said[1:]
        elif kind == "operator":
            said = _SPELLINGS.get(said, said)
        if kind != "space":
            yield Token(kind, said, match.start(), match.end())  # type: ignore[arg-type]


def quoted(text: str) -> str | None:
    """Return a text as one value of a filter, in quotes where it needs them; None where no quotes can hold it."""
    if [(token.kind, token.text) for token in tokens(text)] == [("word", text)]:
        return text
    return next((f"{quote}{text}{quote}" for quote in "\"'" if quote not in text), None)
