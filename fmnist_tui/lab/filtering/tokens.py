import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from fmnist_tui.lab.errors import UserError


class FilterError(UserError, ValueError):
    """A filter that cannot be parsed; `position` is that of the character at fault, from 0."""

    def __init__(self, problem: str, position: int) -> None:
        super().__init__(f"filter, character {position + 1}: {problem}")
        self.problem = problem
        self.position = position


_SPELLINGS = {"==": "=", "≠": "!=", "<>": "!=", "≤": "<=", "≥": ">="}

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
    kind: Kind
    """`open` is a quotation without its end, `stray` a character without a meaning."""
    text: str
    """Without quotes; operators in their usual spelling, connectives in lower case."""
    start: int
    end: int


def tokens(text: str) -> Iterator[Token]:
    """Every character but white space is in a token."""
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
    """Return one filter value, quoted where needed; None if it holds both kinds of quotes."""
    if [(token.kind, token.text) for token in tokens(text)] == [("word", text)]:
        return text
    return next((f"{quote}{text}{quote}" for quote in "\"'" if quote not in text), None)
