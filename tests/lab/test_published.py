from collections import Counter

from fmnist_tui.lab.experiments.presets import published_experiments
from fmnist_tui.lab.records.recipe import Hyperparameters
from fmnist_tui.lab.records.shorthand import shorthand
from fmnist_tui.lab.toml.reading import read_text
from fmnist_tui.lab.toml.writing import experiment_record, record_text

PRINTED = {
    "16": (0.8489, 0.4280),
    "32": (0.8612, 0.3905),
    "64": (0.8746, 0.3511),
    "128": (0.8800, 0.3372),
    "256": (0.8836, 0.3380),
    "512": (0.8838, 0.3299),
    "16-16": (0.8588, 0.4096),
    "16-32": (0.8569, 0.4025),
    "16-8": (0.8337, 0.4720),
    "8-16-8": (0.8376, 0.4648),
    "4-8-16": (0.8378, 0.4736),
    "32-64": (0.8684, 0.3715),
    "64-32": (0.8733, 0.3586),
    "16-32-64": (0.8628, 0.3835),
    "64-32-16": (0.8763, 0.3514),
    "32-64-32": (0.8667, 0.3696),
}
"""Accuracy and loss on the test set to four places; 16-8-4 stands for two of the seventeen."""


def test_each_experiment_carries_the_figures_that_were_printed_for_it() -> None:
    printed = {
        shorthand(plan.architecture): (round(plan.published.accuracy, 4), round(plan.published.loss, 4))
        for plan in published_experiments()
        if plan.published and shorthand(plan.architecture) != "16-8-4"
    }

    assert printed == PRINTED


def test_there_are_seventeen_and_the_twelfth_in_both_of_its_readings() -> None:
    plans = published_experiments()
    figures = Counter(plan.published for plan in plans)
    (twelfth,) = [figure for figure, times in figures.items() if times == 2]

    assert len(plans) == 18
    assert len(figures) == 17
    assert twelfth is not None
    assert (round(twelfth.accuracy, 4), round(twelfth.loss, 4)) == (0.8378, 0.4736)
    assert [shorthand(plan.architecture) for plan in plans if plan.published == twelfth] == ["4-8-16", "16-8-4"]
    assert all(plan.note for plan in plans if plan.published == twelfth)


def test_the_code_of_the_twelfth_is_the_tenth_again_with_other_figures() -> None:
    tenth, as_coded = (plan for plan in published_experiments() if shorthand(plan.architecture) == "16-8-4")

    assert tenth.published is not None
    assert (round(tenth.published.accuracy, 4), round(tenth.published.loss, 4)) == (0.8187, 0.5257)
    assert as_coded.published != tenth.published
    assert as_coded.name != tenth.name


def test_all_are_trained_by_the_reports_protocol() -> None:
    protocol = Hyperparameters(
        optimizer="adam", learning_rate=0.001, batch_size=64, epochs=10, validation_fraction=0.2, split_seed=42
    )

    for plan in published_experiments():
        assert plan.training == protocol
        assert plan.architecture.problem is None
        assert plan.section


def test_a_notebook_holds_them_as_they_are() -> None:
    plans = published_experiments()
    text = "".join(record_text("experiment", experiment_record(plan)) for plan in plans)

    assert read_text(text, "experiments.toml").experiments == plans
