"""The clues in the app: their screen and its keys, the first one in the history's last line and in the log."""

from collections.abc import Callable, Sequence
from threading import Event

import pytest
from clue_notebooks import write_silent_results, write_six_networks
from fake_trainer import FakeTrainer
from lab_screen import LabPilot, MakeLab, opened, screen_text, shows, until
from sample_records import RUN, a_plan, a_run

from fmnist_tui.lab import clues as clue_rules
from fmnist_tui.lab.clues.clue import Clue
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.shorthand import shorthand
from fmnist_tui.tui.app import LabApp
from fmnist_tui.tui.background import Lane
from fmnist_tui.tui.clues.clues import Clues
from fmnist_tui.tui.clues.screen import CluesScreen
from fmnist_tui.tui.comparison.screen import ComparisonScreen
from fmnist_tui.tui.confusion.screen import ErrorsScreen
from fmnist_tui.tui.training.log_lines import Log


@pytest.fixture
def six(notebook: NotebookFile) -> NotebookFile:
    write_six_networks(notebook)
    return notebook


@pytest.fixture
def one_run(notebook: NotebookFile) -> NotebookFile:
    notebook.append_run(a_run("r0", experiment="64"))
    return notebook


async def open_clues(pilot: LabPilot) -> CluesScreen:
    """Press the key and wait until the clues are found."""
    await pilot.press("C")
    screen = pilot.app.screen
    assert isinstance(screen, CluesScreen)
    await until(pilot, lambda: screen.found is not None and len(screen.list.cards) == len(screen.shown))
    return screen


def rules(screen: CluesScreen) -> list[str]:
    return [clue.rule for clue in screen.shown]


def in_one_line(pilot: LabPilot) -> str:
    """Return the screen's words without its line breaks."""
    return " ".join(screen_text(pilot).replace("▂", " ").split())


def log(app: LabApp) -> str:
    return "\n".join(line.plain for line in app.main.query_one(Log)._said)


async def go_to_clue(pilot: LabPilot, screen: CluesScreen, rule: str) -> Clue:
    """Move the cursor to a clue, among all of them."""
    await pilot.press("E", "g")
    for _ in range(rules(screen).index(rule)):
        await pilot.press("j")
    await until(pilot, lambda: screen.clue is not None and screen.clue.rule == rule)
    assert screen.clue
    return screen.clue


# The screen


async def test_a_clue_is_shown_with_its_certainty_what_to_try_its_numbers_and_its_source(
    lab: MakeLab, one_run: NotebookFile
) -> None:
    async with opened(lab()) as pilot:
        screen = await open_clues(pilot)

        assert rules(screen)[:2] == ["single-run", "linear-baseline"]
        words = in_one_line(pilot)
        assert "▸ 1 clear · single-run The 86.00 % of 64 comes from one seed" in words
        assert "→ try 64 · epochs 2 · 5 seeds, 1 of them trained" in words
        assert "source: Bouthillier et al. 2021" in words
        assert "accuracy 0.86" in words


@pytest.mark.parametrize("columns", [60, 80, 140])
async def test_no_sentence_is_cut_at_any_width(lab: MakeLab, six: NotebookFile, columns: int) -> None:
    async with opened(lab(), columns=columns, rows=120) as pilot:
        screen = await open_clues(pilot)
        await pilot.press("E")
        await until(pilot, lambda: len(screen.list.cards) == len(screen.found or ()))

        texts = [line.text for card in screen.list.cards for line in card.render_lines(card.size.region)]
        words = " ".join(" ".join(texts).split())
        assert len(screen.shown) > 5
        for clue in screen.shown:
            assert " ".join(clue.sentence.split()) in words


async def test_five_are_shown_at_first_and_a_key_shows_all_and_the_five_again(lab: MakeLab, six: NotebookFile) -> None:
    async with opened(lab()) as pilot:
        screen = await open_clues(pilot)
        assert len(screen.shown) == 5
        assert "about all 6 experiments · 5 of" in screen_text(pilot)

        await pilot.press("E")
        assert len(screen.shown) == len(screen.found or ()) > 5
        await pilot.press("G")
        await until(pilot, lambda: screen.list.at == len(screen.shown) - 1)

        await pilot.press("E")
        assert (len(screen.shown), screen.list.at) == (5, 4)


async def test_on_a_wide_screen_the_numbers_are_beside_the_clues(lab: MakeLab, six: NotebookFile) -> None:
    async with opened(lab(), columns=140, rows=45) as pilot:
        await open_clues(pilot)

        first = screen_text(pilot).splitlines()[1]
        assert "1 clear" in first
        assert "source: " in first


async def test_the_cursor_begins_at_the_first_clue_with_something_to_try(lab: MakeLab, six: NotebookFile) -> None:
    async with opened(lab()) as pilot:
        screen = await open_clues(pilot)

        assert screen.clue
        assert screen.clue.suggestion
        assert not any(clue.suggestion for clue in screen.shown[: screen.list.at])


async def test_marked_experiments_narrow_what_the_clues_speak_of(lab: MakeLab, six: NotebookFile) -> None:
    async with opened(lab()) as pilot:
        await pilot.press("3", "space", "j", "space", "j", "space")
        screen = await open_clues(pilot)

        assert "about the 3 marked experiments" in screen_text(pilot)
        assert {name for clue in screen.found or () for name in clue.about} <= {"16", "32", "64"}


async def test_a_run_that_is_marked_means_its_experiment(lab: MakeLab, six: NotebookFile) -> None:
    async with opened(lab()) as pilot:
        await pilot.press("3", "enter", "j", "space", "j", "space")
        screen = await open_clues(pilot)

        assert "about the marked experiment\n" in screen_text(pilot)
        assert [group.name for group in screen.question.chosen] == ["16"]


async def test_it_follows_the_notebook_and_the_cursor_stays_on_its_clue(lab: MakeLab, one_run: NotebookFile) -> None:
    async with opened(lab()) as pilot:
        screen = await open_clues(pilot)
        await go_to_clue(pilot, screen, "linear-baseline")

        one_run.append_run(a_run("r1", experiment="64", seed=1))
        await until(pilot, lambda: "single-run" not in rules(screen))
        assert screen.clue
        assert screen.clue.rule == "linear-baseline"


async def test_marked_experiments_are_followed_too(lab: MakeLab, one_run: NotebookFile) -> None:
    async with opened(lab()) as pilot:
        await pilot.press("3", "space")
        screen = await open_clues(pilot)
        assert "single-run" in rules(screen)

        one_run.append_run(a_run("r1", experiment="64", seed=1))
        await until(pilot, lambda: "single-run" not in rules(screen))
        assert "about the marked experiment" in screen_text(pilot)


@pytest.mark.parametrize(
    ("write", "words"),
    [
        (lambda notebook: None, "Nothing is trained yet: Esc, then t trains the network in the editor"),
        (lambda notebook: notebook.append_experiments((a_plan(),)), "None of these experiments is trained yet"),
        (write_silent_results, "No clue: these results say nothing for certain"),
        (
            lambda notebook: notebook.append_run(
                a_run(status="failed", reason="the loss became nan", test=None, confusion=None)
            ),
            "1 of 1 run failed, and 64 units has no finished run",
        ),
        (
            lambda notebook: notebook.append_run(a_run(status="stopped", reason="stopped by hand")),
            "No run is finished yet",
        ),
    ],
    ids=["an empty notebook", "a plan alone", "nothing to say", "all failed", "all stopped"],
)
async def test_where_there_is_little_to_say_it_says_so(
    lab: MakeLab, notebook: NotebookFile, write: Callable[[NotebookFile], object], words: str
) -> None:
    write(notebook)
    async with opened(lab()) as pilot:
        await open_clues(pilot)
        await until(pilot, lambda: words in in_one_line(pilot))
        await pilot.press("enter", "t", "v", "E", "y", "j", "G", "pagedown", "ctrl+u")


async def test_the_app_answers_keys_while_clues_are_looked_for(
    lab: MakeLab, six: NotebookFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end = Event()
    found = clue_rules.find_clues

    def slow(groups: Sequence[Group], known: Sequence[Group] | None = None) -> tuple[Clue, ...]:
        assert may_end.wait(60)
        return found(groups, known)

    monkeypatch.setattr(clue_rules, "find_clues", slow)
    app = lab()
    async with opened(app, until_it_shows="press t to train") as pilot:
        await pilot.press("C")
        await shows(pilot, "looking at the results")
        await pilot.press("enter", "t", "v", "E", "escape", "3", "j")
        assert app.main.history.table.view.at == 1

        await pilot.press("C")
        may_end.set()
        await shows(pilot, "▸ 1 clear")


async def test_names_from_the_notebook_are_shown_as_their_characters(lab: MakeLab, notebook: NotebookFile) -> None:
    notebook.append_run(a_run("r0", experiment="[@click=app.quit]x[/]\x1b[31m\u202e"))
    async with opened(lab(), columns=100) as pilot:
        await open_clues(pilot)
        await shows(pilot, r"of \[@click=app.quit\]x\[/\]\\x1b\[31m\\u202e comes")
        await pilot.press("escape", "3")
        await shows(pilot, r"C clue: The 86.00 % of \[@click=app.quit\]x\[/\]\\x1b\[31m")


async def test_they_are_copied_as_markdown(lab: MakeLab, one_run: NotebookFile) -> None:
    app = lab()
    async with opened(app) as pilot:
        await open_clues(pilot)
        await pilot.press("y")
        await until(pilot, lambda: app.clipboard.startswith("1. **single-run** (clear): The 86.00 % of 64 comes"))


async def test_help_and_palette_know_the_screen_and_its_keys(lab: MakeLab, one_run: NotebookFile) -> None:
    async with opened(lab(), columns=100, rows=40) as pilot:
        await open_clues(pilot)
        await pilot.press("question_mark")
        await shows(pilot, "help: clues.*Load what the clue suggests.*Train what the clue suggests.*rests on")
        await pilot.press("escape", "escape", "colon", *"clues")
        await shows(pilot, "Show what the results.*key C")
        await pilot.press("enter")
        await shows(pilot, "▸ 1 clear · single-run")


# What to try


async def test_enter_loads_the_suggestion_shows_what_it_changes_and_one_undo_takes_it_back(
    lab: MakeLab, one_run: NotebookFile
) -> None:
    app = lab()
    async with opened(app) as pilot:
        before = app.main.editor.draft
        screen = await open_clues(pilot)
        await go_to_clue(pilot, screen, "linear-baseline")
        await pilot.press("enter")

        await shows(pilot, "what changed")
        words = in_one_line(pilot)
        assert "- layer 2: dense 64 relu" in words
        assert "~ epochs: 10 → 2" in words
        assert "~ repeats: 1 → 5" in words
        await pilot.press("escape")
        assert app.main.current == "architecture"
        draft = app.main.editor.draft
        assert (shorthand(draft.architecture), draft.training.epochs, draft.seeds.repeats) == ("linear", 2, 5)
        await pilot.press("v")
        await shows(pilot, "compared with the network before")

        await pilot.press("escape", "u")
        draft = app.main.editor.draft
        assert (draft.layers, draft.training, draft.seeds) == (before.layers, before.training, before.seeds)


async def test_a_loaded_suggestion_of_more_seeds_is_a_change_that_a_key_undoes_and_another_trains(
    lab: MakeLab, trainer: FakeTrainer, one_run: NotebookFile
) -> None:
    app = lab()
    async with opened(app) as pilot:
        repeats = app.main.editor.draft.seeds.repeats
        screen = await open_clues(pilot)
        await go_to_clue(pilot, screen, "single-run")
        await pilot.press("enter")
        await shows(pilot, "~ repeats: 1 → 4")
        await pilot.press("u")
        await shows(pilot, r"\A(?!.*what changed)")
        assert app.main.editor.draft.seeds.repeats == repeats

        screen = await open_clues(pilot)
        await go_to_clue(pilot, screen, "single-run")
        await pilot.press("enter")
        await shows(pilot, "~ repeats: 1 → 4.*t trains it")
        await pilot.press("t")
        await until(pilot, lambda: trainer.seeds == [1, 2, 3, 4] and not app.runner.busy)
        assert "what changed" not in screen_text(pilot)


async def test_a_key_trains_the_seeds_that_a_suggestion_lacks_and_not_twice(
    lab: MakeLab, trainer: FakeTrainer, one_run: NotebookFile
) -> None:
    trainer.may_end.clear()
    app = lab()
    async with opened(app) as pilot:
        await open_clues(pilot)
        await pilot.press("t")
        await shows(pilot, "training 64 seeds 1–4: from a clue")
        await until(pilot, lambda: [job.seed for job in app.main.training.activity.jobs] == [1, 2, 3, 4])

        await pilot.press("t")
        await shows(pilot, "queued already")
        assert len(app.main.training.activity.jobs) == 4
        trainer.may_end.set()
        await until(pilot, lambda: trainer.seeds == [1, 2, 3, 4] and not app.runner.busy)
        assert {run.experiment for run in one_run.read().runs} == {"64"}


async def test_a_clue_that_suggests_nothing_says_so(lab: MakeLab, six: NotebookFile) -> None:
    app = lab()
    async with opened(app) as pilot:
        before = app.main.editor.draft
        screen = await open_clues(pilot)
        await go_to_clue(pilot, screen, "doubling")
        for key in ("enter", "t"):
            await pilot.press(key)
            await shows(pilot, "this clue suggests nothing to train; v shows what it rests on")

        assert app.screen is screen
        assert app.main.editor.draft == before
        assert not app.runner.busy


async def test_the_evidence_of_several_experiments_is_their_comparison(lab: MakeLab, six: NotebookFile) -> None:
    app = lab()
    async with opened(app) as pilot:
        screen = await open_clues(pilot)
        clue = await go_to_clue(pilot, screen, "doubling")
        await pilot.press("v")

        await until(pilot, lambda: isinstance(app.screen, ComparisonScreen))
        assert isinstance(app.screen, ComparisonScreen)
        assert tuple(group.name for group in app.screen.groups) == clue.about
        await shows(pilot, "verdict")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, CluesScreen))


async def test_the_evidence_of_one_experiment_is_the_comparison_of_its_seeds(lab: MakeLab, six: NotebookFile) -> None:
    app = lab()
    async with opened(app) as pilot:
        screen = await open_clues(pilot)
        await go_to_clue(pilot, screen, "linear-baseline")
        await pilot.press("v")

        await until(pilot, lambda: isinstance(app.screen, ComparisonScreen))
        assert isinstance(app.screen, ComparisonScreen)
        assert [group.runs[0].seed for group in app.screen.groups] == [0, 1, 2, 3, 4]


async def test_the_evidence_of_a_single_run_is_its_row_even_behind_a_filter(
    lab: MakeLab, notebook: NotebookFile
) -> None:
    notebook.append_run(a_run("r0", experiment="other", recipe=RUN.recipe.on("synthetic")))
    notebook.append_run(a_run("r1", experiment="64"))
    app = lab()
    async with opened(app) as pilot:
        await pilot.press("3", "slash", *"name=other", "enter")
        await until(pilot, lambda: len(app.main.history.table.view.arranged) == 1)
        screen = await open_clues(pilot)
        assert screen.clue
        assert screen.clue.about == ("64",)
        await pilot.press("v")

        assert app.screen is app.main
        assert app.main.current == "history"
        assert app.main.history.group
        assert app.main.history.group.name == "64"


async def test_the_evidence_of_confused_classes_is_the_confusion_matrix(lab: MakeLab, notebook: NotebookFile) -> None:
    matrix = [[900 if row == column else 0 for column in range(10)] for row in range(10)]
    matrix[0][6] = matrix[6][0] = 100
    for seed in range(3):
        notebook.append_run(a_run(f"r{seed}", experiment="64", seed=seed, confusion=tuple(map(tuple, matrix))))
    app = lab()
    async with opened(app) as pilot:
        screen = await open_clues(pilot)
        await go_to_clue(pilot, screen, "confused-classes")
        await pilot.press("v")

        await until(pilot, lambda: isinstance(app.screen, ErrorsScreen))


# The history's last line, and the log


async def test_the_history_ends_with_the_first_clue_cut_to_the_width_with_the_key_before_it(
    lab: MakeLab, one_run: NotebookFile
) -> None:
    async with opened(lab()) as pilot:
        await pilot.press("3")
        await shows(pilot, r"C clue: The 86.00 % of 64 comes from one seed, .*… ┃\n┗")


async def test_an_empty_history_has_no_such_line(lab: MakeLab) -> None:
    app = lab()
    async with opened(app) as pilot:
        await pilot.press("3")
        await shows(pilot, "nothing yet")
        assert "clue" not in screen_text(pilot)


async def test_results_without_a_clue_have_a_line_that_says_so(lab: MakeLab, notebook: NotebookFile) -> None:
    write_silent_results(notebook)
    async with opened(lab()) as pilot:
        await pilot.press("3")
        await shows(pilot, "C clue: these results say nothing for certain")


async def test_the_line_keeps_its_words_until_a_run_that_arrives_gives_it_others(
    lab: MakeLab, one_run: NotebookFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = lab()
    async with opened(app) as pilot:
        await pilot.press("3")
        await shows(pilot, "C clue: The 86.00 % of 64 comes")
        may_end, found = Event(), clue_rules.find_clues

        def slow(groups: Sequence[Group], known: Sequence[Group] | None = None) -> tuple[Clue, ...]:
            assert may_end.wait(60)
            return found(groups, known)

        monkeypatch.setattr(clue_rules, "find_clues", slow)
        one_run.append_run(a_run("r1", experiment="64", seed=1))
        await shows(pilot, "1 experiment · 2 runs")
        assert "C clue: The 86.00 % of 64 comes" in screen_text(pilot)

        may_end.set()
        await shows(pilot, "C clue: There is no linear baseline")


async def test_a_training_that_changes_the_first_clue_says_the_new_one_in_the_log(
    lab: MakeLab, trainer: FakeTrainer, one_run: NotebookFile
) -> None:
    app = lab()
    async with opened(app) as pilot:
        await pilot.press("3")
        await shows(pilot, "C clue: The 86.00 % of 64 comes")
        assert "new clue" not in log(app)
        await pilot.press("C", "t")

        await until(pilot, lambda: trainer.seeds == [1, 2, 3, 4] and not app.runner.busy)
        await until(pilot, lambda: "new clue (C): There is no linear baseline yet" in log(app))
        assert log(app).count("new clue") == 1


@pytest.mark.parametrize("found_before", [True, False], ids=["asked", "not yet asked"])
async def test_the_first_training_of_a_notebook_says_its_clue(
    lab: MakeLab, trainer: FakeTrainer, found_before: bool
) -> None:
    """Even one that ends before the clues of the empty notebook were asked for."""
    app = lab()
    async with opened(app) as pilot:
        if not found_before:
            app.main.clues._asked = app.main.clues._found = None
        await pilot.press("t")
        await until(pilot, lambda: "new clue (C): The 86.00 % of 64 comes from one seed" in log(app))


async def test_a_clue_found_before_its_training_has_left_the_queue_is_said_when_it_has(
    lab: MakeLab, notebook: NotebookFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run is recorded a moment before its training ends; the notebook may be read between the two."""
    queued = {0}
    monkeypatch.setattr(Clues, "_busy", lambda clues, suggestion: queued)
    app = lab()
    async with opened(app) as pilot:
        await pilot.press("3")
        notebook.append_run(a_run("r1", experiment="64"))
        await shows(pilot, "C clue: The 86.00 % of 64 comes from one seed")
        assert "new clue" not in log(app)
        queued.clear()
        await until(pilot, lambda: "new clue (C): The 86.00 % of 64 comes from one seed" in log(app))


async def test_a_clue_whose_suggestion_is_being_trained_is_no_news(
    lab: MakeLab, trainer: FakeTrainer, notebook: NotebookFile
) -> None:
    """Between the first and the second of five seeds one would be told to train more."""
    write_silent_results(notebook)
    app = lab()
    async with opened(app) as pilot:
        await pilot.press("3")
        await shows(pilot, "these results say nothing for certain")
        await pilot.press("1", "G", "enter", "3", "enter", "t")

        await until(pilot, lambda: trainer.seeds == [0, 1, 2] and not app.runner.busy)
        await until(pilot, lambda: not app.background.busy(Lane.CLUES) and not app.reader.busy)
        assert "comes from one seed" not in log(app)
