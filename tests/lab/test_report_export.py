"""The report on disk: files that are whole or not there, and no file of somebody else's lost."""

import shlex
from dataclasses import replace
from pathlib import Path

import pytest
from group_builders import made_up_group, made_up_recipe
from reports import COMMAND, GENERATED

from fmnist_tui.lab.report import export
from fmnist_tui.lab.report.export import Options, ReportError, ReportStopped, Written, export_command, write
from fmnist_tui.lab.report.figures.drawing import ReportFigure
from fmnist_tui.lab.report.markdown import is_report

THREE = [made_up_group(f"{width} units", recipe=made_up_recipe(str(width))) for width in (16, 32, 64)]
"""Their report has three figures."""
ALL = Options(html=True, jupyter=True)


def files_of(folder: Path) -> dict[Path, bytes]:
    return {each: each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def test_the_report_links_the_figures_that_lie_beside_it(tmp_path: Path) -> None:
    groups = [*THREE, made_up_group("not begun", (), recipe=made_up_recipe("8"))]
    written = write(groups, tmp_path / "my report.md", command=COMMAND, generated=GENERATED)

    assert written.reports == (tmp_path / "my report.md",)
    text = written.reports[0].read_text(encoding="utf-8")
    for figure in written.figures:
        assert figure.parent == tmp_path / "my report-figures"
        if figure.suffix == ".svg":
            assert f"(my%20report-figures/{figure.name})" in text
    assert set(files_of(tmp_path)) == set(written.paths)


def test_the_same_runs_make_the_same_files_again_over_the_old_ones(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    write([made_up_group("an ancient network")], path, command=COMMAND, options=ALL, generated=GENERATED)
    older = path.read_text(encoding="utf-8")
    with path.open(encoding="utf-8") as reader:
        written = write([made_up_group()], path, command=COMMAND, options=ALL, generated=GENERATED)
        read_meanwhile = reader.read()
    first = files_of(tmp_path)
    write([made_up_group()], path, command=COMMAND, options=ALL, generated=GENERATED)

    assert [each.name for each in written.reports] == ["report.md", "report.html", "report.ipynb"]
    assert first == files_of(tmp_path)
    assert b"ancient" not in first[path]
    assert read_meanwhile == older


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("report.md", "my own notes\n"),
        ("report.md", "# Neural networks on Fashion-MNIST\n\nand what I think of them\n"),
        ("report.md", "\udcff"),
        ("report.html", "<!DOCTYPE html>\n<title>mine</title>\n"),
        ("report.ipynb", '{"cells": []}'),
        ("report-figures/loss-curves.svg", "<svg/>"),
    ],
    ids=["notes", "the same title", "not UTF-8", "a page", "another notebook", "a picture"],
)
def test_what_somebody_else_wrote_is_not_written_over_unless_that_is_insisted_on(
    tmp_path: Path, name: str, text: str
) -> None:
    foreign = tmp_path / name
    foreign.parent.mkdir(exist_ok=True)
    foreign.write_text(text, encoding="utf-8", errors="surrogateescape")
    before = files_of(tmp_path)

    with pytest.raises(ReportError, match=rf"{foreign.name}: exists and is no report .* --force"):
        write([made_up_group()], tmp_path / "report.md", command=COMMAND, options=ALL)

    assert files_of(tmp_path) == before
    write([made_up_group()], tmp_path / "report.md", command=COMMAND, options=replace(ALL, force=True))
    assert is_report((tmp_path / "report.md").read_text(encoding="utf-8"))
    assert foreign.read_bytes() != before[foreign]


def test_an_empty_file_is_no_loss(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    path.touch()

    assert path in write([made_up_group()], path, command=COMMAND).reports


def test_a_report_on_synthetic_garments_may_be_renewed_too(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    synthetic = made_up_group(recipe=made_up_recipe(dataset="synthetic"))
    write([synthetic], path, command=COMMAND, options=Options(author="A. Student"))

    write([made_up_group()], path, command=COMMAND)

    assert is_report(path.read_text(encoding="utf-8"))


def test_without_a_finished_run_there_is_nothing_to_report(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="no run has finished"):
        write([made_up_group("not begun", ())], tmp_path / "report.md", command=COMMAND)

    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_hold_a_report_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "folder.md").mkdir()
    (tmp_path / "taken-figures").write_text("a file where the figures would go")
    before = sorted(tmp_path.rglob("*"))

    for place, words in {
        "nowhere/report.md": "no such folder",
        "folder.md": "not a file",
        "x" * 300 + ".md": "name too long",
        "taken.md": "not a folder",
    }.items():
        with pytest.raises(ReportError, match=f"(?i){words}") as refused:
            write([made_up_group()], tmp_path / place, command=COMMAND)
        assert "\n" not in str(refused.value)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_disk_that_fills_leaves_the_old_report_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.md"
    path.write_text("an older report\n")

    def fill(figure: ReportFigure, folder: Path) -> None:
        (folder / "half.png").write_bytes(b"half a figure")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(export, "save", fill)
    with pytest.raises(ReportError, match=r"report\.md: cannot be written: No space left on device"):
        write([made_up_group()], path, command=COMMAND, options=Options(force=True))

    assert path.read_text() == "an older report\n"
    assert list(tmp_path.iterdir()) == [path]


def test_how_many_figures_are_drawn_is_said_from_the_start(tmp_path: Path) -> None:
    said: list[tuple[int, int]] = []
    write(THREE, tmp_path / "report.md", command=COMMAND, notify=lambda *drawn: said.append(drawn))

    assert said == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_one_that_is_stopped_leaves_the_old_report_and_its_figures_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    write(THREE, path, command=COMMAND, generated=GENERATED)
    before = files_of(tmp_path)
    drawn: list[int] = []

    with pytest.raises(ReportStopped, match=r"report\.md: not written: stopped after 2 of 3 figures"):
        write(
            THREE[::-1],
            path,
            command=COMMAND,
            options=ALL,
            notify=lambda done, _: drawn.append(done),
            stop=lambda: drawn == [0, 1, 2],
        )

    assert files_of(tmp_path) == before
    assert sorted(tmp_path.iterdir()) == [tmp_path / "report-figures", path]


def test_while_one_is_written_a_second_to_the_same_place_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    refused = []

    def export_again(drawn: int, _: int) -> None:
        if not drawn:  # its folder is not made yet
            return
        with pytest.raises(ReportError, match=r"report\.md: another program is writing this report; wait") as error:
            write(THREE[:1], path, command=COMMAND, options=replace(ALL, force=True), generated=GENERATED)
        refused.append(str(error.value))

    written = write(THREE, path, command=COMMAND, options=ALL, generated=GENERATED, notify=export_again)

    assert len(refused) == 3
    assert "\n" not in refused[0]
    assert set(files_of(tmp_path)) == set(written.paths)


def test_two_reports_in_one_folder_may_be_written_at_once(tmp_path: Path) -> None:
    beside: list[Written] = []

    def export_another(drawn: int, _: int) -> None:
        if drawn == 1:
            beside.append(write(THREE[:1], tmp_path / "another.md", command=COMMAND))

    written = write(THREE, tmp_path / "report.md", command=COMMAND, notify=export_another)

    assert set(files_of(tmp_path)) == {*written.paths, *beside[0].paths}


def test_figures_that_the_new_report_lacks_are_removed_and_nothing_else(tmp_path: Path) -> None:
    path, folder = tmp_path / "report.md", tmp_path / "report-figures"
    write(THREE, path, command=COMMAND)
    ours = (folder / "loss-curves.svg").read_bytes()
    (folder / "loss-curves-3.svg").write_bytes(ours)
    kept = {
        folder / "my copy of loss-curves.svg": ours,
        folder / "loss-curves-4.svg": b"<svg>drawn by hand</svg>",
        folder / "confusion-matrix.txt": ours,
        folder / "sub" / "loss-curves.svg": ours,
        tmp_path / "loss-curves.svg": ours,
        tmp_path / "linked.svg": ours,
    }
    (folder / "sub").mkdir()
    for each, content in kept.items():
        each.write_bytes(content)
    link = folder / "accuracy-curves-7.svg"
    link.symlink_to(tmp_path / "linked.svg")

    written = write(THREE[:1], path, command=COMMAND)

    assert {each.name for each in written.figures} == {
        f"{name}-curves.{ending}" for name in ("accuracy", "loss") for ending in ("svg", "png")
    }
    assert set(files_of(tmp_path)) == {*written.paths, *kept, link}
    assert {each: each.read_bytes() for each in kept} == kept


def test_the_command_in_the_report_writes_it_again() -> None:
    options = Options("A. O'Neill", "64 units", html=True, jupyter=True, language="es")

    assert shlex.split(export_command(Path("r.md"), ["64 units", "32"], options)) == [
        *("fmnist-tui", "export", "r.md", "64 units", "32"),
        *("--select=64 units", "--author=A. O'Neill", "--lang=es", "--html", "--notebook"),
    ]
