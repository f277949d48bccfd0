"""What limits a comparison: other datasets, equal recipes, too few runs."""

from collections.abc import Iterator, Sequence

from fmnist_tui.lab.comparison.comparison import Column, Comparison
from fmnist_tui.tui.charts.marks import Mark


def notes(comparison: Comparison, marks: Sequence[Mark]) -> Iterator[str]:
    """Yield a sentence for each limit, naming experiments by the letters of their marks."""
    columns = comparison.columns
    letters = [mark.letter for mark in marks]
    datasets = [column.group.recipe.dataset for column in columns]
    if len(set(datasets)) > 1:
        others = [
            f"{letter} is {dataset}"
            for letter, dataset in zip(letters, datasets, strict=True)
            if dataset != datasets[0]
        ]
        yield (
            f"Different datasets: {letters[0]} is {datasets[0]}, {', '.join(others)}. Results on different "
            "datasets are never mixed: no difference is shown between them, and only curves on the first's are drawn."
        )
    elif all(column.group.recipe == columns[0].group.recipe for column in columns):
        yield "The recipes are the same: what differs in the results is chance alone."
    if bare := _those(columns, letters, 0):
        yield f"No finished runs: {bare}. Train some to compare them."
    if single := _those(columns, letters, 1):
        yield f"One run: {single}. One run has no spread, so no difference is shown; train more seeds."


def _those(columns: Sequence[Column], letters: Sequence[str], finished: int) -> str:
    found = [letter for column, letter in zip(columns, letters, strict=True) if len(column.group.finished) == finished]
    return ", ".join(found)
