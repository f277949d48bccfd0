"""`clues` answers each kind of notebook, in text, JSON and Markdown."""

import json
from pathlib import Path

import pytest
from command_line import Call
from lab_report import seventeen_networks
from sample_records import a_plan, a_run

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.run import Run, Status

NOTEBOOK = Path("experiments.toml")


def record(*runs: Run) -> None:
    for run in runs:
        NotebookFile(NOTEBOOK).append_run(run)


@pytest.fixture
def seventeen() -> None:
    NOTEBOOK.write_text(seventeen_networks(), encoding="utf-8")


def test_without_a_notebook_it_says_how_to_begin(call: Call) -> None:
    outcome = call("clues")

    assert (outcome.status, outcome.out) == (0, "")
    assert "start with `fmnist-tui train 64`" in outcome.err
    assert call("clues", "--json").out == "[]\n"


def test_a_plan_without_runs_is_to_be_trained(call: Call) -> None:
    NotebookFile(NOTEBOOK).append_experiments((a_plan(),))

    outcome = call("clues")

    assert (outcome.status, outcome.out) == (0, "")
    assert "`fmnist-tui run` trains the plan" in outcome.err


def test_one_run_gets_a_command_that_repeats_it(call: Call) -> None:
    record(a_run("aaaa1"))

    outcome = call("clues")

    assert outcome.status == 0
    assert outcome.out.startswith("1  single-run (clear)\n   ")
    assert "try: fmnist-tui train 64 --epochs 2 --name '64 units' --seed 1 --repeats 4" in outcome.out


@pytest.mark.parametrize(
    ("status", "rule"),
    [("failed", "failed-runs"), ("stopped", "nothing-finished"), ("interrupted", "nothing-finished")],
)
def test_runs_of_which_none_is_finished_are_answered(call: Call, status: Status, rule: str) -> None:
    record(*(a_run(f"aaaa{seed}", seed=seed, status=status, test=None) for seed in range(3)))

    assert [clue["rule"] for clue in json.loads(call("clues", "--json").out)] == [rule]


def test_five_clues_are_shown_and_the_rest_behind_all(call: Call, seventeen: None) -> None:
    first, everything = call("clues"), call("clues", "--all")

    assert "\n5  " in first.out
    assert "\n6  " not in first.out
    assert "5 of 12 clues; --all shows the rest" in first.err
    assert everything.out.startswith(first.out.rstrip("\n"))
    assert "\n12  " in everything.out
    assert everything.err == ""
    assert max(map(len, everything.out.splitlines())) <= 80


def test_json_has_every_clue_and_nothing_else_on_standard_output(call: Call, seventeen: None) -> None:
    outcome = call("clues", "--json")

    clues = json.loads(outcome.out)
    assert outcome.err == ""
    assert [*clues[0]] == ["rule", "sentence", "about", "evidence", "certainty", "source", "try"]
    assert {"doubling", "bottleneck", "cheapest-as-good", "confused-classes", "published-reading"} <= {
        clue["rule"] for clue in clues
    }


def test_names_narrow_what_it_speaks_of(call: Call, seventeen: None) -> None:
    clues = json.loads(call("clues", "64 units", "128", "--json").out)

    assert {name for clue in clues for name in clue["about"]} <= {"64 units", "128 units"}
    call("clues", "63 units").assert_mendable("63 units", "64 units")


def test_a_wider_margin_makes_cheaper_networks_as_good(call: Call, seventeen: None) -> None:
    def cheapest(*words: str) -> str:
        clues = json.loads(call("clues", "--json", *words).out)
        return next((str(clue["evidence"]["cheapest"]) for clue in clues if clue["rule"] == "cheapest-as-good"), "")

    assert cheapest() == "256 units"
    assert cheapest("--margin", "2") not in ("256 units", "")
    assert cheapest("--margin", "0.01") == ""
    call("clues", "--margin", "0").assert_mendable("--margin")


def test_markdown_escapes_names_and_keeps_commands_whole(call: Call) -> None:
    record(a_run("aaaa1", experiment="a *bold* | name"))

    outcome = call("clues", "--markdown")

    assert "a \\*bold\\* \\| name" in outcome.out
    assert "- try: `fmnist-tui train 64 --epochs 2 --name 'a *bold* | name' --seed 1 --repeats 4`" in outcome.out
    call("clues", "--markdown", "--json").assert_mendable("choose one")


def test_control_characters_of_a_name_are_shown_as_escapes(call: Call) -> None:
    record(a_run("aaaa1", experiment="evil\x1b[2J\u202e"))

    for form in ((), ("--json",), ("--markdown",)):
        out = call("clues", *form).out
        assert "\x1b" not in out
        assert "\u202e" not in out
