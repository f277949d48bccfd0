from collections.abc import Iterator, Sequence
from pathlib import Path
from shutil import get_terminal_size
from textwrap import fill
from typing import TYPE_CHECKING, Annotated

import typer

from fmnist_tui.cli import completion
from fmnist_tui.cli.options import JsonOption, NotebookOption, number_option
from fmnist_tui.cli.output import note, say_json, say_lines
from fmnist_tui.cli.reading import read_notebook
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.experiments.groups import Group, groups, plans_on_one_dataset, select
from fmnist_tui.lab.notebook.file import DEFAULT_NAME, NotebookFile
from fmnist_tui.lab.plain_text import counted

if TYPE_CHECKING:
    from fmnist_tui.lab.clues.clue import Clue

NARROWEST, WIDEST = 40, 80
"""Columns that the text is wrapped to, whatever the terminal says."""


def clues(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME", help="Speak of these only; else of all.", autocompletion=completion.experiments),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All clues, not only the five most useful.")] = False,
    as_json: JsonOption = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Markdown, for an issue or a report.")] = False,
    margin: Annotated[
        float,
        number_option(metavar="POINTS", help="Accuracies that differ by less count as equally good."),
    ] = 0.5,
    file: NotebookOption = Path(DEFAULT_NAME),
) -> None:
    """Say what the results say, with the numbers it rests on, and what to try next.

    A clue is clear, or possible. --json prints all clues. docs/statistics.md explains the verdicts, and how often
    clues are wrong.
    """
    if as_json and as_markdown:
        raise UserError("--json and --markdown are two forms of one answer; choose one")
    if not 0 < margin <= 100:
        raise UserError(f"--margin must be above 0 and at most 100 points, not {margin:g}")
    known = plans_on_one_dataset(groups(read_notebook(NotebookFile(file)).ended))
    chosen = select(known, names) if names else known

    from fmnist_tui.lab.clues import FIRST, find_clues

    found = find_clues(chosen, known, margin / 100)
    shown = found if every else found[:FIRST]
    if as_json:
        say_json([clue.as_json() for clue in found])
        return
    if shown and as_markdown:
        from fmnist_tui.lab.report.clues import as_markdown as as_text

        say_lines(as_text(shown))
    elif shown:
        say_lines("\n\n".join("\n".join(_lines(number, clue)) for number, clue in enumerate(shown, 1)) + "\n")
    else:
        note(_nothing(file, known, chosen))
    if len(shown) < len(found):
        note(f"{len(shown)} of {counted(len(found), 'clue')}; --all shows the rest")


def _lines(number: int, clue: "Clue") -> Iterator[str]:
    width = min(WIDEST, max(NARROWEST, get_terminal_size().columns))
    yield f"{number}  {clue.rule} ({clue.certainty})"
    told = [clue.sentence, f"source: {clue.source}"]
    if clue.suggestion:
        told.insert(1, f"try: {clue.suggestion.command()}")
    for text in told:
        yield fill(text, width, initial_indent="   ", subsequent_indent="   ", break_on_hyphens=False)


def _nothing(file: Path, known: Sequence[Group], chosen: Sequence[Group]) -> str:
    if not known:
        return f"{file}: no experiments yet; start with `fmnist-tui train 64` or `fmnist-tui init`"
    if not any(group.runs for group in chosen):
        return f"{file}: nothing is trained yet; `fmnist-tui run` trains the plan"
    return "no clue: these results say nothing for certain; more seeds or other experiments would"
