"""The errors of a run as a person at a terminal meets them: counts, scores, and the images behind them."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from lab_screen import LabPilot, line_with, screen_text, shows, until
from single_screen import Ground, answers, few_garments, run_with_predictions, standing
from sklearn.metrics import accuracy_score, precision_recall_fscore_support
from trained_networks import drawn as drawn_weights

from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.records.shorthand import shorthand
from fmnist_tui.lab.runs.weights import TrainedWeights, write_weights
from fmnist_tui.tui.confusion.screen import ErrorsScreen
from fmnist_tui.tui.confusion.sheet import CountTableView
from fmnist_tui.tui.images.enlarged import Gallery
from fmnist_tui.tui.images.image_grid import ImageGrid, SelectableImageGrid
from fmnist_tui.tui.units.image_screen import ImageScreen


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return run_with_predictions(tmp_path)


def errors_of(run: Run, folder: Path, data: Dataset | None = None, other: Run | None = None) -> ErrorsScreen:
    return ErrorsScreen(run, folder, data or few_garments(), other)


def cursor(pilot: LabPilot) -> tuple[int, int]:
    return pilot.app.screen.query_one(CountTableView).cursor


def matrix_rows(pilot: LabPilot) -> list[list[str]]:
    """Return the numbers of the ten rows on the screen: ten counts, three scores and a support, and their foot."""
    lines = screen_text(pilot).splitlines()
    first = next(at for at, line in enumerate(lines) if "T-shirt" in line)
    return [re.findall(r"[\d.·]+", line[9:].replace("✓", " ").replace("▲", " ")) for line in lines[first : first + 11]]


async def gathered(pilot: LabPilot) -> None:
    """Wait until the images behind the cursor are on the screen."""
    await shows(pilot, "▀|⣿")


async def test_the_counts_are_those_of_scikit_learn(run: Run, tmp_path: Path) -> None:
    async with standing(errors_of(run, tmp_path)) as pilot:
        assert run.confusion is not None

        shown = [[int(each.replace("·", "0")) for each in row[:10]] for row in matrix_rows(pilot)]

        assert tuple(map(tuple, shown[:10])) == run.confusion
        assert shown[10] == np.array(run.confusion).sum(axis=0).tolist()


async def test_the_scores_beside_them_are_those_of_scikit_learn(run: Run, tmp_path: Path) -> None:
    truth, predicted = few_garments().y_test, answers(0).classes
    by_class = precision_recall_fscore_support(truth, predicted, labels=range(10), zero_division=0)
    mean = precision_recall_fscore_support(truth, predicted, labels=range(10), average="macro", zero_division=0)

    async with standing(errors_of(run, tmp_path)) as pilot:
        rows = matrix_rows(pilot)

        for label, row in enumerate(rows[:10]):
            precision, recall, f1, support = (figures[label] for figures in by_class)
            assert [float(each) for each in row[10:13]] == [pytest.approx(x, abs=5e-4) for x in (precision, recall, f1)]
            assert int(row[13]) == support
        assert [float(each) for each in rows[10][10:13]] == [pytest.approx(x, abs=5e-4) for x in mean[:3]]
        assert int(rows[10][13]) == 400
        assert f"accuracy {accuracy_score(truth, predicted):.4f}" in screen_text(pilot)
        assert f"{int((truth != predicted).sum())} errors of 400" in screen_text(pilot)


async def test_on_a_narrow_screen_the_scores_go_and_the_matrix_stays_whole(run: Run, tmp_path: Path) -> None:
    async with standing(errors_of(run, tmp_path), columns=60, rows=20) as pilot:
        rows = matrix_rows(pilot)

        assert [len(row) for row in rows[:10]] == [10] * 10, "the counts, and nothing wrapped between them"
        assert "prec" not in screen_text(pilot)


async def test_percent_writes_each_count_as_a_part_of_its_row(run: Run, tmp_path: Path) -> None:
    async with standing(errors_of(run, tmp_path)) as pilot:
        counted = matrix_rows(pilot)
        await pilot.press("percent_sign")

        assert run.confusion is not None
        for row, counts in zip(matrix_rows(pilot)[:10], run.confusion, strict=True):
            parts = [100 * count / sum(counts) for count in counts]
            assert [float(each.replace("·", "0")) for each in row[:10]] == [pytest.approx(x, abs=0.05) for x in parts]

        await pilot.press("percent_sign")
        assert matrix_rows(pilot) == counted


async def test_what_is_right_and_the_five_heaviest_errors_are_told_apart_by_signs(run: Run, tmp_path: Path) -> None:
    assert run.confusion is not None
    off_diagonal = sorted(count for r, row in enumerate(run.confusion) for c, count in enumerate(row) if r != c)

    async with standing(errors_of(run, tmp_path)) as pilot:
        text = screen_text(pilot)

        assert [int(each) for each in re.findall(r"✓(\d+)", text)] == [run.confusion[n][n] for n in range(10)]
        assert sorted(int(each) for each in re.findall(r"▲(\d+)", text)) == off_diagonal[-5:]


async def test_it_begins_at_the_heaviest_error_and_w_goes_through_the_others(run: Run, tmp_path: Path) -> None:
    async with standing(errors_of(run, tmp_path)) as pilot:
        assert run.confusion is not None
        seen = [cursor(pilot)]
        for _ in range(5):
            await pilot.press("w")
            seen.append(cursor(pilot))

        counts = [run.confusion[row][column] for row, column in seen[:5]]
        assert counts == sorted(counts, reverse=True)
        assert counts[0] == max(count for r, row in enumerate(run.confusion) for c, count in enumerate(row) if r != c)
        assert len(set(seen)) == 5
        assert seen[5] == seen[0]

        await pilot.press("W")
        assert cursor(pilot) == seen[4]


@pytest.mark.parametrize("keys", [tuple("hjkl"), ("left", "down", "up", "right")])
async def test_the_cursor_goes_over_the_counts_and_stays_among_them(
    run: Run, tmp_path: Path, keys: tuple[str, ...]
) -> None:
    left, down, up, right = keys
    async with standing(errors_of(run, tmp_path)) as pilot:
        await pilot.press(*[up] * 10, *[left] * 10)
        assert cursor(pilot) == (0, 0)
        assert "T-shirt/top recognised" in screen_text(pilot)

        await pilot.press(down, right, right)
        assert cursor(pilot) == (1, 2)
        assert "Trouser taken for Pullover" in screen_text(pilot)

        await pilot.press("end", *[down] * 20)
        assert cursor(pilot) == (9, 9)
        await pilot.press("home")
        assert cursor(pilot) == (9, 0)


async def test_a_click_points_at_a_count_and_another_shows_its_garments(run: Run, tmp_path: Path) -> None:
    async with standing(errors_of(run, tmp_path)) as pilot:
        await gathered(pilot)
        await pilot.click(CountTableView, offset=(9 + 5 * 6 + 2, 2 + 6))
        assert cursor(pilot) == (6, 6)

        await pilot.click(CountTableView, offset=(9 + 5 * 6 + 2, 2 + 6))
        await shows(pilot, "Shirt recognised.*1–")
        assert isinstance(pilot.app.screen, Gallery)


async def test_beneath_the_counts_are_the_garments_that_the_network_was_surest_of(run: Run, tmp_path: Path) -> None:
    truth, predicted, confidence = few_garments().y_test, answers(0).classes, answers(0).confidence
    async with standing(errors_of(run, tmp_path)) as pilot:
        await gathered(pilot)
        row, column = cursor(pilot)
        behind = np.flatnonzero((truth == row) & (predicted == column))
        surest = behind[np.argsort(-confidence[behind].astype(float), kind="stable")][:5]

        shelf = pilot.app.screen.query_one(ImageGrid)
        assert len(shelf.cards) == min(len(behind), 5)
        for card, place in zip(shelf.cards, surest, strict=True):
            assert (card.image == few_garments().x_test[place]).all()
            assert dict(card.facts)["place"] == f"x_test[{place}]"

        await pilot.press("home", *"k" * 9)
        assert cursor(pilot)[1] == 0
        assert len(pilot.app.screen.query_one(ImageGrid).cards) == 5


async def test_enter_shows_the_garments_behind_a_count_with_their_classes_and_confidence(
    run: Run, tmp_path: Path
) -> None:
    async with standing(errors_of(run, tmp_path)) as pilot:
        await gathered(pilot)
        await pilot.press(*"k" * 9, "home", "enter")
        await shows(pilot, "1–10 of")

        assert run.confusion is not None
        rack = pilot.app.screen.query_one(SelectableImageGrid)
        assert len(rack.cards) == run.confusion[0][0]
        confidences = [float(dict(card.facts)["confidence"].rstrip("%")) for card in rack.cards]
        assert confidences == sorted(confidences, reverse=True)
        assert "▸T-shirt" in screen_text(pilot)
        assert f"{confidences[0]:.1f}%" in screen_text(pilot)

        await pilot.press("escape")
        assert "T-shirt/top recognised" in screen_text(pilot)


async def test_a_gallery_is_leafed_through_and_one_garment_enlarged(run: Run, tmp_path: Path) -> None:
    async with standing(errors_of(run, tmp_path)) as pilot:
        await gathered(pilot)
        await pilot.press(*"k" * 9, "home", "enter")
        await shows(pilot, "1–10 of")
        rack = pilot.app.screen.query_one(SelectableImageGrid)
        last = len(rack.cards) - 1

        await pilot.press("l", "j")
        assert rack.cursor == 6
        await pilot.press("h", "k", "k")
        assert rack.cursor == 0
        await pilot.press("pagedown")
        assert (rack.cursor, rack.first) == (10, 10)
        assert "11–20 of" in screen_text(pilot)
        await pilot.press("pageup", "pagedown", "pageup", "pageup")
        assert (rack.cursor, rack.first) == (0, 0)
        await pilot.press("G")
        assert rack.cursor == last
        await pilot.press("g", "l", "enter")

        await shows(pilot, f"2 of {last + 1}.*confidence")
        assert "true class  T-shirt/top" in screen_text(pilot)
        assert "predicted   T-shirt/top" in screen_text(pilot)
        await pilot.press("l", "down", "h", "right")
        await shows(pilot, f"4 of {last + 1}")
        await pilot.press("escape")
        await shows(pilot, "1–10 of")
        assert rack.cursor == 3


async def test_an_enlarged_garment_is_as_large_as_there_is_room_for(run: Run, tmp_path: Path) -> None:
    for columns, rows, drawn in ((80, 24, 28), (140, 45, 56)):
        async with standing(errors_of(run, tmp_path), columns=columns, rows=rows) as pilot:
            await gathered(pilot)
            await pilot.press("enter", "enter")
            await shows(pilot, "true class")

            assert line_with(pilot, "true class").index("true class") == 1 + drawn + 3


async def test_a_count_of_none_says_so_instead_of_showing_nothing(run: Run, tmp_path: Path) -> None:
    async with standing(errors_of(run, tmp_path)) as pilot:
        await gathered(pilot)
        assert run.confusion is not None
        assert run.confusion[1][0] == 0
        await pilot.press(*"k" * 9, "home", "j", "enter")

        await shows(pilot, "there are none")
        assert isinstance(pilot.app.screen, ErrorsScreen)


# What is missing


async def test_without_predictions_it_says_how_to_get_them(tmp_path: Path) -> None:
    run = replace(run_with_predictions(tmp_path, kept=False), experiment="a name; with signs")
    async with standing(errors_of(run, tmp_path)) as pilot:
        await shows(pilot, "no saved predictions")

        words = " ".join(screen_text(pilot).split())
        assert (
            "`fmnist-tui train 64 --name='a name; with signs' --epochs 2 --dataset synthetic --seed 0` trains" in words
        )
        await pilot.press("enter")
        await shows(pilot, "no saved predictions.*no saved predictions")


async def test_without_data_it_says_where_to_look(run: Run, tmp_path: Path) -> None:
    async with standing(ErrorsScreen(run, tmp_path, None)) as pilot:
        await shows(pilot, "no data here to show images of: `fmnist-tui data`")
        assert "✓" in screen_text(pilot)


async def test_a_run_of_one_dataset_is_never_shown_with_the_garments_of_another(run: Run, tmp_path: Path) -> None:
    other = replace(few_garments(), name="fashion-mnist")
    async with standing(errors_of(run, tmp_path, other)) as pilot:
        await shows(pilot, "this run needs synthetic; loaded data is fashion-mnist")
        assert "--dataset synthetic" in " ".join(screen_text(pilot).split())
        assert not pilot.app.screen.query_one(ImageGrid).cards


async def test_predictions_that_do_not_add_up_to_the_matrix_are_not_believed(run: Run, tmp_path: Path) -> None:
    assert run.confusion is not None
    changed = replace(run, confusion=(run.confusion[1], run.confusion[0], *run.confusion[2:]))
    async with standing(errors_of(changed, tmp_path)) as pilot:
        await shows(pilot, "do not add up to its matrix")


async def test_predictions_of_fewer_garments_are_not_believed(run: Run, tmp_path: Path) -> None:
    data = few_garments()
    half = replace(data, x_test=data.x_test[:200], y_test=data.y_test[:200])
    async with standing(errors_of(run, tmp_path, half)) as pilot:
        await shows(pilot, r"are of 400 images, and\s+the\s+test\s+set\s+has\s+200")


async def test_a_damaged_file_of_predictions_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / run.id / "predictions.npz").write_bytes(b"no archive")
    async with standing(errors_of(run, tmp_path)) as pilot:
        await shows(pilot, "damaged")
        assert "✓" in screen_text(pilot)


async def test_a_failed_run_has_no_matrix_and_says_why(run: Run, tmp_path: Path) -> None:
    failed = replace(run, status="failed", confusion=None, test=None, reason="the loss is [b]not[/b] finite")
    async with standing(errors_of(failed, tmp_path)) as pilot:
        await shows(pilot, r"no confusion matrix; it is failed: the loss is\s+\[b\]not\[/b\] finite")
        await pilot.press("enter", "w", "percent_sign", "j", "escape")
        assert isinstance(pilot.app, Ground)
        assert pilot.app.screen_left


@pytest.mark.parametrize("key", ["escape", "q"])
async def test_it_is_left_by_escape_or_q(run: Run, tmp_path: Path, key: str) -> None:
    async with standing(errors_of(run, tmp_path)) as pilot:
        await pilot.press(key)

        assert isinstance(pilot.app, Ground)
        assert pilot.app.screen_left


async def test_help_tells_what_the_signs_mean_and_every_key(run: Run, tmp_path: Path) -> None:
    async with standing(
        errors_of(run, tmp_path, other=run_with_predictions(tmp_path, "r1", 1)), columns=100, rows=50
    ) as pilot:
        await pilot.press("question_mark")
        await shows(pilot, "help: errors")

        text = screen_text(pilot)
        for key, words in (("%", "percent of the row"), ("v", "the other wrong"), ("Enter", "behind the count")):
            assert re.search(rf" {key} .*{words}", text), key

        await pilot.press("tab")
        await shows(pilot, "✓ correct, ▲ the")


def ends(line: str) -> list[int]:
    """Return where each word of a line ends."""
    return [word.end() for word in re.finditer(r"\S+", line)]


async def test_classes_have_their_whole_names_where_there_is_room(run: Run, tmp_path: Path) -> None:
    async with standing(errors_of(run, tmp_path), columns=140, rows=45) as pilot:
        text = screen_text(pilot)
        assert "Ankle boot" in text
        assert "precision" in text
        assert "support" in text
        assert max(len(line) for line in text.splitlines()) <= 140
        assert ends(line_with(pilot, "precision"))[-4:] == ends(line_with(pilot, "T-shirt/top  "))[-4:]
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: "Ankle boot" not in screen_text(pilot))
        assert matrix_rows(pilot)[9][13] == "40"


async def test_garments_behind_a_count_are_followed_through_the_network(run: Run, tmp_path: Path) -> None:
    weights = drawn_weights(shorthand(run.recipe.architecture))
    write_weights(tmp_path / run.id, TrainedWeights(weights))
    async with standing(errors_of(run, tmp_path)) as pilot:
        await gathered(pilot)
        true, predicted = cursor(pilot)

        await pilot.press("I")
        await shows(pilot, "above 0")

        screen = pilot.app.screen
        assert isinstance(screen, ImageScreen)
        assert screen.images.labels.tolist() == [true] * len(screen.images.images)
        assert run.confusion is not None
        assert len(screen.images.images) == run.confusion[true][predicted]
