"""The editor by its keys: layers and values change in place, and every change can be taken back."""

import re

import pytest
from fake_trainer import FakeTrainer
from lab_screen import MakeLab, edited, line_with, screen_text, shows, until
from textual.events import AppBlur, AppFocus

from fmnist_tui.lab.records.shorthand import GRAMMAR, shorthand


async def test_it_begins_with_one_layer_of_64_under_the_cursor(lab: MakeLab) -> None:
    async with edited(lab) as editor:
        assert editor.architecture == "64"
        assert editor.row.split() == ["2", "dense", "64", "relu", "64", "50,240"]
        assert "50,890 parameters" in editor.text


@pytest.mark.parametrize(
    ("keys", "row"),
    [
        (("k",), "1 flatten"),
        (("up", "up", "up"), "1 flatten"),
        (("j",), "optimizer"),
        (("down", "down"), "learning rate"),
        (("end",), "repeats"),
        (("end", "j", "home"), "1 flatten"),
        (("G",), "repeats"),
        (("G", "g"), "1 flatten"),
    ],
)
async def test_the_cursor_moves_over_layers_and_values_and_stays_on_them(
    lab: MakeLab, keys: tuple[str, ...], row: str
) -> None:
    async with edited(lab, *keys) as editor:
        assert editor.row.startswith(row)
        assert editor.architecture == "64"


@pytest.mark.parametrize("key", ["enter", "equals_sign"])
async def test_a_value_is_typed_after_enter_or_equals_and_enter_keeps_it(lab: MakeLab, key: str) -> None:
    async with edited(lab, key, "1", "2", "8") as editor:
        assert editor.architecture == "64"
        assert "dense 128▏ relu" in editor.row

        await editor.press("enter")
        assert editor.architecture == "128"
        assert "101,770 parameters" in editor.text


@pytest.mark.parametrize("key", ["up", "down"])
async def test_going_to_another_value_keeps_what_is_typed(lab: MakeLab, key: str) -> None:
    async with edited(lab, "enter", "3", "2", key) as editor:
        assert editor.architecture == "32"
        assert "▏" not in editor.text


@pytest.mark.parametrize("key", ["tab", "shift+tab"])
async def test_a_half_typed_value_is_dropped_when_the_pane_is_left(lab: MakeLab, key: str) -> None:
    async with edited(lab, "enter", "3", "2", key) as editor:
        assert editor.app.main.current != "architecture"
        assert editor.architecture == "64"
        assert "▏" not in editor.text


async def test_a_half_typed_value_is_kept_while_another_window_is_in_focus(lab: MakeLab) -> None:
    async with edited(lab, "enter", "3") as editor:
        editor.app.post_message(AppBlur())
        await until(editor.pilot, lambda: not editor.app.app_focus)
        editor.app.post_message(AppFocus())
        await until(editor.pilot, lambda: editor.app.app_focus)
        await editor.press("2", "enter")
        assert editor.architecture == "32"


@pytest.mark.parametrize("keys", [("enter", "enter"), ("enter", "3", "backspace", "enter")])
async def test_nothing_typed_leaves_the_old_value(lab: MakeLab, keys: tuple[str, ...]) -> None:
    async with edited(lab, *keys) as editor:
        assert editor.architecture == "64"
        assert "▏" not in editor.text


@pytest.mark.parametrize("key", ["ctrl+u", "ctrl+w"])
async def test_a_shell_s_keys_empty_what_is_typed(lab: MakeLab, key: str) -> None:
    async with edited(lab, "enter", "3", "3", key, "3", "2", "enter") as editor:
        assert editor.architecture == "32"


async def test_escape_leaves_the_old_value(lab: MakeLab) -> None:
    async with edited(lab, "enter", "3", "2", "escape") as editor:
        assert editor.architecture == "64"
        assert "dense 64 relu" in editor.row


@pytest.mark.parametrize("key", ["enter", "down"])
async def test_a_value_that_cannot_be_is_said_and_kept_to_be_mended(lab: MakeLab, key: str) -> None:
    async with edited(lab, "enter", *"70000", key) as editor:
        assert "units must be a whole number from 1 to 65,536, not 70000" in editor.text
        assert "dense 70000▏" in editor.row
        assert editor.architecture == "64"

        await editor.press("backspace", "enter")
        assert editor.architecture == "7000"
        assert "must be" not in editor.text


@pytest.mark.parametrize(
    ("keys", "architecture"),
    [
        (("plus",), "65"),
        (("minus", "minus"), "62"),
        (("right_square_bracket",), "128"),
        (("left_square_bracket", "left_square_bracket"), "16"),
        (("enter", "1", "enter", "minus", "left_square_bracket"), "1"),
    ],
)
async def test_a_value_is_stepped_doubled_and_halved_within_its_bounds(
    lab: MakeLab, keys: tuple[str, ...], architecture: str
) -> None:
    async with edited(lab, *keys) as editor:
        assert editor.architecture == architecture


async def test_an_l2_is_shown_under_the_cursor_and_where_it_is_not_0(lab: MakeLab) -> None:
    async with edited(lab, "right", "right") as editor:
        assert "dense 64 relu l2 0 " in editor.row
        assert "l2: from 0 to 1" in editor.text

        await editor.press("plus", "plus", "right_square_bracket")
        assert editor.architecture == "64:l2=0.0004"
        await editor.press("enter", *"0.0025", "enter", "left")
        assert editor.architecture == "64:l2=0.0025"
        assert "dense 64 relu l2 0.0025" in editor.row

        await editor.press("right", "enter", "2", "enter")
        assert "l2 must be a number from 0 to 1, not 2.0" in editor.text
        await editor.press("escape", "enter", "0", "enter", "left")
        assert editor.architecture == "64"
        assert "l2" not in editor.row


async def test_a_word_is_stepped_through_its_list(lab: MakeLab) -> None:
    async with edited(lab, "right") as editor:
        seen = set()
        for _ in range(40):
            await editor.press("plus")
            seen.add(editor.architecture)
            if editor.architecture == "64":
                break

        assert {"64", "64:tanh", "64:sigmoid"} <= seen
        await editor.press("plus", "minus")
        assert editor.architecture == "64"


async def test_an_activation_of_its_own_is_chosen_from_its_list(lab: MakeLab) -> None:
    async with edited(lab, "a", "b", "a", "a", "enter", *"ta", "enter") as editor:
        assert editor.architecture == "64-bn-tanh"
        assert editor.row.split() == ["4", "activation", "tanh", "64", "0"]

        await editor.press("A", "ctrl+u", *"conv6x5same:linear-bn-relu", "enter", "home")
        assert editor.architecture == "conv6x5same:linear-bn-relu-flatten"
        assert editor.row.startswith("1 conv2d 6 5×5 same linear")


async def test_a_word_is_typed_by_its_beginning_or_picked_from_its_list(lab: MakeLab) -> None:
    async with edited(lab, "right", "enter") as editor:
        assert "› relu" in editor.text
        await editor.press("t", "a")
        assert "› tanh" in editor.text
        await editor.press("enter")
        assert editor.architecture == "64:tanh"

        await editor.press("enter", "down", "enter")
        assert editor.architecture not in ("64", "64:tanh")
        assert "›" not in editor.text


async def test_a_new_optimizer_brings_its_learning_rate_unless_one_was_chosen(lab: MakeLab) -> None:
    async with edited(lab, "j", "enter", *"sgd", "enter") as editor:
        training = editor.app.main.editor.draft.training
        assert (training.optimizer, training.learning_rate) == ("sgd", 0.01)

        await editor.press("j", "enter", *"0.5", "enter", "k", "enter", *"adam", "enter")
        training = editor.app.main.editor.draft.training
        assert (training.optimizer, training.learning_rate) == ("adam", 0.5)


@pytest.mark.parametrize(
    ("letter", "architecture"),
    [
        ("d", "64-64"),
        ("o", "64-drop0.5"),
        ("b", "64-bn"),
        ("l", "64-ln"),
        ("f", "dense64-flatten"),
        ("a", "64-relu"),
    ],
)
async def test_a_letter_in_the_menu_adds_its_kind_below_the_cursor(
    lab: MakeLab, letter: str, architecture: str
) -> None:
    async with edited(lab, "a", letter) as editor:
        assert editor.architecture == architecture
        assert editor.row.startswith("3 ")


@pytest.mark.parametrize(
    ("keys", "architecture"),
    [
        (("N", "a", "c"), "conv32x3"),
        (("N", "a", "p"), "pool2"),
        (("N", "a", "v"), "avgpool2"),
        (("N", "a", "g"), "gap"),
        (("N", "a", "d"), "64"),
        (("N", "a", "c", "a", "d"), "conv32x3-flatten-dense64"),
    ],
)
async def test_layers_are_added_from_nothing_and_dense_brings_its_flatten(
    lab: MakeLab, keys: tuple[str, ...], architecture: str
) -> None:
    async with edited(lab, *keys) as editor:
        assert editor.architecture == architecture


async def test_the_menu_is_walked_through_and_left(lab: MakeLab) -> None:
    async with edited(lab, "a") as editor:
        assert "add a layer" in editor.text
        await editor.press("escape")
        assert editor.architecture == "64"
        assert "add a layer" not in editor.text

        await editor.press("a", "enter")
        assert editor.architecture == "64-64"


async def test_layers_are_duplicated_moved_and_deleted(lab: MakeLab) -> None:
    async with edited(lab, "Y", "enter", "1", "6", "enter") as editor:
        assert editor.architecture == "64-16"
        await editor.press("K")
        assert editor.architecture == "16-64"
        assert editor.row.startswith("2 dense 16")
        await editor.press("J")
        assert editor.architecture == "64-16"
        await editor.press("d")
        assert editor.architecture == "64"


async def test_without_layers_the_editor_says_how_to_add_one(lab: MakeLab) -> None:
    async with edited(lab, "N") as editor:
        assert "no layers yet: a adds one" in editor.text
        await editor.press("d", "Y", "K", "J")
        assert "no layers yet" in editor.text


async def test_early_stopping_without_images_held_out_is_said_to_be_off(lab: MakeLab) -> None:
    async with edited(lab, "end", "up", "up", "enter", "3", "enter") as editor:
        assert "after 3 epochs without a better loss" in editor.text
        await editor.press("up", "up", "enter", "0", "enter")
        assert "3, but off: no images held out" in editor.text


async def test_what_cannot_work_is_marked_and_explained(lab: MakeLab) -> None:
    async with edited(lab, "a", "c") as editor:
        assert "✗3 conv2d" in editor.text
        assert "cannot be trained yet" in editor.text
        await editor.press("d")
        assert "✗" not in editor.text
        assert "50,890 parameters" in editor.text


async def test_a_window_larger_than_its_input_is_told_the_largest_that_fits(lab: MakeLab) -> None:
    async with edited(lab, "N", "a", "p", "enter", *"29", "enter", "a", "f") as editor:
        assert "✗1 max pool 29×29" in editor.text
        assert "its window of 29 is larger than its input of 28×28; use 28 or less" in editor.text

        await editor.press("k", "enter", *"28", "enter")
        assert "20 parameters" in editor.text


async def test_every_change_is_undone_and_redone(lab: MakeLab) -> None:
    async with edited(lab) as editor:
        states = [editor.architecture]
        for keys in (("plus",), ("a", "d"), ("enter", "1", "6", "enter"), ("K",), ("Y",), ("d",), ("N",)):
            await editor.press(*keys)
            states.append(editor.architecture)
        for state in reversed(states[:-1]):
            await editor.press("u")
            assert editor.architecture == state
        for state in states[1:]:
            await editor.press("U")
            assert editor.architecture == state

        await editor.press("U")
        await shows(editor.pilot, "nothing to redo")
        await editor.press(*"u" * len(states))
        await shows(editor.pilot, "nothing to undo")
        assert editor.architecture == states[0]


async def test_a_change_after_an_undo_ends_what_could_be_redone(lab: MakeLab) -> None:
    async with edited(lab, "plus", "plus", "u", "right_square_bracket", "U") as editor:
        assert editor.architecture == "130"


async def test_a_whole_shorthand_is_typed_as_one_change(lab: MakeLab) -> None:
    async with edited(lab, "A", "ctrl+u", *"conv8x3-gap") as editor:
        assert "170 parameters" in editor.text.replace("1,", "")
        await editor.press("enter")
        assert editor.architecture == "conv8x3-gap"
        await editor.press("u")
        assert editor.architecture == "64"


async def test_the_whole_grammar_is_beside_the_line_on_a_small_screen(lab: MakeLab) -> None:
    async with edited(lab) as editor:
        await editor.pilot.resize_terminal(80, 24)
        await editor.press("A")

        await shows(editor.pilot, re.escape(GRAMMAR.splitlines()[0]))
        for line in filter(None, GRAMMAR.splitlines()):
            assert line in screen_text(editor.pilot)


async def test_a_shorthand_that_is_none_is_told_where_it_fails_and_kept(lab: MakeLab) -> None:
    async with edited(lab, "A", *"-banana", "enter") as editor:
        assert "64-banana" in editor.text
        assert "layer 2, 'banana': no such layer" in editor.text
        assert "   ^^^^^^" in editor.text

        await editor.press(*["backspace"] * 6, *"32", "enter")
        assert editor.architecture == "64-32"


async def test_a_shorthand_that_is_left_changes_nothing(lab: MakeLab) -> None:
    async with edited(lab, "A", *"-32", "escape") as editor:
        assert editor.architecture == "64"


async def test_what_was_edited_is_what_is_trained(lab: MakeLab, trainer: FakeTrainer) -> None:
    keys = ("plus", *("j",) * 4, "enter", "3", "enter", "G", "enter", "3", "enter", "k", "enter", "5", "enter", "t")
    async with edited(lab, *keys) as editor:
        await shows(editor.pilot, "1 experiment · 3 runs")

    assert trainer.seeds == [5, 6, 7]
    assert {job.recipe.training.epochs for job in trainer.jobs} == {3}
    assert {shorthand(job.recipe.architecture) for job in trainer.jobs} == {"65"}


async def test_the_one_line_of_the_shrunk_editor_says_what_it_holds(lab: MakeLab) -> None:
    async with edited(lab, "a", "d", "tab") as editor:
        assert line_with(editor.pilot, "1 Architecture").strip() == "1 Architecture   64-64 · 55,050 parameters"
        await editor.press("shift+tab", "a", "c", "tab")
        assert "cannot be trained yet" in line_with(editor.pilot, "1 Architecture")


async def test_the_cursor_s_line_is_always_in_view(lab: MakeLab) -> None:
    async with edited(lab) as editor:
        await editor.pilot.resize_terminal(80, 24)
        await editor.press(*"Y" * 20)
        await shows(editor.pilot, "▸22 dense")  # which is scrolled to after the next drawing
        await editor.press("end")
        await shows(editor.pilot, "▸ +repeats")
        await editor.press("home")
        await shows(editor.pilot, "▸ ?1 flatten")
        assert "output" in editor.text
