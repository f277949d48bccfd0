"""`list`, `show`, `export`, `code` and `init`."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from signal import SIGHUP, SIGINT, SIGTERM
from textwrap import fill
from typing import TYPE_CHECKING, Annotated

import typer

from fmnist_tui.cli import completion
from fmnist_tui.cli.options import ColumnsOption, DataOption, FilterOption, JsonOption, NotebookOption, SortOption
from fmnist_tui.cli.output import note, say, say_json, say_lines
from fmnist_tui.cli.reading import check_folder, print_interrupted, read_notebook
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.experiments.groups import Group, UnknownName, find_run, groups, plans_on_one_dataset, select
from fmnist_tui.lab.fields.field import Field
from fmnist_tui.lab.fields.registry import FIELDS, find_field, hint_for_key
from fmnist_tui.lab.filtering.filter import HELP as FILTER_HELP
from fmnist_tui.lab.filtering.filter import Filter
from fmnist_tui.lab.filtering.parsing import parse_filter
from fmnist_tui.lab.filtering.sorting import descends, sort_groups
from fmnist_tui.lab.language.catalogue import Language
from fmnist_tui.lab.notebook.file import DEFAULT_NAME, NotebookFile
from fmnist_tui.lab.notebook.unrecorded import group_json, run_json
from fmnist_tui.lab.parameters import shown
from fmnist_tui.lab.plain_text import counted, visible
from fmnist_tui.lab.records.dataset import DatasetName
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.records.shorthand import ShorthandError, parse_buildable
from fmnist_tui.lab.runs.snapshots import snapshot_bytes
from fmnist_tui.lab.runs.weights import NOT_KEPT, read_weights, weights_bytes
from fmnist_tui.lab.toml.reading import Notebook

if TYPE_CHECKING:
    from fmnist_tui.lab.report.mistakes import TestImages


def list_experiments(
    words: FilterOption = "",
    key: SortOption = "",
    reverse: Annotated[bool, typer.Option("--reverse", help="Reverse the order.")] = False,
    columns: ColumnsOption = "",
    as_json: JsonOption = False,
    file: NotebookOption = Path(DEFAULT_NAME),
) -> None:
    """List the experiments with their results."""
    passing = parse_filter(words)
    wanted = _fields(columns)
    whole = read_notebook(NotebookFile(file))
    known = plans_on_one_dataset(groups(whole.notebook))
    listed = in_order(_passing(passing, known, whole.running), key, reverse)
    if as_json:
        say_json([group_json(group, whole.running) for group in listed])
    elif listed:
        from fmnist_tui.cli.tables import print_groups
        from fmnist_tui.lab.statistics.baseline import BaselineDifferences

        print_groups(listed, BaselineDifferences(known), whole.running, wanted)
        print_interrupted(listed, whole.running)
    elif not known:
        note(f"{file}: no experiments yet; start with `fmnist-tui train 64` or `fmnist-tui init`")
    if words.strip() and known:
        note(f"{len(listed):,} of {counted(len(known), 'experiment')}: {visible(words.strip(), 300)}")


def _described(field: Field) -> str:
    words = field.help + f" [{field.unit}]" * bool(field.unit) + f", such as {field.example}" * bool(field.example)
    return fill(f"  {field.key:<11} {words}", 78, subsequent_indent=14 * " ")


list_experiments.__doc__ = "\n\n\b\n".join(
    (
        f"{list_experiments.__doc__}",
        fill(
            "`vs baseline`, where one is pinned, is the difference to it in validation accuracy, in percentage points. "
            "Its verdict goes by a p value corrected for all experiments of the notebook, listed or not (Holm).",
            78,
        ),
        *FILTER_HELP.split("\n\n"),
        "Keys of a filter, of --sort and of --columns, with their units:",
        "\n".join(_described(field) for field in FIELDS.values()),
    )
)


def _fields(keys: str) -> tuple[Field, ...]:
    found: dict[Field, None] = {}
    for key in filter(None, (each.strip() for each in keys.split(","))):
        field = find_field(key)
        if field is None:
            raise UserError(f"no column is called {shown(key)}; {hint_for_key(key)}")
        found[field] = None
    return tuple(found)


def in_order(groups: tuple[Group, ...], key: str, reverse: bool) -> tuple[Group, ...]:
    """Return groups sorted by a key, or as they are for an empty one."""
    usual = sort_groups(groups, key) if key else groups
    if not reverse:
        return usual
    return sort_groups(groups, key, descending=not descends(key)) if key else usual[::-1]


def show(
    name: Annotated[
        str,
        typer.Argument(
            metavar="ID|NAME",
            help="A run's id, an experiment's name or a shorthand.",
            autocompletion=completion.experiments_and_runs,
        ),
    ],
    as_json: JsonOption = False,
    save_model: Annotated[
        Path | None, typer.Option("--save-model", metavar="PATH", help="Write the run's Keras model, such as m.keras.")
    ] = None,
    best: Annotated[bool, typer.Option("--best", help="With --save-model: of the best epoch, not the last.")] = False,
    file: NotebookOption = Path(DEFAULT_NAME),
) -> None:
    """Show one experiment or one run."""
    from fmnist_tui.cli.tables import print_group, print_run

    notebook = NotebookFile(file)
    whole = read_notebook(notebook)
    run = find_run(whole.notebook, name)
    if save_model:
        if run is None:
            raise UserError(f"{shown(name)} is no run, and a model is one run's; `fmnist-tui show NAME` lists the ids")
        _save_model(run, notebook.runs_folder / run.id, save_model, best=best)
        return
    if best:
        raise UserError("--best says which weights --save-model takes; give it with a path")
    if run:
        if as_json:
            say_json(run_json(run, whole.running))
        else:
            kept = weights_bytes(folder := notebook.runs_folder / run.id), snapshot_bytes(folder)
            print_run(run, is_running=run.id in whole.running, kept=kept)
            print_interrupted(_only(run, whole.notebook), whole.running)
        return
    chosen = select(plans_on_one_dataset(groups(whole.notebook)), [name])
    if as_json:
        say_json(group_json(_newest(chosen), whole.running))
        return
    for group in chosen:
        print_group(group, whole.running)
    print_interrupted(chosen, whole.running)


def _save_model(run: Run, folder: Path, path: Path, *, best: bool) -> None:
    weights = read_weights(folder, run.recipe.architecture)
    if weights is None:
        raise UserError(f"no weights of run {run.id} are kept; {NOT_KEPT}")
    from fmnist_tui.engine.training.saved_model import save_model

    save_model(run.recipe, weights.best if best and weights.best else weights.last, path)
    epoch = run.curves.best_epoch if best and weights.best else run.curves.epochs
    say(f"{path}: written, with the weights of epoch {epoch}")


def export(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[OUT.md] NAME",
            help="The report (report.md), and experiments; all if none.",
            autocompletion=completion.experiments,
        ),
    ] = None,
    selected: Annotated[
        str | None,
        typer.Option(
            "--select",
            metavar="NAME",
            help="Choose this network, not the best by validation accuracy.",
            autocompletion=completion.experiments,
        ),
    ] = None,
    author: Annotated[
        str | None, typer.Option("--author", help="Who the report names as its author; else that of the settings.")
    ] = None,
    html: Annotated[
        bool, typer.Option("--html", help="Write OUT.html too: one file with the figures inside, to print.")
    ] = False,
    jupyter: Annotated[
        bool, typer.Option("--notebook", help="Write OUT.ipynb too: a Jupyter notebook that trains the chosen network.")
    ] = False,
    language: Annotated[
        Language | None,
        typer.Option("--lang", help="The report's language; else that of the settings, else that of the locale."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that this program did not write.")] = False,
    data: DataOption = None,
    file: NotebookOption = Path(DEFAULT_NAME),
) -> None:
    """Write a report in Markdown, with its figures beside it.

    The network that it chooses is the best by validation accuracy; the test set has no part in that.
    """
    from fmnist_tui.cli.output import tell
    from fmnist_tui.cli.progress import drawing
    from fmnist_tui.cli.recording import stop_on_signal
    from fmnist_tui.lab.language.choice import locale_language
    from fmnist_tui.lab.report.export import Images, Options, ReportStopped, export_command, write
    from fmnist_tui.lab.settings.config_file import read_report_settings

    words = list(words or ())
    path = Path(words.pop(0)) if words and words[0].endswith(".md") else Path("report.md")
    settings = read_report_settings()
    given = Options(author or "", selected, html, jupyter, force, language or settings.language or locale_language())
    with stop_on_signal(signals=(SIGINT, SIGTERM, SIGHUP)) as asked:
        try:
            with drawing() as notify:
                notebook = NotebookFile(file)
                known = plans_on_one_dataset(groups(read_notebook(notebook).ended))
                written = write(
                    select(known, words) if words else known,
                    path,
                    command=export_command(path, words, given),
                    options=given if author is not None else replace(given, author=settings.author),
                    known=known,
                    images=Images(notebook.runs_folder, partial(_test_images, directory=data)),
                    notify=notify,
                    stop=asked,
                )
        except ReportStopped as stopped:
            tell(str(stopped))
            raise typer.Exit(asked()) from None
    say(written.words)


def _test_images(dataset: DatasetName, directory: Path | None) -> "TestImages | None":
    """Return None where they are not on this machine."""
    from fmnist_tui.engine.dataset.sources import load_test_set

    try:
        return load_test_set(dataset, directory)
    except UserError:
        return None


def code(
    name: Annotated[
        str,
        typer.Argument(metavar="ARCH|ID|NAME", help="What the script is to train.", autocompletion=completion.recipes),
    ],
    file: NotebookOption = Path(DEFAULT_NAME),
) -> None:
    """Print a Keras script that does that training on its own."""
    from fmnist_tui.lab.experiments.keras_script import keras_script

    notebook = read_notebook(NotebookFile(file)).notebook
    if run := find_run(notebook, name):
        say_lines(keras_script(run.recipe, run.seed, name=run.experiment))
        return
    try:
        group = _newest(select(plans_on_one_dataset(groups(notebook)), [name]))
    except UnknownName as unknown:
        try:
            recipe = Recipe(parse_buildable(name))
        except ShorthandError as error:
            raise UserError(f"{unknown}, and as an architecture: {error}") from None
        say_lines(keras_script(recipe, 0))
    else:
        seed = group.finished[0].seed if group.finished else 0
        say_lines(keras_script(group.recipe, seed, name=group.name))


def init(file: NotebookOption = Path(DEFAULT_NAME)) -> None:
    """Write a new notebook that holds the lab report's seventeen experiments.

    An existing notebook is not changed.
    """
    from fmnist_tui.lab.experiments.presets import published_experiments

    check_folder(file)
    if file.exists():
        raise UserError(f"{file} exists and is not changed; --file names another")
    experiments = published_experiments()
    NotebookFile(file).append_experiments(experiments)
    say(f"{file}: {len(experiments)} experiments (the twelfth in both readings); `fmnist-tui run` trains them")


def _passing(passing: Filter, known: tuple[Group, ...], running: frozenset[str]) -> tuple[Group, ...]:
    """A run that is being trained has the status `running` only."""

    def passes(group: Group) -> bool:
        rest = tuple(run for run in group.runs if run.id not in running)
        states = ("running",) if len(rest) < len(group.runs) else ()
        return passing.matches(replace(group, runs=rest) if states else group, states)

    return tuple(filter(passes, known))


def _only(run: Run, notebook: Notebook) -> Iterator[Group]:
    """Yield the group of an interrupted run, with that run alone."""
    for group in groups(notebook):
        if run in group.interrupted:
            yield replace(group, runs=(run,))


def _newest(chosen: tuple[Group, ...]) -> Group:
    """Return the group trained last, else the first."""
    return max(chosen, key=lambda group: max((run.started.timestamp() for run in group.runs), default=0.0))
