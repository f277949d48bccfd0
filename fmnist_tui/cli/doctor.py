import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from textwrap import wrap
from typing import Literal

import typer

from fmnist_tui.cli.options import DataOption, DatasetOption, JsonOption, NotebookOption, SchedulerOption
from fmnist_tui.cli.output import holds_all_characters, say, say_json
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.notebook.file import DEFAULT_NAME, NotebookFile
from fmnist_tui.lab.plain_text import counted
from fmnist_tui.lab.records.dataset import AUTO, FASHION_MNIST, SYNTHETIC, DatasetChoice, chooses_other_data, name_clash
from fmnist_tui.terminal.size import LEAST_COLUMNS, LEAST_ROWS

Verdict = Literal["ok", "note", "stops"]

INSTALL_AGAIN = "install the program again, in a new virtual environment"
SECONDS_FOR_A_SCHEDULER = 3
LITTLE_MEMORY = 1_000_000_000
"""Bytes; TensorFlow takes half of it, the images as numbers the rest."""
LEAST_DISK = 5_000_000
"""Bytes; a small training writes its journal, checkpoint, predictions and weights."""
LITTLE_DISK = 100_000_000
"""Bytes; a training with its model and checkpoint needs a few million."""


@dataclass(frozen=True, slots=True)
class Finding:
    about: str
    verdict: Verdict
    """`note`: it works, but otherwise than one may expect; `stops`: a training would not begin, or not be kept."""
    words: str


def doctor(
    file: NotebookOption = Path(DEFAULT_NAME),
    dataset: DatasetOption = AUTO,
    directory: DataOption = None,
    scheduler: SchedulerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what a training here will use and lack; exit with status 1 where something would stop it."""
    findings = [
        *_checked("versions", _versions),
        *_checked("machine", _machine),
        *_checked("data", lambda: _data(dataset, directory, NotebookFile(file))),
        *_checked("notebook", lambda: _notebook(NotebookFile(file))),
        *_checked("disk", lambda: _disk(NotebookFile(file))),
        *_checked("locks", lambda: _locks(NotebookFile(file))),
        *_checked("folders", _folders),
        *_checked("settings", _settings),
        *_checked("terminal", _terminal),
        *_checked("variables", _variables),
        *_checked("cluster", lambda: _cluster(scheduler)),
    ]
    if as_json:
        say_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            _print(f"{finding.verdict:<6} {finding.about:<10} {finding.words}")
    if any(finding.verdict == "stops" for finding in findings):
        raise typer.Exit(1)


def _print(line: str) -> None:
    """Print a line; on a terminal, broken between words where it is too long."""
    width = os.get_terminal_size(1).columns if os.isatty(1) else 0
    indent = 18 * " "
    lines = wrap(line, width, subsequent_indent=indent, break_on_hyphens=False) if width > len(indent) else [line]
    for each in lines:
        say(each)


def _checked(about: str, check: Callable[[], Iterator[tuple[Verdict, str]]]) -> Iterator[Finding]:
    try:
        yield from (Finding(about, verdict, words) for verdict, words in check())
    except (UserError, OSError) as error:
        yield Finding(about, "stops", str(error))


def _versions() -> Iterator[tuple[Verdict, str]]:
    from fmnist_tui.engine.environment import environment

    found = environment()
    words = f"fmnist-tui {found.fmnist_tui}, Python {found.python}, TensorFlow {found.tensorflow}, Keras {found.keras}"
    if "unknown" in (found.tensorflow, found.keras):
        yield "stops", f"{words}; {INSTALL_AGAIN}"
    elif wrong := ", ".join(_unsuitable()):
        yield "stops", f"{wrong}; {INSTALL_AGAIN}"
    else:
        yield "ok", words


def _unsuitable() -> Iterator[str]:
    """Yield what is not installed, or in another version than this program needs."""
    from importlib import metadata

    from packaging.requirements import Requirement

    try:
        needed = [Requirement(each) for each in metadata.requires("fmnist-tui") or ()]
    except metadata.PackageNotFoundError:  # run from its source
        return
    for requirement in needed:
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            version = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            if requirement.name != "tensorflow":  # tensorflow-cpu brings it too; `environment` finds either
                yield f"{requirement.name} is not installed"
            continue
        if not requirement.specifier.contains(version, prereleases=True):
            yield f"{requirement.name} {version}, and {requirement.specifier} is needed"


def _machine() -> Iterator[tuple[Verdict, str]]:
    from fmnist_tui.engine.cores import cores
    from fmnist_tui.engine.environment import machine
    from fmnist_tui.engine.memory import available_bytes, check_addresses

    free = available_bytes()
    words = machine() + ("" if free is None else f", {free / 1e9:.1f} GB of memory free")
    if free is None or free > LITTLE_MEMORY:
        yield "ok", words
    else:
        yield "note", f"{words}: TensorFlow and the images need about 1 GB; end other programs"
    if limit := cores().limit:
        yield "note", limit
    check_addresses()


def _data(dataset: DatasetChoice, directory: Path | None, file: NotebookFile) -> Iterator[tuple[Verdict, str]]:
    from fmnist_tui.engine.dataset.description import describe

    if dataset == SYNTHETIC:
        yield "ok", "synthetic garments, drawn by the program"
        return
    if chooses_other_data(dataset):
        from fmnist_tui.engine.dataset.sources import load

        data = load(dataset, directory, fetch=False)
        with suppress(UserError):  # of the notebook, which has a line of its own
            if clash := name_clash(data.name, (run.recipe.dataset for run in file.read().runs)):
                yield "stops", clash
                return
        yield "ok", f"{dataset}: {len(data.y_train):,} training and {len(data.y_test):,} test images, in {data.source}"
        return
    found = describe(directory)
    where = f"{found.folder} ({found.source})"
    if found.whole:
        yield "ok", f"Fashion-MNIST, the published bytes, in {where}"
        return
    faults = ", ".join(f"{each.name} {each.problem}" for each in found.files if each.problem)
    mend = "`fmnist-tui data --fetch` downloads it, --data names its folder"
    damaged = any(each.problem and each.problem != "is missing" for each in found.files)
    if dataset == FASHION_MNIST or damaged or directory is not None:
        yield "stops", f"{where}: {faults}; {mend}"
    else:
        yield "note", f"no Fashion-MNIST yet: it is downloaded, or synthetic garments take its place; {mend}"


def _notebook(file: NotebookFile) -> Iterator[tuple[Verdict, str]]:
    notebook = file.read()
    if why := _unwritable(file):
        yield "note", why
    elif not file.path.exists():
        yield "ok", f"{file.path} will be made by the first training; `fmnist-tui init` begins with the lab report's"
    else:
        plans, runs = len(notebook.experiments), len(notebook.runs)
        yield "ok", f"{file.path}: {counted(plans, 'experiment')}, {counted(runs, 'run')}; it can be written"
    for remark in notebook.remarks:
        yield "note", remark


def _unwritable(file: NotebookFile) -> str | None:
    """Return why results could not be recorded at once; UserError if they could not be kept at all."""
    if file.runs_folder.exists():
        return file.check_writable()
    parent = file.own_path.parent
    if not os.access(parent, os.W_OK):  # the full check would make the folder `runs`
        raise UserError(f"{parent} cannot be written; correct its permissions, or name another notebook with --file")
    return None


def _disk(file: NotebookFile) -> Iterator[tuple[Verdict, str]]:
    folder = file.runs_folder if file.runs_folder.is_dir() else file.own_path.parent
    free = shutil.disk_usage(folder).free
    words = f"{free / 1e9:,.1f} GB free beside the notebook"
    if free > LITTLE_DISK:
        yield "ok", words
    elif free > LEAST_DISK:
        yield "note", f"{words}: make room, or give up --save-model"
    else:
        yield "stops", f"{words}, too little for a run: make room, or name a notebook elsewhere with --file"


def _locks(file: NotebookFile) -> Iterator[tuple[Verdict, str]]:
    """Lock a file without a name, as folders over a network may not let one."""
    import fcntl
    from tempfile import TemporaryFile

    folder = file.runs_folder if file.runs_folder.is_dir() else file.own_path.parent
    try:
        with TemporaryFile(dir=folder) as probe:
            fcntl.flock(probe, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        yield (
            "stops",
            f"no file can be locked in {folder}: {error.strerror or error}; name a notebook elsewhere with --file",
        )
    else:
        yield "ok", "files can be locked beside the notebook"


def _folders() -> Iterator[tuple[Verdict, str]]:
    from fmnist_tui.lab.folders import cache_folder, config_folder, log_folder

    known = {"settings": config_folder(), "cache": cache_folder(), "log": log_folder()}
    named = ", ".join(f"{use} in {folder}" for use, folder in known.items() if folder)
    missing = ", ".join(use for use, folder in known.items() if not folder)
    if named:
        yield "ok", named
    if missing:
        yield "note", f"no folder for {missing}, as there is no home folder; the program does without"


def _settings() -> Iterator[tuple[Verdict, str]]:
    from fmnist_tui.lab.settings.config_file import SettingsError, settings_path

    try:
        path = settings_path()
    except SettingsError as error:
        yield "note", str(error)
        return
    if not os.path.exists(path):  # noqa: PTH110  Path's raises where the folder may not be entered
        yield "ok", f"none; {path} would hold them"
        return
    from fmnist_tui.tui.default_settings import read_all_settings

    _, settings = read_all_settings(path)
    yield "ok", str(path)
    for problem in settings.problems:
        yield "note", problem


def _terminal() -> Iterator[tuple[Verdict, str]]:
    kind = os.environ.get("TERM", "")
    encoding = "UTF-8" if holds_all_characters() else getattr(sys.stdout, "encoding", "unknown")
    if not (os.isatty(0) and os.isatty(1)):
        yield "ok", f"none: commands work, the app needs one; encoding {encoding}"
        return
    columns, rows = os.get_terminal_size(1)
    words = f"{kind or 'unknown kind'}, {columns}×{rows}, {encoding}"
    if columns < LEAST_COLUMNS or rows < LEAST_ROWS:
        yield "note", f"{words}: enlarge it to {LEAST_COLUMNS}×{LEAST_ROWS} or more for the app"
    elif kind in ("", "dumb"):
        yield "note", f"{words}: set TERM, such as TERM=xterm-256color, for the app"
    elif not holds_all_characters():
        yield "note", f"{words}: set a UTF-8 locale, such as LANG=C.UTF-8, for the curves"
    else:
        yield "ok", f"{words}{', no colour (NO_COLOR)' if os.environ.get('NO_COLOR') else ''}"


def _variables() -> Iterator[tuple[Verdict, str]]:
    from fmnist_tui.engine.pinning import ignored_variables

    if ignored := ignored_variables(os.environ):
        yield "note", f"ignored, as they could change a result: {', '.join(ignored)}"


def _cluster(scheduler: str | None) -> Iterator[tuple[Verdict, str]]:
    """Look for the scheduler, without speaking to it."""
    if scheduler is None:
        return
    from fmnist_tui.engine.parallel.cluster.address import LOCAL, check_scheduler

    check_scheduler(scheduler)
    if scheduler == LOCAL:
        yield "ok", "Dask's own, on this machine"
        return
    host, _, port = scheduler.partition("://")[2].rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), SECONDS_FOR_A_SCHEDULER).close()
    except OSError as error:
        yield "stops", f"nothing answers at {scheduler}: {error.strerror or error}; start a scheduler there"
    else:
        yield "ok", f"something answers at {scheduler}"
