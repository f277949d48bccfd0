"""The report on disk: its figures, their names, and a file that is whole or not there."""

import struct
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from group_builders import made_up_group, made_up_recipe, made_up_run
from hypothesis import given
from hypothesis import strategies as st
from strategies import hostile_text

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.records.run import Curves
from fmnist_tui.lab.report import export
from fmnist_tui.lab.report.export import ReportError, ReportStopped, write
from fmnist_tui.lab.report.figures import figure_name, save_curves
from fmnist_tui.lab.report.markdown import is_report

GENERATED = datetime(2025, 2, 1, 9, 30, tzinfo=UTC)
COMMAND = "fmnist-tui export report.md"


def size(path: Path) -> tuple[int, int]:
    """Width and height of a PNG, in pixels."""
    data = path.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def test_a_figure_is_a_png_of_1200_by_400_and_the_same_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)  # importing it now would fail
    group = made_up_group("three seeds", (0.87, 0.88, 0.89))
    save_curves(group, tmp_path / "once.png")
    save_curves(group, tmp_path / "again.png")

    assert size(tmp_path / "once.png") == (1200, 400)
    assert (tmp_path / "once.png").read_bytes() == (tmp_path / "again.png").read_bytes()


@pytest.mark.parametrize(
    "curves",
    [
        Curves((0.5,), (1.0,), (0.4,), (1.1,)),
        Curves((0.5, 0.6), (1.0, 0.9)),
        Curves((0.5, 0.6, 0.7), (1.0, float("inf"), float("nan")), (0.4, 0.5, 0.6), (1.1, 1.0, 0.9)),
        Curves(),
    ],
    ids=["one epoch", "no validation", "a loss that is not finite", "no epochs"],
)
def test_any_curves_make_a_figure_without_a_warning(
    curves: Curves, tmp_path: Path, recwarn: pytest.WarningsRecorder
) -> None:
    recipe = made_up_recipe()
    longer = Curves((0.5,) * 5, (1.0,) * 5, (0.4,) * 5, (1.1,) * 5)
    runs = (made_up_run("a", recipe, 0, curves=curves), made_up_run("a", recipe, 1, curves=longer))
    save_curves(Group("a", recipe, runs[:1]), tmp_path / "alone.png")
    save_curves(Group("a", recipe, runs), tmp_path / "with another.png")

    assert size(tmp_path / "alone.png") == size(tmp_path / "with another.png") == (1200, 400)
    assert [str(each.message) for each in recwarn] == []


@given(st.lists(hostile_text(), min_size=1, max_size=6))
def test_figure_names_are_plain_and_no_two_are_alike(names: list[str]) -> None:
    taken: list[str] = []
    for place, name in enumerate(names):
        taken.append(figure_name(made_up_group(name, recipe=made_up_recipe(str(place + 1))), taken))

    assert len(set(taken)) == len(names)
    for name in taken:
        stem, dot, ending = name.partition(".")
        assert (dot, ending) == (".", "png")
        assert stem == stem.strip("-")
        assert set(stem) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
        assert 0 < len(stem) <= 80


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("one layer of 64", "one-layer-of-64.png"),
        ("../../etc/passwd", "etc-passwd.png"),
        ("C:\\con\x00", "c-con.png"),
        ("Más ancho", "mas-ancho.png"),
        ("幅", "experiment.png"),
    ],
)
def test_a_figure_is_named_for_its_experiment(name: str, file: str) -> None:
    assert figure_name(made_up_group(name), ()) == file


def test_the_report_links_the_figures_that_lie_beside_it(tmp_path: Path) -> None:
    groups = [
        made_up_group("64 units", (0.87, 0.88)),
        made_up_group("64  UNITS", recipe=made_up_recipe("32")),
        made_up_group("not begun", (), recipe=made_up_recipe("16")),
    ]
    paths = write(groups, tmp_path / "my report.md", command=COMMAND, generated=GENERATED)

    page, *figures = paths
    assert page == tmp_path / "my report.md"
    assert len(figures) == 2
    text = page.read_text(encoding="utf-8")
    for figure in figures:
        assert figure.parent == tmp_path / "my report-figures"
        assert size(figure) == (1200, 400)
        assert f"(my%20report-figures/{figure.name})" in text
    left = {each for each in tmp_path.rglob("*") if each.is_file()}
    assert left == set(paths)


def test_the_same_runs_make_the_same_report_again_over_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    write([made_up_group("older")], path, command=COMMAND, generated=GENERATED)
    older = path.read_text(encoding="utf-8")
    with path.open(encoding="utf-8") as reader:
        first = [each.read_bytes() for each in write([made_up_group()], path, command=COMMAND, generated=GENERATED)]
        read_meanwhile = reader.read()
    second = [each.read_bytes() for each in write([made_up_group()], path, command=COMMAND, generated=GENERATED)]

    assert first == second
    assert b"older" not in first[0]
    assert read_meanwhile == older


@pytest.mark.parametrize(
    "text", ["my own notes\n", "# Neural networks on Fashion-MNIST\n\nand what I think of them\n", "\udcff"]
)
def test_what_somebody_else_wrote_is_not_written_over_unless_that_is_insisted_on(tmp_path: Path, text: str) -> None:
    path = tmp_path / "report.md"
    path.write_text(text, encoding="utf-8", errors="surrogateescape")

    with pytest.raises(ReportError, match=r"report\.md: exists and is no report .* --force"):
        write([made_up_group()], path, command=COMMAND)

    assert path.read_text(encoding="utf-8", errors="surrogateescape") == text
    assert [*tmp_path.iterdir()] == [path]
    write([made_up_group()], path, command=COMMAND, force=True)
    assert is_report(path.read_text(encoding="utf-8"))


def test_an_empty_file_is_no_loss(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    path.touch()

    assert path in write([made_up_group()], path, command=COMMAND)


def test_a_report_on_synthetic_garments_may_be_renewed_too(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    synthetic = made_up_group(recipe=made_up_recipe(dataset="synthetic"))
    write([synthetic], path, command=COMMAND)

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

    def fill(group: Group, place: Path) -> None:
        place.write_bytes(b"half a figure")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(export, "save_curves", fill)
    with pytest.raises(ReportError, match=r"report\.md: cannot be written: No space left on device"):
        write([made_up_group()], path, command=COMMAND, force=True)

    assert path.read_text() == "an older report\n"
    assert list(tmp_path.iterdir()) == [path]


THREE = [made_up_group(f"{width} units", recipe=made_up_recipe(str(width))) for width in (16, 32, 64)]


def test_how_many_figures_are_drawn_is_said_from_the_start(tmp_path: Path) -> None:
    said: list[tuple[int, int]] = []
    write(
        [*THREE, made_up_group("not begun", ())],
        tmp_path / "report.md",
        command=COMMAND,
        notify=lambda *drawn: said.append(drawn),
    )

    assert said == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_one_that_is_stopped_leaves_the_old_report_and_its_figures_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    write(THREE, path, command=COMMAND, generated=GENERATED)
    before = {each: each.read_bytes() for each in tmp_path.rglob("*") if each.is_file()}
    others = [made_up_group(group.name, (0.5, 0.6), recipe=group.recipe) for group in THREE]
    drawn: list[int] = []

    with pytest.raises(ReportStopped, match=r"report\.md: not written: stopped after 2 of 3 figures"):
        write(others, path, command=COMMAND, notify=lambda done, _: drawn.append(done), stop=lambda: drawn == [0, 1, 2])

    assert {each: each.read_bytes() for each in tmp_path.rglob("*") if each.is_file()} == before
    assert sorted(tmp_path.iterdir()) == [tmp_path / "report-figures", path]
