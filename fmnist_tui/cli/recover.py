from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from fmnist_tui.cli import completion
from fmnist_tui.cli.options import JsonOption, NotebookOption
from fmnist_tui.cli.output import say, say_json, tell
from fmnist_tui.cli.reading import check_folder, print_interrupted
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.experiments.groups import groups
from fmnist_tui.lab.notebook.file import DEFAULT_NAME, NotebookFile
from fmnist_tui.lab.plain_text import counted, visible
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.toml.reading import Notebook


def recover(
    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID", help="More runs for --add or --forget.", autocompletion=completion.missing_runs),
    ] = None,
    add: Annotated[
        list[str] | None,
        typer.Option("--add", metavar="ID", help="Add these runs again.", autocompletion=completion.missing_runs),
    ] = None,
    add_all: Annotated[bool, typer.Option("--all", help="Add all that are missing again.")] = False,
    forget: Annotated[
        list[str] | None,
        typer.Option("--forget", metavar="ID", help="Never list these again.", autocompletion=completion.missing_runs),
    ] = None,
    forget_all: Annotated[bool, typer.Option("--forget-all", help="Never list any of them again.")] = False,
    adopt: Annotated[
        bool, typer.Option("--adopt", help="The notebook was renamed or copied: make its runs' folders its own.")
    ] = False,
    source: Annotated[
        str | None, typer.Option("--from", metavar="NAME", help="The same, of the notebook that had this name.")
    ] = None,
    as_json: JsonOption = False,
    file: NotebookOption = Path(DEFAULT_NAME),
) -> None:
    """List the runs that the notebook had and that are missing from it, and add them again.

    Runs go missing when an editor or a sync tool writes back an older version of the notebook. Killed runs are
    recorded as interrupted here too, as by every training and by the app.
    """
    from fmnist_tui.lab.notebook.recovery import Recovery

    wishes = [bool(add), add_all, bool(forget), forget_all, adopt or source is not None]
    if sum(wishes) > 1:
        raise UserError("--add, --all, --forget, --forget-all, --adopt and --from exclude each other; give one")
    if ids and not (add or forget):
        raise UserError(f"{visible(ids[0])}: to do what? `fmnist-tui recover --add ID…` adds runs again")
    check_folder(file)
    notebook = NotebookFile(file)
    recovery = Recovery(notebook)
    if adopt or source is not None:
        taken = recovery.adopt(source if source is None else Path(source).name)
        tell(f"the folders of {counted(len(taken), 'run')} in runs/ are {file.name}'s now")
    recorded = notebook.recover()
    if add or add_all:
        runs = recovery.add([*add, *(ids or ())] if add else recovery.lost())
        done = f"{counted(len(runs), 'run')} added to {file}" if runs else _found(runs, file)
    elif forget or forget_all:
        runs = recovery.forget([*forget, *(ids or ())] if forget else recovery.lost())
        forgotten = f"{counted(len(runs), 'run')} will not be listed again; the copies stay in runs/"
        done = forgotten if runs else _found(runs, file)
    else:
        runs = recovery.lost_runs()
        done = _found(runs, file)
        for each in recovery.foreign():
            tell(each.words)
    if recorded:
        tell(f"{counted(len(recorded), 'run')} recorded that waited in runs/: {', '.join(run.id for run in recorded)}")
        print_interrupted(groups(Notebook(runs=recorded)), ())
    _print(runs, as_json=as_json)
    if not as_json:
        tell(done)


def _found(runs: Sequence[Run], file: Path) -> str:
    if not runs:
        return f"{file}: no run that it had is missing"
    return (
        f"{counted(len(runs), 'run')} missing from {file}; `fmnist-tui recover --add ID…` or --all adds again, "
        "--forget ID… or --forget-all stops mentioning"
    )


def _print(runs: Sequence[Run], *, as_json: bool) -> None:
    if as_json:
        from fmnist_tui.lab.notebook.unrecorded import run_json

        say_json([run_json(run) for run in runs])
        return
    from fmnist_tui.cli.recording import result_line

    for run in runs:
        say(f"{run.started:%Y-%m-%d %H:%M}  {result_line(run)}")
