import os
import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from fmnist_tui.lab.errors import UserError, advice
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.language.catalogue import Language, in_language
from fmnist_tui.lab.notebook.durable import Busy
from fmnist_tui.lab.plain_text import counted
from fmnist_tui.lab.report.figures.drawing import FORMATS, ReportFigure, is_ours, save
from fmnist_tui.lab.report.figures.plan import figures_of, is_figure_name
from fmnist_tui.lab.report.html import is_page, page
from fmnist_tui.lab.report.jupyter import is_jupyter_report, jupyter_notebook
from fmnist_tui.lab.report.markdown import PlacedFigure, is_report, report
from fmnist_tui.lab.report.mistakes import ReadTestImages, worst_mistakes
from fmnist_tui.lab.report.opening import title
from fmnist_tui.lab.report.study import Content, gather
from fmnist_tui.lab.report.unfinished import unfinished_folder

Notify = Callable[[int, int], object]
Stop = Callable[[], object]


class ReportError(UserError):
    pass


class ReportStopped(ReportError):
    pass


@dataclass(frozen=True, slots=True)
class Options:
    author: str = ""
    selected: str | None = None
    """The network to choose in place of the best by validation accuracy."""
    html: bool = False
    """Write `<name>.html` too: one file with the figures inside."""
    jupyter: bool = False
    """Write `<name>.ipynb` too."""
    force: bool = False
    """Overwrite files that this program did not write."""
    language: Language = "en"

    def words(self) -> Iterator[str]:
        """Yield them as on the command line."""
        if self.selected is not None:
            yield f"--select={self.selected}"
        if self.author:
            yield f"--author={self.author}"
        yield f"--lang={self.language}"  # without it, the locale decides
        if self.html:
            yield "--html"
        if self.jupyter:
            yield "--notebook"


def export_command(path: Path, names: Iterable[str] = (), options: Options = Options()) -> str:
    return shlex.join(("fmnist-tui", "export", str(path), *names, *options.words()))


@dataclass(frozen=True, slots=True)
class Written:
    reports: tuple[Path, ...]
    """The Markdown first."""
    figures: tuple[Path, ...]
    """Each as SVG and as PNG."""

    @property
    def paths(self) -> tuple[Path, ...]:
        return (*self.reports, *self.figures)

    @property
    def words(self) -> str:
        """What was written: `report.md, report.html: written, with 4 figures`."""
        reports = ", ".join(map(str, self.reports))
        return f"{reports}: written, with {counted(len(self.figures) // len(FORMATS), 'figure')}"


@dataclass(frozen=True, slots=True)
class Images:
    """Where the images of the chosen network's mistakes come from."""

    runs_folder: Path
    read: ReadTestImages


def write(
    groups: Sequence[Group],
    path: Path,
    *,
    command: str,
    options: Options = Options(),
    known: Sequence[Group] | None = None,
    images: Images | None = None,
    generated: datetime | None = None,
    notify: Notify | None = None,
    stop: Stop | None = None,
) -> Written:
    """Write a report and its figures.

    The figures go to `<name>-figures/` beside the report. Everything is made in a temporary folder and moved into
    place when complete, so an existing report stays until then; its figures that the new one lacks are removed.
    P values are corrected for the number of `known`,
    all groups of the notebook; by default `groups`. `notify` gets the number of figures drawn and their total, `stop`
    is called before each figure.

    Raises:
        ReportStopped: `stop` returned true.
        ReportError: no run has finished, another program is writing the report, or the path cannot be written or
            holds another file.
        UserError: the selected network is unknown, or has no finished run.
    """
    with in_language(options.language):
        return _write_all(groups, path, command, options, known, images, generated, notify, stop)


def _write_all(
    groups: Sequence[Group],
    path: Path,
    command: str,
    options: Options,
    known: Sequence[Group] | None,
    images: Images | None,
    generated: datetime | None,
    notify: Notify | None,
    stop: Stop | None,
) -> Written:
    if not any(group.finished for group in groups):
        raise ReportError("nothing to report: no run has finished; train with `fmnist-tui run` or `train 64` first")
    content = gather(
        groups,
        command=command,
        generated=generated or datetime.now().astimezone(),
        author=options.author,
        known=known,
        selected=options.selected,
    )
    figures = _figures(content, images)
    if notify is not None:
        notify(0, len(figures))
    folder = _figures_folder(path)
    placed = [PlacedFigure(each, _address(folder, each)) for each in figures]
    try:
        _check_place(path)
        targets = _targets(path, options, figures)
        with unfinished_folder(path) as unfinished:
            if not options.force:
                _check_contents(targets.paths)
            for drawn, figure in enumerate(figures):
                if stop is not None and stop():
                    raise ReportStopped(
                        f"{path}: not written: stopped after {drawn:,} of {counted(len(figures), 'figure')}"
                    )
                save(figure, unfinished)
                if notify is not None:
                    notify(drawn + 1, len(figures))
            _write_texts(content, placed, unfinished, path, options)
            folder.mkdir(exist_ok=True)
            for target in reversed(targets.paths):  # the Markdown last: until then, the old report stands
                (unfinished / target.name).replace(target)
            _remove_older(folder, targets.figures)
    except Busy:
        raise ReportError(
            f"{path}: another program is writing this report; wait until it is done, or choose another name"
        ) from None
    except OSError as error:
        raise ReportError(f"{path}: cannot be written: {error.strerror or error}{advice(error)}") from None
    return targets


def _figures(content: Content, images: Images | None) -> tuple[ReportFigure, ...]:
    chosen = content.main.chosen if content.main else None
    mistakes = None
    for run in chosen.finished if chosen and images else ():
        if images and (mistakes := worst_mistakes(run, images.runs_folder, images.read)) is not None:
            break
    return tuple(figures_of(content, mistakes))


def _write_texts(
    content: Content, placed: Sequence[PlacedFigure], unfinished: Path, path: Path, options: Options
) -> None:
    text = report(content, placed)
    _write(unfinished / path.name, text)
    if options.html:
        images = {each.source: (unfinished / f"{each.figure.name}.svg").read_bytes() for each in placed}
        _write(
            unfinished / path.with_suffix(".html").name,
            page(text, images, title=title(content), language=options.language),
        )
    if options.jupyter:
        images = {each.figure.name: (unfinished / f"{each.figure.name}.png").read_bytes() for each in placed}
        _write(unfinished / path.with_suffix(".ipynb").name, jupyter_notebook(content, placed, images))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _figures_folder(path: Path) -> Path:
    return path.parent / f"{path.stem}-figures"


def _address(folder: Path, figure: ReportFigure) -> str:
    return quote(f"{folder.name}/{figure.name}.svg", errors="surrogateescape")


def _targets(path: Path, options: Options, figures: Sequence[ReportFigure]) -> Written:
    endings = [ending for ending, wanted in ((".html", options.html), (".ipynb", options.jupyter)) if wanted]
    folder = _figures_folder(path)
    drawn = tuple(folder / f"{each.name}.{ending}" for each in figures for ending in FORMATS)
    return Written((path, *map(path.with_suffix, endings)), drawn)


def _remove_older(folder: Path, drawn: Sequence[Path]) -> None:
    """Remove the figures of an older report, those that this program wrote and the new report does not use."""
    for each in {*folder.iterdir()}.difference(drawn):
        ours = each.suffix.removeprefix(".") in FORMATS and is_figure_name(each.stem)
        with suppress(OSError):
            if ours and each.is_file() and not each.is_symlink() and is_ours(each):
                each.unlink()


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


_MOST_CHARACTERS = 100_000_000
"""A larger file is not one of ours."""

_KNOWN = {".html": is_page, ".ipynb": is_jupyter_report}


def _check_contents(targets: Iterable[Path]) -> None:
    for target in targets:
        if not target.exists() or not target.stat().st_size:
            continue
        if target.suffix.removeprefix(".") in FORMATS:
            ours = is_ours(target)
        else:
            with target.open(encoding="utf-8", errors="replace") as file:
                ours = _KNOWN.get(target.suffix, is_report)(file.read(_MOST_CHARACTERS))
        if not ours:
            raise ReportError(
                f"{target}: exists and is no report of this program; choose another name, "
                "or overwrite it with `fmnist-tui export --force`"
            )
