"""The filter of the history: understood as it is typed, completed, counted, and marked where it is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab_screen import MakeLab, line_with, opened, screen_text, shows
from sample_records import a_plan, a_run
from textual.events import Key
from textual.keys import _character_to_key

from fmnist_tui.lab.filtering.parsing import parse_filter
from fmnist_tui.lab.filtering.tokens import FilterError
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.architecture import mlp
from fmnist_tui.tui.app import LabApp
from fmnist_tui.tui.history.typed_filter import as_typed, before_fault, likeliest

HISTORY = ("tab", "tab")


@pytest.fixture
def plans(notebook: NotebookFile) -> NotebookFile:
    """A notebook with plans of one, two and three layers, of which the first has a run."""
    notebook.append_experiments(
        (
            a_plan("one"),
            a_plan("two", architecture=mlp([64, 32])),
            a_plan("a [b]three[/b]", architecture=mlp([8, 8, 8])),
        )
    )
    notebook.append_run(a_run("r0", experiment="one"))
    return notebook


def names(app: LabApp) -> list[str]:
    """Return the names of the groups that pass."""
    return [group.name for group in app.main.history.table.view.arranged]


async def test_a_filter_works_as_it_is_typed_and_always_says_how_many_pass(lab: MakeLab, plans: NotebookFile) -> None:
    app = lab()
    async with opened(app) as pilot:
        await pilot.press(*HISTORY, "slash", *"depth>=2")
        await pilot.pause()
        assert names(app) == ["two", "a [b]three[/b]"]
        assert line_with(pilot, "2 of 3  ").strip("┃ ").startswith("2 of 3")

        await pilot.press("enter")
        assert "filter: depth>=2 (2 of 3) · Esc shows all" in screen_text(pilot)
        assert "2 of 3 experiments · 1 run" in screen_text(pilot)
        await pilot.press("j", "space")
        assert "filter: depth>=2 (2 of 3)" in screen_text(pilot)

        await pilot.press("escape")
        assert names(app) == ["one", "two", "a [b]three[/b]"]
        assert "filter:" not in screen_text(pilot)


async def test_a_new_record_that_does_not_pass_is_counted(lab: MakeLab, plans: NotebookFile) -> None:
    async with opened(lab()) as pilot:
        await pilot.press(*HISTORY, "slash", *"depth=2", "enter")
        NotebookFile(plans.path).append_experiments((a_plan("another"),))
        await shows(pilot, r"filter: depth=2 \(1 of 4\)")


async def test_a_wrong_filter_says_where_and_leaves_what_was_shown(lab: MakeLab, plans: NotebookFile) -> None:
    app = lab()
    async with opened(app) as pilot:
        await pilot.press(*HISTORY, "slash", *"depth=2 dept>1")
        await pilot.pause()

        rows = screen_text(pilot).splitlines()
        (at,) = (place for place, row in enumerate(rows) if "dept>1" in row)
        assert rows[at + 1].index("^") == rows[at].index("dept>1")
        assert "no key is called 'dept'" in rows[at + 2]
        assert names(app) == ["two"]
        await pilot.press("enter")
        assert "dept>1" in screen_text(pilot)
        await pilot.press("escape")
        assert names(app) == ["one", "two", "a [b]three[/b]"]


async def test_a_fault_hides_nothing_that_what_stands_before_it_shows(lab: MakeLab, plans: NotebookFile) -> None:
    app = lab()
    async with opened(app) as pilot:
        await pilot.press(*HISTORY, "slash", *"depth>=2 zz")
        await pilot.pause()
        assert names(app) == []

        await pilot.press(">")
        await pilot.pause()
        assert names(app) == ["two", "a [b]three[/b]"]
        assert "no key is called 'zz'" in screen_text(pilot)

        await pilot.press("backspace")
        await pilot.pause()
        assert names(app) == []


async def test_tab_completes_keys_and_values_and_the_arrow_takes_what_is_offered(
    lab: MakeLab, plans: NotebookFile
) -> None:
    app = lab()
    async with opened(app) as pilot:
        await pilot.press(*HISTORY, "slash", *"stat", "tab")
        assert "filter status=" in screen_text(pilot)
        await pilot.press(*"unf")
        await shows(pilot, "filter status=unfinished")
        await pilot.press("tab", "enter")
        await pilot.pause()
        assert "filter: status=unfinished" in screen_text(pilot)

        await pilot.press("escape", "slash", *"dept")
        await shows(pilot, "filter depth=")
        await pilot.press("right", "3", "enter")
        await pilot.pause()
        assert names(app) == ["a [b]three[/b]"]


async def test_names_are_offered_as_they_are_written(lab: MakeLab, plans: NotebookFile) -> None:
    app = lab()
    async with opened(app) as pilot:
        await pilot.press(*HISTORY, "slash", *'name="a', "tab", "enter")
        await pilot.pause()
        assert names(app) == ["a [b]three[/b]"]
        assert 'filter: name="a [b]three[/b]" (1 of 3)' in screen_text(pilot)


async def test_the_filter_is_taken_up_again_where_it_was_left(lab: MakeLab, plans: NotebookFile) -> None:
    app = lab()
    async with opened(app) as pilot:
        await pilot.press(*HISTORY, "slash", *"depth=2", "enter", "slash", "backspace", "3", "enter")
        await pilot.pause()
        assert names(app) == ["a [b]three[/b]"]


async def test_letters_are_typed_and_not_commands_while_the_line_is_open(lab: MakeLab, plans: NotebookFile) -> None:
    app = lab()
    async with opened(app) as pilot:
        await pilot.press(*HISTORY, "slash", *"tqszx1 D?")
        await pilot.pause()
        assert "tqszx1 D?" in screen_text(pilot)
        assert app.is_running


async def test_what_is_typed_ahead_of_the_line_is_typed_and_no_command(lab: MakeLab, plans: NotebookFile) -> None:
    app = lab()
    async with opened(app) as pilot:
        await pilot.press(*HISTORY)
        for key in ("j", "slash", *"Ddqtx", "backspace", *"12 \"'"):
            app.post_message(Key(_character_to_key(key) if len(key) == 1 else key, key if len(key) == 1 else None))
        await shows(pilot, "filter Ddqt12 \"'")

        assert len(app.main.history.table.view.groups) == 3
        wanted = app.main.history.table.view.wanted
        assert wanted is not None
        assert wanted.name == "two"


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("depth=2 dep", "depth=2 "),
        ("dep", ""),
        ("depth=2 wide", "depth=2 wide"),
        ("not dep", "not dep"),
        ("name=dep", "name=dep"),
        ("starred", "starred"),
    ],
)
def test_a_word_that_may_become_a_key_hides_nothing_while_it_is_typed(text: str, understood: str) -> None:
    assert as_typed(text).text == understood


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("foo>1", ""),
        ("depth=2 foo>1", "depth=2 "),
        ("depth=2 foo>1 starred", "depth=2 "),
        ("depth=2 params<", "depth=2 "),
        ("depth=2 or", "depth=2 "),
        ("depth=2 and not foo>1", "depth=2 "),
        ("depth=2 (starred or ", "depth=2 "),
        ("depth=2 )", "depth=2 "),
        ('name="one depth=2', ""),
        ("(depth=2", ""),
        ("not", ""),
        ("depth=2 " + "(" * 60, "depth=2 "),
    ],
)
def test_of_a_wrong_filter_what_stands_before_its_fault_is_left(text: str, left: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse_filter(text)

    assert before_fault(text, caught.value).text == left


@given(text=st.text(st.sampled_from('acdehtp0123.<>=!~()" not '), max_size=30), place=st.integers(0, 30))
def test_what_is_left_of_a_wrong_filter_is_its_beginning_and_a_filter(text: str, place: int) -> None:
    left = before_fault(text, FilterError("whatever is wrong", min(place, len(text))))

    assert text[:place].startswith(left.text)
    assert parse_filter(left.text).text == left.text


@pytest.mark.parametrize(
    ("text", "longer"),
    [
        ("", None),
        ("dept", "depth="),
        ("depth=2 optimizer=ad", "depth=2 optimizer=adam"),
        ("name=tw", "name=two"),
        ("zz", None),
    ],
)
def test_the_likeliest_continuation_is_offered(text: str, longer: str | None) -> None:
    found = likeliest(text, ("one", "two"))

    assert found == longer
