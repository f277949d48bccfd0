from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from fmnist_tui.lab.clues.clue import Clue, Suggestion
from fmnist_tui.lab.clues.wording import signed
from fmnist_tui.lab.fields.field import number_text
from fmnist_tui.lab.parameters import spoken
from fmnist_tui.lab.plain_text import counted, visible
from fmnist_tui.lab.records.shorthand import shorthand
from fmnist_tui.lab.statistics.verdicts import p_words

LONGEST = 4_000
"""Longer than any sentence, so that only what a file holds is cut."""

MARK = "▸"


def card(number: int, clue: Clue, *, under_cursor: bool) -> RenderableType:
    """Return a clue: a heading, its sentence and what to try, wrapped to any width."""
    mark = MARK if under_cursor else " "
    heading = Text.assemble(
        f"{mark}{number:>2} ", (clue.certainty, "" if clue.certainty == "clear" else "italic"), f" · {clue.rule}"
    )
    heading.stylize("bold reverse" if under_cursor else "bold")
    body = [Text(visible(clue.sentence, LONGEST))]
    if clue.suggestion:
        body.append(Text(f"→ try {try_words(clue.suggestion)}", "bold"))
    return Group(heading, Padding(Group(*body), (0, 0, 0, 4)))


def try_words(suggestion: Suggestion) -> str:
    """Return the suggested recipe: `64-32 · epochs 20 · 5 seeds, 2 of them trained`."""
    parts = [visible(shorthand(suggestion.recipe.architecture), LONGEST)]
    parts += [f"{spoken(name)} {_plain(value)}" for name, value in suggestion.changed().items()]
    trained = f", {suggestion.trained} of them trained" if suggestion.trained else ""
    parts.append(counted(suggestion.repeats, "seed") + trained)
    return " · ".join(parts)


def backing(clue: Clue) -> RenderableType:
    """Return the numbers that a clue rests on, and its source."""
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(ratio=1, overflow="fold")
    table.add_column(ratio=2, overflow="fold")
    for name, words in numbers(clue.evidence):
        table.add_row(Text(name, "dim"), Text(words))
    return Group(Text.assemble(("source: ", "dim"), visible(clue.source, LONGEST)), Text(), table)


def numbers(evidence: Mapping[str, Any], lead: str = "") -> Iterator[tuple[str, str]]:
    """Yield a name and its value as text for each number; accuracies and differences stay parts of 1 where alone."""
    for name, value in evidence.items():
        called = f"{lead}{visible(name.replace('_', ' '), 60)}"
        match value:
            case {"of": first, "minus": second}:
                yield f"{lead}{_name(first)} − {_name(second)}", _difference_words(value)
            case {"name": str() as label}:
                yield from numbers({key: each for key, each in value.items() if key != "name"}, f"{_name(label)}: ")
            case Mapping():
                yield from numbers(value, f"{called}: ")
            case [Mapping(), *_]:
                for each in value:
                    yield from numbers({called: each}, lead)
            case [] | None | "":
                continue
            case list() | tuple():
                yield called, ", ".join(map(_plain, value))
            case _:
                yield called, _plain(value)


def _difference_words(pair: Mapping[str, Any]) -> str:
    low, high = map(signed, pair["interval"])
    words = f"{signed(pair['difference'])} points (95 % {low} to {high}), {p_words(pair['p'])}, n = {pair['n']}"
    return f"{pair['verdict']}: {words}"


def _name(label: str) -> str:
    return visible(label, 40)


def _plain(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case float():
            return number_text(float(f"{value:.4g}"))
        case Sequence() if not isinstance(value, str):
            return ", ".join(map(_plain, value))
        case _:
            return visible(str(value))
