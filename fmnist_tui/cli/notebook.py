"""`list`, `show`, `export`, `code` and `init`: reading the notebook, and beginning one."""

import json
from pathlib import Path
from typing import Annotated

import typer

from fmnist_tui.cli.options import JsonOption, NotebookOption
from fmnist_tui.lab.errors import Mendable
from fmnist_tui.lab.notebook.as_json import group_json, run_json
from fmnist_tui.lab.notebook.file import DEFAULT_NAME, NotebookFile
from fmnist_tui.lab.plain_text import counted
from fmnist_tui.lab.recipe import DATASETS, Recipe
from fmnist_tui.lab.results import Group, UnknownName, find_run, groups, select
from fmnist_tui.lab.shorthand import ShorthandError, parse_buildable


def list_experiments(as_json: JsonOption = False, file: NotebookOption = Path(DEFAULT_NAME)) -> None:
    """List the experiments with their results."""
    known = _groups(file)
    if as_json:
        typer.echo(json.dumps([group_json(group) for group in known], ensure_ascii=False))
    elif known:
        from fmnist_tui.cli.tables import print_groups

        print_groups(known)
    else:
        typer.echo(f"{file}: nothing yet; `fmnist-tui train 64` or `fmnist-tui init` begins", err=True)


def show(
    name: Annotated[str, typer.Argument(metavar="ID|NAME", help="A run's id, an experiment's name or a shorthand.")],
    as_json: JsonOption = False,
    file: NotebookOption = Path(DEFAULT_NAME),
) -> None:
    """Show one experiment or one run."""
    from fmnist_tui.cli.tables import print_group, print_run

    if run := find_run(NotebookFile(file).read(), name):
        if as_json:
            typer.echo(json.dumps(run_json(run), ensure_ascii=False))
        else:
            print_run(run)
        return
    chosen = select(_groups(file), [name])
    if as_json:
        typer.echo(json.dumps(group_json(_newest(chosen)), ensure_ascii=False))
        return
    for group in chosen:
        print_group(group)


def export(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[OUT.md] [NAME]...", help="The report (report.md), and experiments; all if none."),
    ] = None,
    file: NotebookOption = Path(DEFAULT_NAME),
) -> None:
    """Write a report in Markdown, with its figures beside it."""
    from fmnist_tui.lab.report.export import write

    words = list(words or ())
    path = Path(words.pop(0)) if words and words[0].endswith(".md") else Path("report.md")
    known = _groups(file)
    command = " ".join(["fmnist-tui export", str(path), *words])
    written = write(select(known, words) if words else known, path, command=command)
    typer.echo(f"{path}: written, with {counted(len(written) - 1, 'figure')}")


def code(
    name: Annotated[str, typer.Argument(metavar="ARCH|ID|NAME", help="What the script is to train.")],
    file: NotebookOption = Path(DEFAULT_NAME),
) -> None:
    """Print a Keras script that does that training on its own."""
    from fmnist_tui.lab.keras_script import keras_script

    notebook = NotebookFile(file).read()
    if run := find_run(notebook, name):
        typer.echo(keras_script(run.recipe, run.seed, name=run.experiment), nl=False)
        return
    try:
        group = _newest(select(_groups(file), [name]))
    except UnknownName as unknown:
        try:
            recipe = Recipe(parse_buildable(name))
        except ShorthandError as error:
            raise Mendable(f"{unknown}, and as an architecture: {error}") from None
        typer.echo(keras_script(recipe, 0), nl=False)
    else:
        seed = group.finished[0].seed if group.finished else 0
        typer.echo(keras_script(group.recipe, seed, name=group.name), nl=False)


def init(file: NotebookOption = Path(DEFAULT_NAME)) -> None:
    """Write a new notebook that holds the lab report's seventeen experiments."""
    from fmnist_tui.lab.published import published_experiments

    if file.exists():
        raise Mendable(f"{file} is there already and is left as it is; --file names another")
    experiments = published_experiments()
    NotebookFile(file).append_experiments(experiments)
    typer.echo(f"{file}: {len(experiments)} experiments (the twelfth in both readings); `fmnist-tui run` trains them")


def _groups(file: Path) -> tuple[Group, ...]:
    """Return the notebook's groups; a plan that names no dataset stands where its runs are."""
    notebook = NotebookFile(file).read()
    trained = {run.recipe.dataset for run in notebook.runs}
    dataset = next((name for name in DATASETS if name in trained), DATASETS[0])
    return groups(notebook, dataset)


def _newest(chosen: tuple[Group, ...]) -> Group:
    """Return the group trained last, or the first where none is."""
    return max(chosen, key=lambda group: max((run.started.timestamp() for run in group.runs), default=0.0))
