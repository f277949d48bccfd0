from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fmnist_tui.cli import completion
from fmnist_tui.cli.options import DataOption, JsonOption, NotebookOption
from fmnist_tui.cli.output import say_json, say_lines, tell
from fmnist_tui.cli.reading import read_notebook
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.experiments.groups import Group, find_run, groups, plans_on_one_dataset, select
from fmnist_tui.lab.notebook.file import DEFAULT_NAME, NotebookFile
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.toml.reading import Notebook

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def compare(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="A B",
            help="Names, ids or shorthands; the first is compared with.",
            autocompletion=completion.experiments_and_runs,
        ),
    ],
    as_json: JsonOption = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Markdown, for an issue or a report.")] = False,
    file: NotebookOption = Path(DEFAULT_NAME),
    directory: DataOption = None,
) -> None:
    """Compare experiments or single runs: only what differs, and whether the difference is real.

    Single runs, given by their ids, are also compared image by image where their predictions are kept.
    """
    if as_json and as_markdown:
        raise UserError("--json and --markdown are two forms of one answer; choose one")
    notebook = NotebookFile(file)
    known, chosen = _chosen(read_notebook(notebook).notebook, names)

    from fmnist_tui.lab.comparison.comparison import MOST
    from fmnist_tui.lab.comparison.comparison import compare as compare_groups

    if len(chosen) < 2:
        raise UserError(f"{visible(', '.join(names))}: one experiment alone; name two or more to compare")
    if len(chosen) > MOST:
        raise UserError(f"{len(chosen)} experiments are more than a table holds; name {MOST} at most")
    comparison = compare_groups(chosen, _right(chosen, notebook, directory), known=known)
    if as_json:
        from fmnist_tui.lab.comparison.as_json import as_json as as_values

        say_json(as_values(comparison))
    elif as_markdown:
        from fmnist_tui.lab.comparison.text_tables import as_markdown as as_text

        say_lines(as_text(comparison))
    else:
        from fmnist_tui.cli.tables import print_tables
        from fmnist_tui.lab.comparison.text_tables import tables

        print_tables(tables(comparison))


def _chosen(notebook: Notebook, names: Sequence[str]) -> tuple[tuple[Group, ...], tuple[Group, ...]]:
    """Return all groups, and those named: a single run for an id, else experiments, trained if any."""
    known = plans_on_one_dataset(groups(notebook))
    chosen: list[Group] = []
    for name in names:
        if run := find_run(notebook, name):
            found: Sequence[Group] = [Group(run.experiment, run.recipe, (run,))]
        else:
            meant = select(known, [name])
            found = [group for group in meant if group.finished] or meant
        chosen += (group for group in found if group not in chosen)
    return known, tuple(chosen)


def _right(
    chosen: Sequence[Group], notebook: NotebookFile, directory: Path | None
) -> "Sequence[NDArray[np.bool_] | None]":
    """Return for each single run whether it is right about each test image; None without stored predictions."""
    from fmnist_tui.lab.runs.predictions import read_predictions

    runs = [group.runs[0] for group in chosen if group.plan is None and len(group.runs) == 1]
    if len(runs) < len(chosen) or len({run.recipe.dataset for run in runs}) > 1:
        return []
    try:
        kept = [read_predictions(notebook.runs_folder / run.id) for run in runs]
        if missing := [run.id for run, predictions in zip(runs, kept, strict=True) if predictions is None]:
            _say_missing(missing)
        if kept[0] is None or not any(kept[1:]):
            return []
        labels = _labels(runs[0], directory)
    except UserError as error:
        tell(f"their predictions are not compared: {error}")
        return []
    return [
        predictions.classes == labels if predictions and len(predictions.classes) == len(labels) else None
        for predictions in kept
    ]


def _labels(run: Run, directory: Path | None) -> "NDArray[np.int64]":
    from fmnist_tui.engine.dataset.sources import load

    return load(run.recipe.dataset, directory, fetch=False).y_test


def _say_missing(ids: Sequence[str]) -> None:
    tell(
        f"no predictions are kept in runs/ of {', '.join(ids)}, so the answers are not compared image by image; "
        "a training keeps them, so train that seed again under another --name"
    )
