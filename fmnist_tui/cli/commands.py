from pathlib import Path
from typing import Annotated

import typer

from fmnist_tui import __version__
from fmnist_tui.cli import clues, compare, config, data, doctor, notebook, predict, preflight, recover, tidy, training
from fmnist_tui.cli.opening import AppOptions, open_app
from fmnist_tui.cli.options import DataOption, DatasetOption, JobsOption, NotebookOption, SchedulerOption
from fmnist_tui.cli.reading import check_current_folder
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.notebook.file import DEFAULT_NAME
from fmnist_tui.lab.records.dataset import AUTO

_UsageError: type[Exception] = typer.BadParameter.__bases__[0]  # click's, which typer may have vendored

app = typer.Typer(
    name="fmnist-tui",
    help="A neural-network lab in a terminal, on Fashion-MNIST. Without a command: the app.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(short_help="Check a network in seconds before it is trained; --rates tests learning rates.")(
    preflight.preflight
)
app.command()(training.train)
app.command()(training.run)
app.command("list")(notebook.list_experiments)
app.command()(notebook.show)
app.command(short_help="Compare experiments or single runs: only what differs.")(compare.compare)
app.command(short_help="Say what the results say, and what to try next.")(clues.clues)
app.command()(notebook.export)
app.command()(notebook.code)
app.command(short_help="Write a notebook of the lab report's seventeen experiments.")(notebook.init)
app.command(short_help="List runs that went missing from the notebook, and add them again.")(recover.recover)
app.command(short_help="Ask a trained network what is on pictures of your own.")(predict.predict)
app.command(short_help="List what runs/ holds and the notebook no longer needs, and remove it.")(tidy.tidy)
app.command("data", short_help="Show where Fashion-MNIST is, and check its files.")(data.tell)
app.command(short_help="Print all settings with their defaults, and where they are kept.")(config.config)
app.command(short_help="Show what a training here will use and lack.")(doctor.doctor)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"fmnist-tui {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def begin(
    context: typer.Context,
    file: NotebookOption = Path(DEFAULT_NAME),
    dataset: DatasetOption = AUTO,
    directory: DataOption = None,
    max_parallel: JobsOption = None,
    scheduler: SchedulerOption = None,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """A neural-network lab in a terminal, on Fashion-MNIST. Without a command: the app."""
    if context.invoked_subcommand is None:
        raise typer.Exit(open_app(AppOptions(file, dataset, directory, max_parallel, scheduler)))
    check_current_folder()
    # Options before the command are passed to it: `fmnist-tui --file F list`.
    given = {"file": str(file), "dataset": dataset, "max_parallel": max_parallel}
    given |= {"directory": str(directory)} if directory else {}
    given |= {"scheduler": scheduler} if scheduler else {}
    context.default_map = {context.invoked_subcommand: given}


def run_command() -> int:
    """Return the exit status.

    Raises:
        UserError: the command line is invalid, or the command cannot be done.
        KeyboardInterrupt: it was interrupted.
    """
    try:
        status = app(prog_name="fmnist-tui", standalone_mode=False)
    except _UsageError as error:
        raise UserError(_usage(error)) from error
    except typer.Abort as error:
        raise KeyboardInterrupt from error
    return status if isinstance(status, int) else 0


def _usage(error: Exception) -> str:
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "fmnist-tui"
    wrong = error.format_message().replace("Value error, ", "").rstrip(".")  # type: ignore[attr-defined]
    return f"{wrong}{'' if wrong.endswith('?') else ';'} `{path} --help` shows how"
