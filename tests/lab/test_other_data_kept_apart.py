"""Runs on other data: the notebook keeps their sums, and nothing mixes them with others."""

import re

import pytest
from group_builders import made_up_group, made_up_recipe, made_up_run
from other_data import KANA, KANA_CLASSES, KANA_SUMS, OTHER_KANA
from reports import written
from sample_records import a_plan, a_run

from fmnist_tui.lab.clues import find_clues
from fmnist_tui.lab.comparison.comparison import compare
from fmnist_tui.lab.experiments.groups import Group, groups
from fmnist_tui.lab.language.catalogue import Language
from fmnist_tui.lab.records.dataset import facts_of, file_part, mark_of, name_clash, register, title_of
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.report.figures.plan import figures_of, is_figure_name
from fmnist_tui.lab.report.opening import summary, title
from fmnist_tui.lab.report.protocol import train_command
from fmnist_tui.lab.report.study import gather
from fmnist_tui.lab.toml.reading import Notebook, read_records, read_text
from fmnist_tui.lab.toml.writing import record_text, run_record

RUN = a_run()


def on(dataset: str, name: str = "r", seeds: int = 2) -> tuple[Run, ...]:
    return tuple(a_run(f"{name}{seed}", seed=seed, recipe=RUN.recipe.on(dataset)) for seed in range(seeds))


def test_the_record_of_a_run_holds_what_its_data_were() -> None:
    run = a_run(recipe=RUN.recipe.on(KANA))
    text = record_text("run", run_record(run))

    (read,) = read_records(text).runs
    assert 'dataset = "kana"' in text
    assert all(md5 in text for md5 in KANA_SUMS.values())
    assert read == run
    assert facts_of(read.recipe.dataset).classes.names == KANA_CLASSES
    assert read_text(text.replace("1" * 32, "2" * 32), "n").runs[0].recipe.dataset == OTHER_KANA


def test_a_plan_names_other_data_without_sums_and_is_that_of_their_runs() -> None:
    plan = a_plan(RUN.experiment, dataset="kana", repeats=3)
    notebook = Notebook((plan,), on(KANA))

    (group,) = groups(notebook, KANA)
    assert (group.plan, group.missing_seeds()) == (plan, (2,))
    assert groups(notebook, "fashion-mnist") == (group,), "they are not loaded"
    assert groups(Notebook((plan,)))[0].recipe == Recipe(plan.architecture, plan.training, "kana")


def test_data_of_one_name_with_other_bytes_are_groups_of_their_own() -> None:
    found = groups(Notebook(runs=(*on(KANA, "a"), *on(OTHER_KANA, "b"), *on("fashion-mnist", "c"))))

    assert [(group.recipe.dataset, len(group.runs)) for group in found] == [
        (KANA, 2),
        (OTHER_KANA, 2),
        ("fashion-mnist", 2),
    ]
    assert len({mark_of(group.recipe.dataset) for group in found}) == 3
    assert title_of(KANA) == KANA
    content = gather(found, command="fmnist-tui export", generated=RUN.started)
    assert [study.dataset for study in content.studies] == ["fashion-mnist", *sorted((KANA, OTHER_KANA))]
    comparison = compare(found)
    assert all(cell.difference is None for row in comparison.metrics for cell in row.cells)
    for clue in find_clues(found):
        assert len({name.rpartition("(")[2] for name in clue.about if "(" in name}) <= 1


def test_a_command_and_a_file_s_name_can_hold_the_name_of_data() -> None:
    assert "--dataset kana --data DIR" in train_command(a_run(recipe=RUN.recipe.on(KANA)))
    assert file_part("my data/…@01234567") == "my-data-01234567"


def test_other_bytes_under_a_recorded_name_are_refused_and_the_file_is_named() -> None:
    clash = name_clash(KANA, ["fashion-mnist", OTHER_KANA])

    assert clash is not None
    assert f"t10k-images-idx3-ubyte has MD5 {'1' * 32}, not {'2' * 32}; name these data otherwise" in clash
    assert name_clash(KANA, [OTHER_KANA, KANA]) is None, "both are recorded: a notebook that was merged by hand"
    assert name_clash(KANA, ["fashion-mnist"]) is None
    assert name_clash("synthetic", [KANA]) is None


def test_names_of_classes_beside_the_files_count_before_those_in_records() -> None:
    sums = {"train-images-idx3-ubyte": "3" * 32}
    for names, loaded in (("abcdefghij", False), ("ABCDEFGHIJ", True), ("abcdefghij", False)):
        read = register("names", 1, 1, names, sums, loaded=loaded)

    assert facts_of(read).classes.names == tuple("ABCDEFGHIJ")


def test_a_report_s_figures_say_what_they_are_on_and_its_noise_is_of_one_dataset() -> None:
    garments = made_up_group("garments", [0.88, 0.88])
    kana = made_up_group("kana", [0.5, 0.9], recipe=made_up_recipe(dataset=KANA))

    content = gather((garments, kana), command="fmnist-tui export", generated=RUN.started)
    alone = gather((kana,), command="fmnist-tui export", generated=RUN.started)

    found = [*figures_of(content)]
    assert {each.caption.partition(".")[0] for each in found} == {"On Fashion-MNIST", f"On {title_of(KANA)}"}
    assert all(each.alt.startswith("On ") for each in found)
    assert not any(each.caption.startswith("On ") for each in figures_of(alone))
    assert all(map(is_figure_name, [each.name for each in found]))
    assert content.main is not None
    assert "has a standard deviation of 0.00 percentage points" in summary(content, content.main)
    assert title(gather((kana, on_synthetic()), command="", generated=RUN.started)).startswith("Neural networks on ")
    assert "Fashion-MNIST" not in title(gather((kana, on_synthetic()), command="", generated=RUN.started))


@pytest.mark.parametrize(("language", "last"), [("en", "Keras script"), ("es", "programa de Keras")])
def test_a_report_on_other_data_names_no_other_and_has_no_empty_section(language: Language, last: str) -> None:
    kana = [made_up_group(width, [0.5, 0.6], recipe=made_up_recipe(width, dataset=KANA)) for width in ("16", "64")]

    text = written(*kana, language=language)

    assert not re.search("fashion|garment|prenda", text, re.IGNORECASE)
    headings = re.findall("^## (.*)$", text, re.MULTILINE)
    assert last in headings[-1]


def on_synthetic() -> Group:
    return made_up_group("drawn", recipe=made_up_recipe(dataset="synthetic"))


def test_a_single_run_on_other_images_has_no_deviation_published_for_garments() -> None:
    (clue,) = (each for each in find_clues([single(KANA)]) if each.rule == "single-run")
    (published,) = (each for each in find_clues([single("fashion-mnist")]) if each.rule == "single-run")

    assert "is not known yet" in clue.sentence
    assert "sd" not in clue.evidence
    assert "as published elsewhere" in published.sentence


def single(dataset: str) -> Group:
    recipe = made_up_recipe(dataset=dataset)
    return Group("alone", recipe, (made_up_run("alone", recipe),))
