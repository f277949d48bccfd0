from collections.abc import Iterator, Sequence

from fmnist_tui.lab.clues.clue import Clue
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.report.result_tables import escape


def as_markdown(clues: Sequence[Clue]) -> str:
    return "\n".join(line for number, clue in enumerate(clues, 1) for line in _lines(number, clue)) + "\n"


def _lines(number: int, clue: Clue) -> Iterator[str]:
    indent = " " * (len(str(number)) + 2)
    yield f"{number}. **{clue.rule}** ({clue.certainty}): {escape(clue.sentence)}"
    if clue.suggestion:
        command = visible(clue.suggestion.command(), 500)
        yield f"{indent}- try: {escape(command) if '`' in command else f'`{command}`'}"
    yield f"{indent}- source: {escape(clue.source)}"
