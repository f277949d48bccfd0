"""Runs on other data: the notebook keeps their sums, and nothing mixes them with others."""

from sample_records import a_plan, a_run

from fmnist_tui.lab.clues import find_clues
from fmnist_tui.lab.comparison.comparison import compare
from fmnist_tui.lab.experiments.groups import groups
from fmnist_tui.lab.records.dataset import facts_of, file_part, mark_of, register, title_of
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.report.protocol import train_command
from fmnist_tui.lab.report.study import gather
from fmnist_tui.lab.toml.reading import Notebook, read_records, read_text
from fmnist_tui.lab.toml.writing import record_text, run_record

RUN = a_run()
SUMS = {"train-images-idx3-ubyte": "0" * 32, "t10k-images-idx3-ubyte": "1" * 32}
NAMES = tuple(f"kana {n}|" for n in range(10))
KANA = register("kana", 600, 100, NAMES, SUMS)
OTHER_KANA = register("kana", 600, 100, NAMES, SUMS | {"t10k-images-idx3-ubyte": "2" * 32})


def on(dataset: str, name: str = "r", seeds: int = 2) -> tuple[Run, ...]:
    return tuple(a_run(f"{name}{seed}", seed=seed, recipe=RUN.recipe.on(dataset)) for seed in range(seeds))


def test_the_record_of_a_run_holds_what_its_data_were() -> None:
    run = a_run(recipe=RUN.recipe.on(KANA))
    text = record_text("run", run_record(run))

    (read,) = read_records(text).runs
    assert 'dataset = "kana"' in text
    assert all(md5 in text for md5 in SUMS.values())
    assert read == run
    assert facts_of(read.recipe.dataset).classes.names == NAMES
    assert read_text(text.replace("1" * 32, "2" * 32), "n").runs[0].recipe.dataset == OTHER_KANA


def test_a_plan_names_other_data_without_sums_and_is_that_of_their_runs() -> None:
    plan = a_plan(RUN.experiment, dataset="kana", repeats=3)
    notebook = Notebook((plan,), on(KANA))

    (group,) = groups(notebook, KANA)
    assert (group.plan, group.missing_seeds()) == (plan, (2,))
    assert plan.recipe("fashion-mnist") == Recipe(plan.architecture, plan.training, "kana")


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
