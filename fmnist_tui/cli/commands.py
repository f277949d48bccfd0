"""The program: the app when it is called alone, and the commands."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from fmnist_tui import __version__
from fmnist_tui.cli import data, notebook, training
from fmnist_tui.cli.options import DataOption, DatasetOption, NotebookOption
from fmnist_tui.lab.errors import Mendable
from fmnist_tui.lab.notebook.file import DEFAULT_NAME
from fmnist_tui.lab.plain_text import visible

_UsageError: type[Exception] = typer.BadParameter.__bases__[0]  # click's, wherever this typer keeps it

app = typer.Typer(
    name="fmnist-tui",
    help="A neural-network lab in a terminal, on Fashion-MNIST. Without a command: the app.",
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(training.train)
app.command()(training.run)
app.command("list")(notebook.list_experiments)
app.command()(notebook.show)
app.command()(notebook.export)
app.command()(notebook.code)
app.command()(notebook.init)
app.command("data")(data.tell)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"fmnist-tui {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def open_app(
    context: typer.Context,
    file: NotebookOption = Path(DEFAULT_NAME),
    dataset: DatasetOption = "auto",
    directory: DataOption = None,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """A neural-network lab in a terminal, on Fashion-MNIST. Without a command: the app."""
    if context.invoked_subcommand is None:
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise Mendable("the app needs a terminal; in a script use a command, `fmnist-tui --help` lists them")
        from fmnist_tui.tui.app import run_app

        raise typer.Exit(run_app(file, dataset, directory))
    # What stands before the command is meant for it: `fmnist-tui --file F list`.
    given = {"file": str(file), "dataset": dataset} | ({"directory": str(directory)} if directory else {})
    context.default_map = {context.invoked_subcommand: given}


def main() -> None:
    """Run the program and exit with its status: 0 done, 1 a training failed, 2 to be mended, 130 interrupted."""
    sys.exit(_status())


def _status() -> int:
    try:
        status = app(standalone_mode=False)
    except Mendable as error:
        return _complain(str(error))
    except _UsageError as error:
        return _complain(_usage(error))
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except (BrokenPipeError, SystemExit):
        # The reader went away, which typer turns into an exit: say nothing, and keep Python from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status if isinstance(status, int) else 0


def _usage(error: Exception) -> str:
    """Return what is wrong with a command line, and where its help is."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "fmnist-tui"
    return f"{error.format_message().rstrip('.')}; `{path} --help` shows how"  # type: ignore[attr-defined]


def _complain(message: str) -> int:
    print(f"fmnist-tui: {visible(message, longest=1_000)}", file=sys.stderr)  # noqa: T201
    return 2
