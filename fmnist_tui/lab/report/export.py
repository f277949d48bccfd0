import fcntl
import os
import shlex
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from fmnist_tui.lab.errors import UserError, advice
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.plain_text import counted
from fmnist_tui.lab.report.figures import Key, figure_name, key, save_curves
from fmnist_tui.lab.report.markdown import is_report, report

PREFIX = ".fmnist-tui-report-"
LEFT_SECONDS = 60.0
"""Age at which an unlocked folder counts as left by a killed program."""


@contextmanager
def unfinished_folder(parent: Path) -> Iterator[Path]:
    """Make a locked temporary folder, removed at the end; remove those that killed programs left."""
    for left in parent.glob(f"{PREFIX}*"):
        with suppress(OSError):  # in use, or another user's
            if time.time() - left.stat().st_mtime > LEFT_SECONDS:
                with _locked(left):
                    shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=parent) as folder, ExitStack() as stack:
        with suppress(OSError):  # a file system without locks
            stack.enter_context(_locked(Path(folder)))
        yield Path(folder)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(held)


Notify = Callable[[int, int], object]
Stop = Callable[[], object]


class ReportError(UserError):
    pass


class ReportStopped(ReportError):
    pass


def export_command(path: Path, names: Iterable[str] = ()) -> str:
    return shlex.join(("fmnist-tui", "export", str(path), *names))


def write(
    groups: Sequence[Group],
    path: Path,
    *,
    command: str,
    generated: datetime | None = None,
    force: bool = False,
    notify: Notify | None = None,
    stop: Stop | None = None,
) -> tuple[Path, ...]:
    """Write a report and its figures, and return the files written, the report first.

    The figures go to `<name>-figures/` beside the report. Everything is made in a temporary folder and moved into
    place when complete, so an existing report stays until then. `force` overwrites a file that is no report.
    `notify` gets the number of figures drawn and their total, `stop` is called before each figure.

    Raises:
        ReportStopped: `stop` returned true.
        ReportError: no run has finished, or the path cannot be written or holds another file.
    """
    trained = [group for group in groups if group.finished]
    if not trained:
        raise ReportError("nothing to report: no run has finished; train with `fmnist-tui run` or `train 64` first")
    if notify is not None:
        notify(0, len(trained))
    names: dict[Key, str] = {}
    taken: set[str] = set()
    for group in trained:
        names[key(group)] = figure_name(group, taken)
        taken.add(names[key(group)])
    folder = _figures_folder(path)
    text = report(
        groups,
        figures={each: f"{folder.name}/{name}" for each, name in names.items()},
        command=command,
        generated=generated or datetime.now().astimezone(),
    )
    try:
        _check_place(path)
        if not force:
            _check_content(path)
        with unfinished_folder(path.parent) as unfinished:
            for drawn, group in enumerate(trained):
                if stop is not None and stop():
                    raise ReportStopped(
                        f"{path}: not written: stopped after {drawn:,} of {counted(len(trained), 'figure')}"
                    )
                save_curves(group, unfinished / names[key(group)])
                if notify is not None:
                    notify(drawn + 1, len(trained))
            page = unfinished / "report.md"
            page.write_text(text, encoding="utf-8", newline="\n")
            folder.mkdir(exist_ok=True)
            for name in names.values():
                (unfinished / name).replace(folder / name)
            page.replace(path)
    except OSError as error:
        raise ReportError(f"{path}: cannot be written: {error.strerror or error}{advice(error)}") from None
    return (path, *(folder / name for name in names.values()))


def _figures_folder(path: Path) -> Path:
    return path.parent / f"{path.stem}-figures"


def _check_place(path: Path) -> None:
    if not path.parent.is_dir():
        raise ReportError(f"{path.parent}: no such folder; make it first, or choose another")
    if path.exists() and not path.is_file():
        raise ReportError(f"{path}: not a file; choose another name for the report")
    if not os.access(path.parent, os.W_OK):
        raise ReportError(f"{path.parent}: this folder cannot be written to; choose another")
    folder = _figures_folder(path)
    if folder.exists() and not folder.is_dir():
        raise ReportError(f"{folder}: not a folder, but the figures go there; choose another name for the report")


def _check_content(path: Path) -> None:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            head = file.read(1_000)
    except FileNotFoundError:
        return
    if head and not is_report(head):
        raise ReportError(
            f"{path}: exists and is no report of this program; choose another name, "
            "or overwrite it with `fmnist-tui export --force`"
        )
