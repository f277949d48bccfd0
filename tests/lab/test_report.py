"""The report's text: what it says, and what it must never say."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from group_builders import MACHINE, NOON, made_up_group, made_up_recipe, made_up_run
from hypothesis import given
from hypothesis import strategies as st
from reports import COMMAND, parsed, part, row, written
from strategies import hostile_text

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.experiments.presets import published_experiments
from fmnist_tui.lab.experiments.seeds import seed_blocks, seeds_text
from fmnist_tui.lab.fields.field import points
from fmnist_tui.lab.records.recipe import Hyperparameters, Recipe
from fmnist_tui.lab.records.run import Metrics
from fmnist_tui.lab.records.shorthand import parse
from fmnist_tui.lab.report.protocol import pooled_sd, usual


def test_repeats_show_mean_standard_deviation_and_interval() -> None:
    text = written(made_up_group("64 units", (0.874, 0.878, 0.882)))

    assert row(text, "64 units") == {
        r"\#": "1",
        "experiment": "64 units",
        "architecture": "`64`",
        "parameters": "50,890",
        "n": "3",
        "validation accuracy": "0.7800 ± 0.0000",
        "95 % interval": "0.7800 to 0.7800",
        "seconds": "3.0",
    }


def test_test_figures_stand_beside_the_published_ones_in_a_table_of_their_own() -> None:
    published = Metrics(0.8746, 0.3511)
    text = written(made_up_group("64 units", (0.874, 0.878, 0.882), published=published))

    assert row(part(text, "Results").partition("### Against the published figures")[2], "64 units") == {
        r"\#": "1",
        "experiment": "64 units",
        "test accuracy": "0.8780 ± 0.0040",
        "one run of ours, 95 %": "0.8581 to 0.8979",
        "published accuracy": "0.8746",
        "ours - published (points)": "+0.34",
        "test loss": "0.3500 ± 0.0000",
        "published loss": "0.3511",
    }


def test_a_single_run_has_no_error_bar_and_the_report_says_so() -> None:
    text = written(made_up_group("64 units", (0.874,)))

    assert row(text, "64 units")["validation accuracy"] == "0.7800"
    assert row(text, "64 units")["95 % interval"] == "–"
    assert "n = 1: no error bar" in text
    assert "± standard deviation**" not in text


def test_a_penalty_in_the_loss_is_told_where_a_layer_has_one() -> None:
    held = Recipe(parse("64:l2=0.001"))

    assert "compare it with others by accuracy" not in written(made_up_group())
    assert "compare it with others by accuracy" in written(made_up_group(), made_up_group("held", recipe=held))


def test_stopped_failed_and_interrupted_runs_count_in_no_figure_and_are_listed_with_their_reason() -> None:
    recipe = made_up_recipe()
    others = (
        made_up_run("64 units", recipe, 1, 0.1, status="stopped", reason="stopped by hand"),
        made_up_run("64 units", recipe, 2, status="failed", reason="the loss was not finite"),
        made_up_run("64 units", recipe, 3, 0.1, status="interrupted"),
    )
    text = written(made_up_group("64 units", (0.88,), others=others))

    assert row(text, "64 units")["n"] == "1"
    listed = part(text, "Limits").partition("### Runs that did not finish")[2]
    assert re.findall(r"\| (stopped|failed|interrupted) +\| 2 of 2 \| (.*?) +\|", listed) == [
        ("stopped", "stopped by hand"),
        ("failed", "the loss was not finite"),
        ("interrupted", "–"),
    ]
    assert "1 experiment with 1 finished run, trained on 2025-01-31; 3 runs did not finish." in text


def test_a_seed_trained_twice_is_no_run_that_did_not_finish() -> None:
    recipe = made_up_recipe()
    text = written(made_up_group("64 units", (0.86,), others=[made_up_run("64 units", recipe, 0, 0.88)]))

    assert "reaches an accuracy of 0.8800" in text
    assert "did not finish" not in text
    assert "counts once, by its latest run" in text


def test_what_all_share_is_said_once_and_only_what_differs_has_a_column() -> None:
    usual_recipe = made_up_recipe()
    unusual = made_up_recipe("32", Hyperparameters(epochs=2, optimizer="sgd", learning_rate=0.01))
    text = written(
        made_up_group("64 units", recipe=usual_recipe, section="adam"),
        made_up_group("16 units", recipe=made_up_recipe("16"), section="adam"),
        made_up_group("32 units", recipe=unusual, section="sgd"),
    )

    assert "optimizer `adam` at a learning rate of 0.001, the rest as Keras has it; batches of 64; 2 epochs." in text
    assert "differs in optimizer and learning rate, the table of results has a column" in text
    cells = row(text, "32 units")
    assert (cells["optimizer"], cells["learning rate"]) == ("sgd", "0.01")
    assert row(text, "64 units")["optimizer"] == "adam"
    assert "epochs" not in cells


def test_the_split_is_given_in_images_and_as_scikit_learn_is_told() -> None:
    text = written(made_up_group())

    assert "60,000 training and 10,000 test images" in text
    assert "48,000 of the training images are trained on and 12,000 held out" in text
    assert "train_test_split(test_size=0.2, random_state=42)" in text


def test_without_validation_the_report_says_that_all_images_are_trained_on() -> None:
    recipe = made_up_recipe("64", Hyperparameters(epochs=2, validation_fraction=0.0))

    assert "all 60,000 training images are trained on" in written(made_up_group(recipe=recipe))


def test_what_was_tried_is_listed_by_the_sections_of_the_plans() -> None:
    text = written(
        made_up_group("first", section="more units"),
        made_up_group("second", recipe=made_up_recipe("16"), planned=False),
        made_up_group("third", recipe=made_up_recipe("32"), section="more units"),
    )

    assert "\n- more units: first, third\n- other experiments: second\n" in text


def test_notes_are_numbered_under_their_table_and_equal_notes_share_a_number() -> None:
    text = written(
        made_up_group("first", note="as printed"),
        made_up_group("second", recipe=made_up_recipe("16"), note="as printed"),
        made_up_group("third", recipe=made_up_recipe("32"), note="as told"),
    )

    assert "| first ¹ " in text
    assert "| second ¹ " in text
    assert "| third ² " in text
    assert "\n- ¹ as printed\n- ² as told\n" in text


def test_runs_of_an_older_recipe_are_called_so() -> None:
    recipe = made_up_recipe()
    older = Group("64 units", recipe, (made_up_run("64 units", recipe),), None, older=True)

    assert "an older recipe: the plan of this name has changed since" in written(older)


def test_results_of_two_datasets_share_no_table_and_no_comparison() -> None:
    published = Metrics(0.8746, 0.3511)
    real = made_up_group("64 units", (0.88,), published=published)
    drawn = made_up_group("64 units", (0.97, 0.96), recipe=made_up_recipe(dataset="synthetic"), published=published)
    text = written(real, drawn)

    fashion = part(text, "Results on Fashion-MNIST")
    synthetic = part(text, "Results on the synthetic garments")
    assert (row(fashion, "64 units")["n"], row(synthetic, "64 units")["n"]) == ("1", "2")
    assert "0.8746" in fashion
    assert "0.8746" not in synthetic
    assert "published accuracy" not in synthetic
    assert "> **Synthetic data.** Some of the results" in text


def test_a_report_on_synthetic_garments_alone_says_so_in_its_title_and_first_words() -> None:
    text = written(made_up_group(recipe=made_up_recipe(dataset="synthetic"), published=Metrics(0.87, 0.35)))

    assert text.startswith("# Neural networks on synthetic garments, not on Fashion-MNIST\n")
    assert text.index("> **Synthetic data.** All the results are on garments") < text.index("\n## ")
    assert "published accuracy" not in text


def test_a_plan_that_waits_on_the_other_dataset_does_not_make_the_report_synthetic() -> None:
    waiting = made_up_group("32 units", (), recipe=made_up_recipe("32", dataset="synthetic"))

    assert "ynthetic data" not in written(made_up_group("64 units"), waiting)


def test_what_the_plans_still_lack_is_listed_with_its_seeds() -> None:
    text = written(
        made_up_group("half done", (0.88, 0.87), repeats=5),
        made_up_group("not begun", (), recipe=made_up_recipe("32"), repeats=3),
        made_up_group("done", (0.86,), recipe=made_up_recipe("16")),
    )

    assert part(text, "Limits").partition("### Still to train")[2].strip().splitlines() == [
        "- half done (`64`): 3 of 5 runs, seeds 2–4",
        "- not begun (`32`): 3 of 3 runs, seeds 0–2",
    ]


def test_a_plan_for_any_dataset_does_not_wait_on_a_second_one() -> None:
    done = made_up_group("64 units", (0.88,))
    elsewhere = made_up_group("64 units", (), recipe=made_up_recipe(dataset="synthetic"))

    assert "Still to train" not in written(done, elsewhere)


def test_each_machine_and_its_versions_stand_there_once_with_the_number_of_runs() -> None:
    recipe = made_up_recipe()
    bare = made_up_run("64 units", recipe, 2, environment=None)
    environment = part(written(made_up_group("64 units", (0.88, 0.87), others=[bare])), "Environment")

    assert len(re.findall(re.escape(MACHINE.tensorflow), environment)) == 1
    assert re.search(r"\| 3\.11\.9 +\|.*\| +2 \|$", environment, re.MULTILINE)
    assert re.search(r"not recorded +\| +1 \|$", environment, re.MULTILINE)


def test_the_lab_report_is_cited_where_its_figures_are_and_only_there() -> None:
    sixteen = published_experiments()[0]
    group = Group(
        sixteen.name,
        sixteen.recipe("fashion-mnist"),
        (made_up_run(sixteen.name, sixteen.recipe("fashion-mnist")),),
        sixteen,
    )

    assert "Pacheco Valdez" in written(group)
    assert "`fmnist-tui init`" in written(group)
    assert "Pacheco Valdez" not in written(made_up_group(published=Metrics(0.5, 1.0)))
    assert "Xiao" in written(made_up_group())


def test_the_commands_train_plans_by_name_and_the_rest_by_shorthand_with_all_that_is_not_usual() -> None:
    tanh = made_up_recipe("64-32:tanh", Hyperparameters(optimizer="momentum", learning_rate=0.05, batch_size=128))
    runs = tuple(made_up_run("a 'quoted' name", tanh, seed) for seed in (3, 4, 7))
    text = written(made_up_group("64 units"), Group("a 'quoted' name", tanh, runs))

    commands = [
        line.partition("  #")[0].rstrip() for line in part(text, "How to reproduce this").split("```")[1].splitlines()
    ]
    training = (
        "fmnist-tui train 64-32:tanh --name='a '\"'\"'quoted'\"'\"' name' --optimizer momentum --batch-size 128 "
        "--learning-rate 0.05 --dataset fashion-mnist"
    )
    assert commands[1:] == [
        "fmnist-tui train 64 --name='64 units' --epochs 2 --dataset fashion-mnist --seed 0",
        f"{training} --seed 3 --repeats 2",
        f"{training} --seed 7",
        COMMAND,
    ]


def test_every_setting_that_is_not_usual_has_its_option_in_the_command() -> None:
    training = Hyperparameters("sgd", 0.02, 32, 7, 0.1, 5, 3)
    text = written(made_up_group("patient", recipe=made_up_recipe("64", training), planned=False))

    assert (
        "fmnist-tui train 64 --name=patient --optimizer sgd --batch-size 32 --epochs 7 --validation-fraction 0.1 "
        "--split-seed 5 --patience 3 --learning-rate 0.02 --dataset fashion-mnist"
    ) in text


def test_a_notebook_without_a_finished_run_makes_a_report_that_says_so() -> None:
    text = written(made_up_group("64 units", ()))

    assert "No run has finished yet." in text
    assert "64 units (`64`): 1 of 1 run, seed 0" in text


def test_names_sections_hypotheses_notes_reasons_and_machines_show_every_character_they_hold() -> None:
    text = "a | b <i>c</i> [d](e) `f` **g** \x1b[31m &amp;"
    shown = "a | b <i>c</i> [d](e) `f` **g** \\x1b[31m &amp;"
    machine = replace(MACHINE, machine=text)
    recipe = made_up_recipe()
    others = [
        made_up_run(text, recipe, 1, environment=machine),
        made_up_run(text, recipe, 2, status="failed", reason=text),
    ]
    group = made_up_group(text, repeats=4, section=text, note=text, others=others)
    assert group.plan
    group = replace(group, plan=replace(group.plan, hypothesis=text))

    tokens = parsed(written(group, author=text))
    lines = ["".join(child.content for child in token.children or []) for token in tokens]
    holding = [line for line in lines if shown in line]
    assert {
        f"{shown} (64): {shown}",  # its hypothesis
        f"{shown}: {shown}",  # its section
        f"{shown} ¹",
        f"¹ {shown}",
        shown,  # the run that failed, its reason and its machine
        f"{shown} (64): 2 of 4 runs, seeds 2–3",
    } <= set(holding)
    assert holding[0].startswith(f"Written 2025-02-01 09:30 UTC by {shown}. ")
    assert holding.count(shown) == 3


@given(st.lists(hostile_text(), min_size=7, max_size=7), st.booleans())
def test_no_text_of_a_notebook_adds_a_heading_a_link_or_a_tag(texts: Sequence[str], planned: bool) -> None:
    name, section, note, reason, command, hypothesis, author = texts
    others = [made_up_run(name, made_up_recipe(), 9, status="failed", reason=reason)]
    first = made_up_group(name, (0.88, 0.87), planned=planned, repeats=4, section=section, note=note, others=others)
    if first.plan:
        first = replace(first, plan=replace(first.plan, hypothesis=hypothesis))
    older = Group(name, made_up_recipe("32"), (made_up_run(name, made_up_recipe("32")),), older=True)
    text = written(first, older, command=command, author=author)

    tokens = parsed(text)
    inline = [child for token in tokens for child in token.children or []]
    links = [token.attrs["href"] for token in inline if token.type == "link_open"]
    headings = [
        tokens[place + 1].content
        for place, token in enumerate(tokens)
        if token.type == "heading_open" and token.tag == "h2"
    ]
    assert links == ["https://github.com/zalandoresearch/fashion-mnist"]
    assert [token.attrs["src"] for token in inline if token.type == "image"] == [
        "report-figures/accuracy-against-parameters.svg",
        "report-figures/accuracy-curves.svg",
        "report-figures/loss-curves.svg",
    ]
    assert not [token for token in (*tokens, *inline) if token.type.startswith("html")]
    assert len([token for token in tokens if token.type == "fence"]) == 2
    assert headings == [
        "Question and hypotheses",
        "Summary",
        "Data",
        "Protocol",
        "The networks, explained",
        "Results",
        "Figures",
        "Interpretation",
        "The choice, and why",
        "Limits",
        "Environment",
        "How to reproduce this",
        "The chosen network as a Keras script",
        "References",
    ]


@pytest.mark.parametrize(
    ("difference", "text"), [(0.0034, "+0.34"), (-0.0102, "-1.02"), (0.0, "+0.00"), (-0.00001, "+0.00")]
)
def test_a_difference_is_in_percentage_points_with_its_sign(difference: float, text: str) -> None:
    assert points(difference) == text


def test_the_pooled_standard_deviation_weighs_groups_by_their_degrees_of_freedom() -> None:
    pair = made_up_group("pair", (0.80, 0.82))  # sd² = 0.0002, one degree of freedom
    triple = made_up_group("triple", (0.80, 0.81, 0.82))  # sd² = 0.0001, two degrees

    assert pooled_sd([pair, triple, made_up_group()]) == pytest.approx(((0.0002 + 2 * 0.0001) / 3) ** 0.5)
    assert pooled_sd([made_up_group()]) is None


def test_usual_is_the_most_frequent_value_of_each_hyperparameter() -> None:
    trainings = (Hyperparameters(epochs=5), Hyperparameters(batch_size=32), Hyperparameters(batch_size=32))
    groups = [made_up_group(recipe=made_up_recipe("64", training)) for training in trainings]

    assert usual(groups) == Hyperparameters(batch_size=32)


@given(st.sets(st.integers(0, 40)))
def test_blocks_of_seeds_hold_the_seeds_and_no_gap(seeds: set[int]) -> None:
    blocks = seed_blocks(seeds)

    assert [seed for block in blocks for seed in block] == sorted(seeds)
    assert all(later[0] > earlier[-1] + 1 for earlier, later in pairwise(blocks))


def test_seeds_are_written_as_a_person_writes_them() -> None:
    assert seeds_text([4, 0, 1, 2, 7]) == "0–2, 4, 7"


def test_days_are_said_as_a_span_where_there_are_several() -> None:
    recipe = made_up_recipe()
    run = made_up_run("64 units", recipe)
    later = replace(run, id="later", seed=1, started=NOON + timedelta(days=3))

    assert "trained on 2025-01-31." in written(Group("64 units", recipe, (run,)))
    assert "trained between 2025-01-31 and 2025-02-03." in written(Group("64 units", recipe, (later, run)))
