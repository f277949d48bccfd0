"""`list`, `show`, `export`, `code` and `init`: reading the notebook, and beginning one."""

import json
from pathlib import Path
from textwrap import fill
from typing import Annotated

import typer

from fmnist_tui.cli.folder import check_folder
from fmnist_tui.cli.options import FilterOption, JsonOption, NotebookOption, SortOption
from fmnist_tui.cli.recover import mention_news
from fmnist_tui.lab.errors import Mendable
from fmnist_tui.lab.filtering.keys import KEYS
from fmnist_tui.lab.filtering.parsing import HELP as FILTER_HELP
from fmnist_tui.lab.filtering.parsing import parse_filter
from fmnist_tui.lab.notebook.as_json import group_json, run_json
from fmnist_tui.lab.notebook.file import DEFAULT_NAME, NotebookFile
from fmnist_tui.lab.plain_text import counted, visible
from fmnist_tui.lab.recipe import Recipe
from fmnist_tui.lab.results import Group, UnknownName, find_run, groups, select, settled
from fmnist_tui.lab.shorthand import ShorthandError, parse_buildable
from fmnist_tui.lab.sorting import descends, sort_groups


def list_experiments(
    words: FilterOption = "",
    key: SortOption = "",
    reverse: Annotated[bool, typer.Option("--reverse", help="The other way round.")] = False,
    as_json: JsonOption = False,
    file: NotebookOption = Path(DEFAULT_NAME),
) -> None:
    """List the experiments with their results."""
    passing = parse_filter(words)
    known = _groups(file)
    shown = in_order(passing.pick(known), key, reverse)
    if as_json:
        typer.echo(json.dumps([group_json(group) for group in shown], ensure_ascii=False))
    elif shown:
        from fmnist_tui.cli.tables import print_groups
        from fmnist_tui.lab.standings import Standings, baselines

        print_groups(shown, Standings(baselines(known), shown))
    elif not known:
        typer.echo(f"{file}: nothing yet; `fmnist-tui train 64` or `fmnist-tui init` begins", err=True)
    if words.strip() and known:
        typer.echo(f"{len(shown):,} of {counted(len(known), 'experiment')}: {visible(words.strip(), 300)}", err=True)


list_experiments.__doc__ = "\n\n\b\n".join(
    (
        f"{list_experiments.__doc__}",
        "`vs baseline`, where one is pinned, is the difference to it in validation accuracy, in percentage points. "
        "Its verdict goes by a p value corrected for how many of those listed can be compared with it (Holm).",
        *FILTER_HELP.split("\n\n"),
        "Keys of a filter, and of --sort:",
        "\n".join(fill(f"  {key.name:<11} {key.meaning}", 79, subsequent_indent=14 * " ") for key in KEYS.values()),
    )
)


def in_order(groups: tuple[Group, ...], key: str, reverse: bool) -> tuple[Group, ...]:
    """Return groups by a key, or as they stand where none is given; `reverse` turns the usual order round."""
    usual = sort_groups(groups, key) if key else groups
    if not reverse:
        return usual
    return sort_groups(groups, key, descending=not descends(key)) if key else usual[::-1]


def show(
    name: Annotated[str, typer.Argument(metavar="ID|NAME", help="A run's id, an experiment's name or a shorthand.")],
    as_json: JsonOption = False,
    file: NotebookOption = Path(DEFAULT_NAME),
) -> None:
    """Show one experiment or one run."""
    from fmnist_tui.cli.tables import print_group, print_run

    notebook = NotebookFile(file)
    if run := find_run(notebook.read(), name):
        mention_news(notebook)
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
        typer.Argument(metavar="[OUT.md] NAME", help="The report (report.md), and experiments; all if none."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Write over a file that is no report of this program.")
    ] = False,
    file: NotebookOption = Path(DEFAULT_NAME),
) -> None:
    """Write a report in Markdown, with its figures beside it."""
    from fmnist_tui.lab.report.export import export_command, write

    words = list(words or ())
    path = Path(words.pop(0)) if words and words[0].endswith(".md") else Path("report.md")
    known = _groups(file)
    chosen = select(known, words) if words else known
    written = write(chosen, path, command=export_command(path, words), force=force)
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
    """Write a new notebook that holds the lab report's seventeen experiments.

    A notebook that is there already is left as it is.
    """
    from fmnist_tui.lab.published import published_experiments

    check_folder(file)
    if file.exists():
        raise Mendable(f"{file} is there already and is left as it is; --file names another")
    experiments = published_experiments()
    NotebookFile(file).append_experiments(experiments)
    typer.echo(f"{file}: {len(experiments)} experiments (the twelfth in both readings); `fmnist-tui run` trains them")


def _groups(file: Path) -> tuple[Group, ...]:
    """Return the notebook's groups; a plan that names no dataset stands where its runs are."""
    notebook = NotebookFile(file)
    known = settled(groups(notebook.read()))
    mention_news(notebook)
    return known


def _newest(chosen: tuple[Group, ...]) -> Group:
    """Return the group trained last, or the first where none is."""
    return max(chosen, key=lambda group: max((run.started.timestamp() for run in group.runs), default=0.0))
