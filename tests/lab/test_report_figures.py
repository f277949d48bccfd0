"""The figures of a report: what they show, for whom, and that any results make them."""

import re
import struct
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from group_builders import made_up_group, made_up_recipe, made_up_run
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from reports import content_of, placed, written
from strategies import hostile_text

from fmnist_tui.lab.classes import GARMENT_CLASSES
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.records.run import Curves
from fmnist_tui.lab.report.figures.confusion import confusion_figure
from fmnist_tui.lab.report.figures.curves import MOST_PANELS, band
from fmnist_tui.lab.report.figures.drawing import DARK, LIGHT, ReportFigure, is_ours, limits, pages, save
from fmnist_tui.lab.report.figures.plan import figures_of
from fmnist_tui.lab.report.mistakes import WorstMistakes

CONFUSION = tuple(tuple(np.roll([90, 10, *[0] * 8], true).tolist()) for true in range(10))
"""Of each class, one in ten is taken for the next one."""


def with_results(group: Group, curves: Curves, parameters: int | None = None) -> Group:
    """Return a group whose runs have other curves, and another number of parameters if given."""
    runs = [replace(run, curves=curves, parameters=parameters or run.parameters) for run in group.runs]
    return replace(group, runs=tuple(runs))


def networks(count: int, accuracies: Sequence[float] = (0.87, 0.88)) -> list[Group]:
    """Return groups of different widths; the wider, the better."""
    groups = []
    for width in range(1, count + 1):
        group = made_up_group(f"{width} units", accuracies, recipe=made_up_recipe(str(width)))
        curves = Curves((0.6, 0.7), (1.0, 0.8), (0.6, 0.5 + width / 100), (1.0, 0.7))
        groups.append(with_results(group, curves))
    return groups


def figures(*groups: Group) -> dict[str, ReportFigure]:
    return {each.name: each for each in figures_of(content_of(*groups))}


def size(path: Path) -> tuple[int, int]:
    """Return width and height of a PNG, in pixels."""
    data = path.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def words_of(svg: Path) -> list[str]:
    """Return the texts of an SVG."""
    return [each.text or "" for each in ElementTree.parse(svg).iter("{http://www.w3.org/2000/svg}text")]


def test_nineteen_networks_stand_in_one_figure_of_accuracy_and_one_of_loss() -> None:
    assert list(figures(*networks(19))) == ["accuracy-against-parameters", "accuracy-curves", "loss-curves"]


def test_more_networks_than_a_figure_holds_go_on_in_another() -> None:
    found = figures(*networks(MOST_PANELS + 1))

    assert [name for name in found if "accuracy-curves" in name] == ["accuracy-curves-1", "accuracy-curves-2"]
    assert "networks 1 to 11" in found["accuracy-curves-1"].alt
    assert "networks 12 to 21" in found["accuracy-curves-2"].alt


def test_each_figure_is_an_svg_and_a_png_the_same_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)  # importing it now would fail
    for folder in (tmp_path / "once", tmp_path / "again"):
        folder.mkdir()
        for figure in (*figures(*networks(3)).values(), confusion_figure(CONFUSION, None, GARMENT_CLASSES)):
            save(figure, folder)

    files = sorted((tmp_path / "once").iterdir())
    assert [each.name for each in files] == sorted(
        f"{name}.{ending}"
        for name in ("accuracy-against-parameters", "accuracy-curves", "loss-curves", "confusion-matrix")
        for ending in ("svg", "png")
    )
    for file in files:
        assert is_ours(file)
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes()
    assert size(tmp_path / "once" / "accuracy-curves.png")[0] == 1200


def test_panels_are_titled_by_number_and_architecture_as_text(tmp_path: Path) -> None:
    save(figures(*networks(2))["accuracy-curves"], tmp_path)

    assert {"1: 2", "2: 1", "epoch", "training", "validation"} <= set(words_of(tmp_path / "accuracy-curves.svg"))


def test_the_front_and_its_knee_are_drawn_and_told(tmp_path: Path) -> None:
    better = [
        with_results(group, Curves((0.6,), (1.0,), (accuracy,), (1.0,)))
        for group, accuracy in zip(networks(4), (0.5, 0.8, 0.82, 0.81), strict=True)
    ]
    figure = figures(*better)["accuracy-against-parameters"]
    save(figure, tmp_path)

    assert "On the front are the networks 4, 3, 1: from 0.5 at 805 parameters to 0.82 at 2,395." in figure.alt
    assert "The knee of the front is network 3." in figure.alt
    assert {"knee: 3 (2)", "chosen: 1 (3)", "front", "2"} <= set(words_of(tmp_path / f"{figure.name}.svg"))


def test_numbers_of_networks_at_one_point_share_a_label(tmp_path: Path) -> None:
    curves = networks(1)[0].runs[0].curves
    alike = [with_results(group, curves, parameters=100) for group in networks(2)]
    save(figures(*alike, *networks(3)[2:])["accuracy-against-parameters"], tmp_path)

    assert "2, 3" in words_of(tmp_path / "accuracy-against-parameters.svg")


def test_training_and_validation_differ_in_grey_and_in_line(tmp_path: Path) -> None:
    def grey(colour: str) -> float:
        red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
        return (0.299 * red + 0.587 * green + 0.114 * blue) / 255

    assert abs(grey(DARK) - grey(LIGHT)) > 0.3
    save(figures(*networks(1))["loss-curves"], tmp_path)
    assert "stroke-dasharray" in (tmp_path / "loss-curves.svg").read_text(encoding="utf-8")
    assert (tmp_path / "loss-curves.svg").read_text(encoding="utf-8").count("stroke: #0b3c6f") >= 1


def test_worst_mistakes_stand_as_images_below_the_matrix(tmp_path: Path) -> None:
    images = np.full((2, 28, 28), 200, np.uint8)
    figure = confusion_figure(CONFUSION, WorstMistakes(images, (6, 0), (0, 8), (0.998, 0.991)), GARMENT_CLASSES)
    save(figure, tmp_path)

    assert "Images of the surest mistakes: Shirt → T-shirt/top, T-shirt/top → Bag." in figure.alt
    assert (tmp_path / "confusion-matrix.svg").read_text(encoding="utf-8").count("data:image/png;base64") == 2
    assert {"99.8%", "99.1%", "→ Bag"} <= set(words_of(tmp_path / "confusion-matrix.svg"))
    with Image.open(tmp_path / "confusion-matrix.png") as picture:
        assert picture.size[1] > picture.size[0] * 0.9


def test_every_figure_in_the_report_has_words_for_those_who_cannot_see_it() -> None:
    text = written(*networks(3))

    alternatives = re.findall(r"^!\[(.*)\]\((.*)\)$", text, re.MULTILINE)
    assert len(alternatives) == 3
    assert all(len(alternative) > 60 for alternative, _ in alternatives)
    assert re.findall(r"^\*\*Figure (\d)\.\*\*", text, re.MULTILINE) == ["1", "2", "3"]


@pytest.mark.parametrize(
    "curves",
    [
        Curves((0.5,), (1.0,), (0.4,), (1.1,)),
        Curves((0.5, 0.6), (1.0, 0.9)),
        Curves((0.5, 0.6, 0.7), (1.0, float("inf"), float("nan")), (0.4, 0.5, 0.6), (1.1, 1.0, 0.9)),
        Curves((0.5, 0.6), (1.0, 1.7e308), (0.4, 0.5), (1.1, -1.7e308)),
        Curves(),
    ],
    ids=["one epoch", "no validation", "a loss that is not finite", "the largest floats", "no epochs"],
)
def test_any_curves_make_figures_without_a_warning(
    curves: Curves, tmp_path: Path, recwarn: pytest.WarningsRecorder
) -> None:
    recipe = made_up_recipe()
    longer = Curves((0.5,) * 5, (1.0,) * 5, (0.4,) * 5, (1.1,) * 5)
    runs = (made_up_run("a", recipe, 0, curves=curves), made_up_run("a", recipe, 1, curves=longer))
    for figure in figures(Group("a", recipe, runs[:1]), Group("b", recipe, runs)).values():
        save(figure, tmp_path)

    assert [str(each.message) for each in recwarn] == []


@settings(max_examples=10)
@given(st.lists(hostile_text(), min_size=2, max_size=2, unique=True))
def test_no_name_gets_into_a_figure(names: list[str]) -> None:
    plain = [made_up_group(width, (0.8, 0.9), recipe=made_up_recipe(width)) for width in ("8", "16")]
    hostile = [replace(group, name=name) for group, name in zip(plain, names, strict=True)]

    for each, other in zip(placed(content_of(*plain)), placed(content_of(*hostile)), strict=True):
        assert (each.figure.name, each.figure.alt, each.source) == (other.figure.name, other.figure.alt, other.source)


def test_a_band_is_mean_and_deviation_over_the_epochs_that_all_runs_have() -> None:
    found = band([(0.5, 0.7, 0.9), (0.7, 0.8)])

    assert found.epochs == [1, 2]
    assert found.middle == pytest.approx(np.mean([(0.5, 0.7), (0.7, 0.8)], axis=0))
    assert found.sd == pytest.approx(np.std([(0.5, 0.7), (0.7, 0.8)], axis=0, ddof=1))


def test_a_few_values_far_from_the_others_do_not_flatten_a_curve() -> None:
    usual = [0.80 + place / 1000 for place in range(99)]

    assert limits([*usual, 0.1], cut="low").low > 0.7
    assert limits([*usual, 0.1], cut="low").cut
    assert limits([*usual, 0.1]).low < 0.1
    assert not limits(usual, cut="low").cut
    assert limits([]).high == 1.0


@given(st.lists(st.integers(), max_size=100), st.integers(1, 20))
def test_pages_hold_all_items_in_order_and_none_too_many(items: list[int], most: int) -> None:
    found = pages(items, most)

    assert [each for page in found for each in page] == items
    assert all(len(page) <= most for page in found)
