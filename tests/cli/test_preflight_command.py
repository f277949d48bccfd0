"""`preflight` prints each check with what to do, ends in 1 where one fails, and draws the learning-rate test."""

import json
from pathlib import Path

import pytest
from command_line import Call
from fake_preflight import FakePreflight, failing_checks

from fmnist_tui.engine.preflight.checks import TITLES
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.records.recipe import Recipe, hyperparameters
from fmnist_tui.lab.records.shorthand import parse


@pytest.fixture(autouse=True)
def quick(preflights: FakePreflight) -> FakePreflight:
    """Nothing here is computed with TensorFlow."""
    return preflights


def test_every_check_is_printed_with_what_it_found(call: Call, folder: Path) -> None:
    outcome = call("preflight", "64", "--dataset", "synthetic")

    assert outcome.status == 0
    assert [line[6:] for line in outcome.out.splitlines() if line.startswith("ok    ")] == [*TITLES.values()]
    assert "ln 10 = 2.303" in outcome.out
    assert outcome.out.endswith("7 of 7 checks passed in 1.2 s\n")
    assert outcome.err == ""
    assert not [*folder.iterdir()], "nothing is recorded"


def test_what_fails_says_what_to_do_and_where_that_is_from(call: Call, quick: FakePreflight) -> None:
    quick.checks = failing_checks

    outcome = call("preflight", "1", "--learning-rate", "10", "--dataset", "synthetic")

    assert outcome.status == 1
    lines = outcome.out.splitlines()
    assert [line for line in lines if line.startswith("FAIL")] == ["FAIL  one small batch", "FAIL  the first steps"]
    words = " ".join(outcome.out.split())
    assert "→ The loss should come near 0." in words
    assert "the learning rate is too high: try 1, or" in words
    assert "(Karpathy 2019, A Recipe for Training Neural Networks (overfit one batch))" in words
    assert all(len(line) <= 80 for line in lines)
    assert lines[-1] == "5 of 7 checks passed in 1.2 s"


def test_the_recipe_is_that_of_the_options(call: Call, quick: FakePreflight) -> None:
    call(
        *("preflight", "32-16", "--optimizer", "sgd", "--batch-size", "1k", "--learning-rate", "1e-2", "--seed", "7"),
        *("--validation-fraction", "10%", "--split-seed", "1", "--dataset", "synthetic"),
    )

    training = hyperparameters(
        optimizer="sgd", batch_size=1_000, learning_rate=0.01, validation_fraction=0.1, split_seed=1
    )
    assert quick.recipes == [(Recipe(parse("32-16"), training, "synthetic"), 7)]


def test_as_json_it_is_one_document(call: Call, quick: FakePreflight) -> None:
    quick.checks = failing_checks

    outcome = call("preflight", "64", "--json", "--dataset", "fashion-mnist")

    document = json.loads(outcome.out)
    assert (outcome.status, outcome.err) == (1, "")
    assert list(document) == [
        *("architecture", "parameters", "dataset", "seed", "optimizer", "learning_rate", "batch_size"),
        *("passed", "seconds", "checks"),
    ]
    assert (document["architecture"], document["dataset"], document["passed"]) == ("64", "fashion-mnist", False)
    assert [check["check"] for check in document["checks"]] == [*TITLES]
    assert [check["advice"] is None for check in document["checks"]] == [
        check["passed"] for check in document["checks"]
    ]
    assert set(document["checks"][0]) == {"check", "passed", "sentence", "advice", "figures", "source"}


def test_the_learning_rate_test_is_drawn_with_its_suggestion(call: Call, quick: FakePreflight) -> None:
    outcome = call("preflight", "64", "--rates", "--dataset", "synthetic")

    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.startswith("loss by learning rate, adam")
    axis = next(line for line in outcome.out.splitlines() if "1e-3" in line)
    assert axis.split() == ["1e-6", "1e-5", "1e-4", "1e-3", "1e-2", "1e-1", "1e0", "1e1"]
    assert "With adam, try 0.002" in outcome.out
    assert quick.recipes == []


def test_the_learning_rate_test_as_json_has_the_curve(call: Call) -> None:
    document = json.loads(call("preflight", "64", "--rates", "--json", "--dataset", "synthetic").out)

    assert document["suggested"] == 0.002
    assert len(document["rates"]) == len(document["losses"]) == len(document["smoothed"])
    assert document["rates"][0] == 1e-6
    assert "Smith 2017" in document["source"]


def test_a_flat_curve_is_said_to_be_flat(call: Call, quick: FakePreflight) -> None:
    quick.losses = [2.3] * 141

    outcome = call("preflight", "64", "--rates", "--dataset", "synthetic")

    assert "The curve is flat" in outcome.out
    assert json.loads(call("preflight", "64", "--rates", "--json", "--dataset", "synthetic").out)["suggested"] is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("flatten-conv8x3",), "layer 2"),
        (("64x",), "64x"),
        (("64", "--seed", "-1"), "--seed must be from 0"),
        (("64", "--learning-rate", "0"), "learning rate"),
        (("64", "--learning-rate", "20"), "learning rate"),
        (("64", "--batch-size", "60001"), "batch size"),
        (("64", "--optimizer", "adamm"), "adamm"),
    ],
)
def test_a_mistake_is_named_before_anything_is_loaded(
    call: Call, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    monkeypatch.delattr("fmnist_tui.engine.dataset.sources.load")

    call("preflight", *words).assert_mendable(said)


def test_what_does_not_fit_in_memory_is_something_to_mend(call: Call, quick: FakePreflight) -> None:
    quick.error = UserError("nothing was checked: it needs more than 9.0 GB of memory")

    for form in ((), ("--rates",), ("--json",)):
        call("preflight", "64", "--dataset", "synthetic", *form).assert_mendable("9.0 GB")


def test_synthetic_garments_are_named_where_fashion_mnist_is_missing(call: Call) -> None:
    outcome = call("preflight", "64")

    assert "checking on SYNTHETIC garments, not Fashion-MNIST: there is no network here." in outcome.err
