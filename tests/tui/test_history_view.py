"""The history as a value: arranged, folded and marked, with a cursor that stays on its record."""

from dataclasses import replace

import pytest
from group_builders import made_up_recipe
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sample_records import RUN, a_plan, a_run

from fmnist_tui.engine.parallel.queue import ActiveRun, TrainingPlace
from fmnist_tui.engine.training.progress import Phase, Progress
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.filtering.parsing import parse_filter
from fmnist_tui.lab.records.run import Curves, Run, Status
from fmnist_tui.tui.history import view as gestures
from fmnist_tui.tui.history.choices import compared, examined_pair, examined_run, marked_groups, start_words, to_train
from fmnist_tui.tui.history.columns import COLUMNS
from fmnist_tui.tui.history.rows import RowKey
from fmnist_tui.tui.history.view import HistoryView, SortOrder
from fmnist_tui.tui.training.activity import Activity
from fmnist_tui.tui.training.states import State, entries, ongoing_entries, summary

RECIPE = RUN.recipe


def trained(name: str, *accuracies: float, **changes: object) -> Group:
    """Return a group with a finished run for each validation accuracy."""
    runs = tuple(
        a_run(f"{name}-{seed}", experiment=name, seed=seed, curves=Curves((0.9,), (0.3,), (accuracy,), (0.4,)))
        for seed, accuracy in enumerate(accuracies)
    )
    return replace(Group(name, RECIPE, runs), **changes)  # type: ignore[arg-type]


THREE = (trained("first", 0.86, 0.87), trained("second", 0.9), trained("third", 0.8))


def shown(*groups: Group) -> HistoryView:
    """Return a view of groups."""
    return gestures.show_groups(HistoryView(), groups)


def names(view: HistoryView) -> list[str]:
    """Return what the rows are: names of groups, seeds of runs."""
    return [str(row.entry.seed) if row.entry else row.group.name for row in view.rows]


def on(view: HistoryView, name: str) -> HistoryView:
    """Return the view with the cursor on a group."""
    return gestures.move_to(view, RowKey(name, RECIPE))


# What runs are doing


@pytest.mark.parametrize("status", ["finished", "stopped", "failed", "interrupted"])
def test_a_recorded_run_is_as_its_record_says(status: Status) -> None:
    (entry,) = entries(Group("64", RECIPE, (a_run(status=status),)), {})

    assert entry.state.word == status


def training(run: Run, place: TrainingPlace = TrainingPlace.HERE) -> ActiveRun:
    """Return the training of a run that has no record yet."""
    job = Job(run.experiment, run.recipe, run.seed)
    return ActiveRun(job, run.id, Progress(Phase.TRAINING, 2, run.curves), place=place)


def test_what_is_not_recorded_is_told_apart() -> None:
    jobs = {seed: Job("64", RECIPE, seed) for seed in range(6)}
    runs = {seed: a_run(f"p{seed}", experiment="64", seed=seed, status="interrupted") for seed in range(6)}
    activity = Activity(
        active=(training(runs[0]), training(runs[1]), training(runs[3], TrainingPlace.OUTSIDE)),
        waiting=(jobs[0], jobs[2]),
        journals=(runs[1], runs[3], runs[4]),
    )
    group = Group("64", RECIPE, plan=a_plan("64", repeats=6))

    found = {entry.seed: entry.state for entry in entries(group, ongoing_entries(activity))}

    assert found == {
        0: State.RUNNING,
        1: State.RUNNING,
        2: State.QUEUED,
        3: State.ELSEWHERE,
        4: State.INTERRUPTED,
        5: State.PLANNED,
    }


def test_a_run_that_was_interrupted_is_as_what_resumes_it_and_has_one_row() -> None:
    interrupted = a_run("i", experiment="64", seed=0, status="interrupted")
    group = Group("64", RECIPE, (interrupted,))
    resumes = Job("64", RECIPE, 0, resumes="i")
    queued, running = Activity(waiting=(resumes,)), Activity((training(interrupted),), journals=(interrupted,))

    for activity, state in ((queued, State.QUEUED), (running, State.RUNNING), (Activity(), State.INTERRUPTED)):
        (entry,) = entries(group, ongoing_entries(activity))
        assert (entry.state, entry.run) == (state, interrupted)


def test_a_record_counts_more_than_what_was_seen_before_it() -> None:
    seen = ongoing_entries(Activity((training(a_run("r", experiment="64", seed=0)),)))

    (entry,) = entries(Group("64", RECIPE, (a_run("r", experiment="64", seed=0),)), seen)

    assert entry.state is State.FINISHED


def test_every_state_has_a_sign_and_a_word_of_its_own() -> None:
    assert len({state.sign for state in State}) == len(State)
    assert len({state.word for state in State}) == len(State)


def test_a_failure_is_told_only_until_its_seed_is_trained_anew() -> None:
    failed = a_run("f", seed=0, status="failed")
    group = Group("64", RECIPE, (failed,), a_plan("64", repeats=2))

    assert summary(group, {}) == ((State.FAILED, 1), (State.PLANNED, 1))
    again = replace(group, runs=(failed, a_run("g", seed=0)))
    assert summary(again, {}) == ((State.PLANNED, 1), (State.FINISHED, 1))
    ongoing = ongoing_entries(Activity(waiting=(Job("64", RECIPE, 0),)))
    assert summary(group, ongoing) == ((State.QUEUED, 1), (State.PLANNED, 1))


def test_what_is_trained_without_a_plan_or_a_record_has_a_row_all_the_same() -> None:
    job = Job("new", made_up_recipe("8"), 0)
    view = gestures.show_activity(shown(*THREE), Activity(waiting=(job, replace(job, seed=1))))

    assert names(view) == ["first", "second", "third", "new"]
    assert names(gestures.show_activity(view, Activity())) == ["first", "second", "third"]


# The cursor


def test_the_cursor_stays_on_its_group_when_others_come_above_it() -> None:
    view = on(shown(*THREE), "second")

    view = gestures.show_groups(view, (trained("new", 0.7), *THREE))

    assert view.row is not None
    assert (view.row.group.name, view.at) == ("second", 2)


def test_a_cursor_that_nobody_moved_stays_on_the_first_record_not_on_the_first_row() -> None:
    view = gestures.show_groups(shown(*THREE), (trained("new", 0.7), *THREE))

    assert view.row is not None
    assert view.row.group.name == "first"


def test_the_cursor_stays_on_a_run_that_waited_ran_and_is_recorded() -> None:
    job = Job("first", RECIPE, 2)
    view = gestures.show_activity(shown(*THREE), Activity(waiting=(job,)))
    view = gestures.move(gestures.fold(view), 3)
    assert names(view)[view.at] == "2"

    run = a_run("first-2", experiment="first", seed=2, status="interrupted")
    running = gestures.show_activity(view, Activity(active=(training(run),), journals=(run,)))
    recorded = gestures.show_groups(running, (trained("first", 0.8, 0.8, 0.8), *THREE[1:]))
    for later in (running, recorded, gestures.show_activity(recorded, Activity())):
        assert later.row is not None
        assert later.row.entry is not None
        assert later.row.entry.seed == 2


def test_the_cursor_goes_to_its_group_when_it_is_folded_away() -> None:
    view = gestures.move(gestures.fold(shown(*THREE)), 2)
    assert names(view) == ["first", "0", "1", "second", "third"]

    view = gestures.fold(view)

    assert names(view) == ["first", "second", "third"]
    assert view.at == 0


def test_the_cursor_comes_back_to_what_a_filter_hid() -> None:
    view = on(shown(*THREE), "second")

    hidden = gestures.filter_by(view, parse_filter("third"))
    assert names(hidden) == ["third"]
    assert hidden.at == 0
    assert gestures.filter_by(hidden, parse_filter("")).at == 1

    moved = gestures.move(hidden, 0)
    assert gestures.filter_by(moved, parse_filter("")).at == 2


@pytest.mark.parametrize(("gone", "left_at"), [("first", "second"), ("second", "third"), ("third", "second")])
def test_a_cursor_whose_record_is_gone_stands_on_the_next_one_or_the_last(gone: str, left_at: str) -> None:
    view = on(shown(*THREE), gone)

    view = gestures.show_groups(view, tuple(each for each in THREE if each.name != gone))

    assert view.row is not None
    assert view.row.group.name == left_at


def test_a_renamed_experiment_keeps_the_cursor_its_mark_and_its_runs() -> None:
    view = gestures.mark(gestures.fold(on(shown(*THREE), "second")))

    view = gestures.renamed(view, "second", "other")
    view = gestures.show_groups(view, (THREE[0], trained("other", 0.9), THREE[2]))

    assert names(view) == ["first", "other", "0", "third"]
    assert view.at == 1
    assert [group.name for group in marked_groups(view)] == ["other"]


# Order and filter


def test_groups_are_sorted_by_a_column_either_way_and_equals_stay() -> None:
    groups = (*THREE, trained("fourth", 0.9), trained("never"))
    view = gestures.sort_by(shown(*groups), SortOrder("acc", True))

    assert names(view) == ["second", "fourth", "first", "third", "never"]
    view = gestures.sort_by(view, SortOrder("acc", False))
    assert names(view) == ["third", "first", "second", "fourth", "never"]
    assert names(gestures.sort_by(view, None)) == ["first", "second", "third", "fourth", "never"]


@pytest.mark.parametrize("column", list(COLUMNS))
@pytest.mark.parametrize("descending", [False, True])
def test_every_column_sorts(column: str, descending: bool) -> None:
    pinned = replace(THREE[1], plan=a_plan("second", baseline=True))
    view = gestures.sort_by(shown(THREE[0], pinned, THREE[2]), SortOrder(column, descending))

    assert sorted(names(view)) == ["first", "second", "third"]


def test_the_difference_to_the_baseline_sorts_as_it_is_shown() -> None:
    groups = [trained(name, mean, mean + 0.002) for name, mean in (("a", 0.85), ("b", 0.88), ("c", 0.86))]
    pinned = replace(groups[2], plan=a_plan("c", baseline=True))

    assert names(gestures.sort_by(shown(*groups[:2], pinned), SortOrder("vs", True))) == ["b", "c", "a"]


def test_what_asks_for_attention_comes_first_when_sorted_by_state() -> None:
    failed = Group("failed", RECIPE, (a_run("f", status="failed"),))
    view = gestures.show_activity(shown(*THREE, failed), Activity(waiting=(Job("third", RECIPE, 1),)))

    assert names(gestures.sort_by(view, SortOrder("status", False)))[:2] == ["third", "failed"]


def test_a_filter_may_ask_for_what_no_record_says() -> None:
    run = a_run("p", experiment="second", seed=5, status="interrupted")
    activity = Activity(active=(training(run),), waiting=(Job("first", RECIPE, 7),))
    view = gestures.show_activity(shown(*THREE), activity)

    assert names(gestures.filter_by(view, parse_filter("status=queued"))) == ["first"]
    assert names(gestures.filter_by(view, parse_filter("status=running"))) == ["second"]


# What a key is about


def test_what_is_marked_is_compared_in_the_order_it_was_marked() -> None:
    view = shown(*THREE)
    for name in ("third", "first"):
        view = gestures.mark(on(view, name))

    assert [group.name for group in compared(view)] == ["third", "first"]
    assert [group.name for group in marked_groups(gestures.mark(view))] == ["third"]
    assert marked_groups(gestures.unmark_all(view)) == ()


def test_one_mark_is_compared_with_the_row_of_the_cursor() -> None:
    view = on(gestures.mark(on(shown(*THREE), "third")), "second")

    assert [group.name for group in compared(view)] == ["third", "second"]


def test_marked_runs_are_groups_of_one_even_while_they_are_folded_away() -> None:
    view = gestures.mark(gestures.move(gestures.fold(shown(*THREE)), 2))
    folded = gestures.fold(view)

    (group,) = marked_groups(folded)
    assert [run.seed for run in group.runs] == [1]


def test_errors_are_of_the_best_run_of_a_group_and_compared_between_two_marked_rows() -> None:
    view = shown(*THREE)
    assert view.row is not None
    assert examined_run(view.row) == THREE[0].runs[1]
    assert examined_pair(view) is None

    for name in ("second", "third"):
        view = gestures.mark(on(view, name))
    assert examined_pair(view) == (THREE[1].runs[0], THREE[2].runs[0])
    assert examined_pair(gestures.mark(on(view, "first"))) is None


def test_errors_on_different_images_are_not_compared() -> None:
    there = replace(THREE[0], runs=tuple(replace(run, recipe=RECIPE.on("synthetic")) for run in THREE[0].runs))
    view = gestures.mark(on(shown(there, THREE[1]), "first"))

    assert examined_pair(gestures.mark(on(view, "second"))) is None


def test_a_group_is_trained_where_its_plan_lacks_runs_and_interrupted_ones_are_gone_on_with() -> None:
    runs = (a_run("i", seed=0, status="interrupted"), a_run("f", seed=1), a_run("x", seed=2, status="failed"))
    group = Group("64", RECIPE, runs, a_plan("64", repeats=5))
    view = gestures.show_activity(shown(group), Activity(waiting=(Job("64", RECIPE, 3),)))
    assert view.row is not None

    jobs = to_train(view.row, view.ongoing)

    assert [(job.seed, job.resumes) for job in jobs] == [(0, "i"), (2, None), (4, None)]


def test_a_start_says_what_is_resumed_and_what_begins_again_and_why() -> None:
    runs = (
        a_run("kept", seed=0, status="interrupted"),
        a_run("early", seed=1, status="interrupted"),
        a_run("s", seed=2, status="stopped"),
    )
    group = Group("64", RECIPE, runs, a_plan("64", repeats=5))
    row = shown(group).row
    assert row is not None

    assert start_words(row, to_train(row, {}), lambda run_id: run_id == "kept") == (
        "resuming seed 0 from the last checkpoint; "
        "training seed 1 again from epoch 1: interrupted before a checkpoint; "
        "training seed 2 again from epoch 1: only interrupted runs are resumed; "
        "training seeds 3–4"
    )


def test_a_failed_run_alone_is_trained_anew_and_a_finished_one_is_not() -> None:
    runs = (a_run("f", seed=0), a_run("x", seed=9, status="failed"))
    view = gestures.fold(shown(Group("64", RECIPE, runs)))

    assert [to_train(row, {}) for row in view.rows] == [(), (), (Job("64", RECIPE, 9),)]


class Looking(RuleBasedStateMachine):
    """Whatever is done and whatever changes, the cursor is on its record as long as that is shown."""

    @initialize()
    def begin(self) -> None:
        self.view = shown(*THREE)
        self.chosen: RowKey | None = self.view.row.key if self.view.row else None

    def keep(self, view: HistoryView) -> None:
        self.view = view

    def choose(self, view: HistoryView) -> None:
        self.view = view
        self.chosen = view.row.key if view.row else self.chosen

    @rule(by=st.integers(-4, 4))
    def move(self, by: int) -> None:
        self.choose(gestures.move(self.view, by))

    @rule()
    def fold(self) -> None:
        if self.view.row is not None:
            self.choose(gestures.fold(self.view))

    @rule()
    def fold_all(self) -> None:
        self.keep(gestures.fold_all(self.view))

    @rule()
    def mark(self) -> None:
        self.keep(gestures.mark(self.view))

    @rule(words=st.sampled_from(("", "first", "acc>0.85", "nothing-at-all", "status=queued")))
    def filter(self, words: str) -> None:
        self.keep(gestures.filter_by(self.view, parse_filter(words)))

    @rule(column=st.sampled_from(list(COLUMNS)), descending=st.booleans())
    def sort(self, column: str, descending: bool) -> None:
        self.keep(gestures.sort_by(self.view, SortOrder(column, descending)))

    @rule(groups=st.lists(st.sampled_from((*THREE, trained("new", 0.5), trained("other", 0.7, 0.6))), unique=True))
    def read(self, groups: list[Group]) -> None:
        self.keep(gestures.show_groups(self.view, tuple(groups)))

    @rule(seeds=st.lists(st.integers(0, 3), max_size=3, unique=True))
    def train(self, seeds: list[int]) -> None:
        runs = [a_run(f"new-{seed}", experiment="first", seed=seed, status="interrupted") for seed in seeds]
        jobs = tuple(Job("first", RECIPE, seed) for seed in seeds)
        self.keep(gestures.show_activity(self.view, Activity(tuple(map(training, runs[:1])), jobs)))

    @invariant()
    def the_cursor_is_on_a_row(self) -> None:
        assert 0 <= self.view.at < max(len(self.view.rows), 1)
        assert len({row.key for row in self.view.rows if row.run}) == sum(row.run is not None for row in self.view.rows)

    @precondition(lambda self: self.chosen is not None)
    @invariant()
    def it_is_on_the_record_that_was_chosen_where_that_is_shown(self) -> None:
        if self.chosen in {row.key for row in self.view.rows}:
            assert self.view.row is not None
            assert self.view.row.key == self.chosen


TestLooking = Looking.TestCase
