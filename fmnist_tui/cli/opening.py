"""Open the app with as few imports as possible.

Parsing with typer takes as long as importing all of the app's own modules. So the app's few options are parsed here;
everything else, help and mistakes included, is left to typer.
"""

import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from fmnist_tui.cli.reading import check_current_folder, check_folder
from fmnist_tui.engine.cores import usable_cores
from fmnist_tui.engine.parallel.parallelism import Parallelism
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.notebook.file import DEFAULT_NAME
from fmnist_tui.lab.plain_text import counted
from fmnist_tui.lab.records.dataset import AUTO, DatasetChoice, check_has_folder, checked_choice, chooses_other_data

FILE_VARIABLE = "FMNIST_TUI_FILE"
DATA_VARIABLE = "FMNIST_TUI_DATA"
SCHEDULER_VARIABLE = "FMNIST_TUI_SCHEDULER"
COMPLETION_VARIABLE = "_FMNIST_TUI_COMPLETE"
"""Set by a shell that asks for completions, as typer's scripts for it do."""
CANNOT_DRAW = ("dumb", "unknown")
"""Values of TERM for terminals that cannot move the cursor."""

_WHOLE = re.compile("[0-9]{1,9}")

JOBS_A_CORE = 4
"""Most trainings in parallel per core; more than one only takes memory."""


class AppOptions(NamedTuple):
    file: Path = Path(DEFAULT_NAME)
    dataset: DatasetChoice = AUTO
    directory: Path | None = None
    max_parallel: int | None = None
    scheduler: str | None = None
    """A Dask scheduler's address, or `local`."""


def read_app_options(words: Sequence[str], variables: Mapping[str, str]) -> AppOptions | None:
    """Return the options if a command line only opens the app; None for anything else, mistakes included."""
    parts = [part for word in words for part in (word.split("=", 1) if word.startswith("--") else [word])]
    names, values = parts[::2], parts[1::2]
    if len(names) != len(values) or any(not value or value.startswith("-") for value in values):
        return None
    options = {
        "--file": variables.get(FILE_VARIABLE) or DEFAULT_NAME,
        "--dataset": AUTO,
        "--data": variables.get(DATA_VARIABLE) or "",
        "--jobs": "",
        "--scheduler": variables.get(SCHEDULER_VARIABLE) or "",
    }
    if not options.keys() >= set(names):
        return None
    options |= zip(names, values, strict=True)
    file, dataset, directory, jobs, scheduler = options.values()
    if (jobs and not _WHOLE.fullmatch(jobs)) or (chooses_other_data(dataset) and not directory):
        return None
    return AppOptions(
        Path(file),
        checked_choice(dataset),
        Path(directory) if directory else None,
        int(jobs) if jobs else None,
        scheduler or None,
    )


def open_app(opening: AppOptions) -> int:
    """Return the exit status.

    Raises:
        UserError: the terminal cannot draw the app, the number of jobs is out of range, or the notebook has no folder.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UserError("the app needs a terminal; in a script use a command, `fmnist-tui --help` lists them")
    if os.environ.get("TERM", "").lower() in CANNOT_DRAW:
        raise UserError(
            f"the app needs a terminal that can move its cursor, and TERM is {os.environ['TERM']}; "
            "set TERM to what the terminal is, such as xterm-256color, or use a command: `fmnist-tui --help` lists them"
        )
    check_current_folder()
    check_has_folder(opening.dataset, opening.directory)
    parallelism = checked_parallelism(opening.max_parallel, opening.scheduler)
    check_folder(opening.file)
    from fmnist_tui.tui.session import run_app

    return run_app(opening.file, opening.dataset, opening.directory, parallelism, opening.scheduler)


def checked_parallelism(max_parallel: int | None, scheduler: str | None) -> Parallelism:
    """Return what `--jobs` and `--scheduler` ask for.

    Raises:
        UserError: too many jobs or none; or no training can be sent to the scheduler: its address is wrong, there is
            no Dask, or a number of jobs is given with it.
    """
    cores = usable_cores()
    if max_parallel is not None and not 1 <= max_parallel <= JOBS_A_CORE * cores:
        raise UserError(
            f"--jobs must be from 1 to {JOBS_A_CORE * cores}, not {max_parallel}; "
            f"this program may use {counted(cores, 'core')}, and more jobs than cores gain nothing"
        )
    parallelism = Parallelism.of_jobs(max_parallel, scheduler)
    if scheduler is not None:
        _check_cluster(scheduler, parallelism)
    return parallelism


def _check_cluster(scheduler: str, parallelism: Parallelism) -> None:
    from fmnist_tui.engine.parallel.cluster.address import LOCAL, check_scheduler

    check_scheduler(scheduler)
    if scheduler != LOCAL and parallelism.several:
        raise UserError(
            "--jobs is for this machine; on a cluster as many trainings run at once as it has workers: leave --jobs out"
        )
