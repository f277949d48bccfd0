"""The script that trains a recipe with Keras alone: right in each of its parts, tidy, and able to run."""

import ast
import gzip
import importlib.util
import os
import re
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from other_data import FILES, KANA, KANA_CLASSES, KANA_SUMS, write, write_letters
from strategies import hostile_text, recipes

from fmnist_tui.lab.experiments.keras_script import WIDTH, keras_script
from fmnist_tui.lab.layers import ACTIVATIONS
from fmnist_tui.lab.records.architecture import ArchitectureError
from fmnist_tui.lab.records.dataset import register
from fmnist_tui.lab.records.recipe import OPTIMIZERS, Hyperparameters, Recipe, hyperparameters
from fmnist_tui.lab.records.shorthand import parse

EVERY_KIND = (
    "conv8x3same/2:linear-bn-leaky_relu-pool2-conv4x2-avgpool2-ln-drop0.25-"
    "conv6x1-gap-dense12:mish-bn-drop0.5-ln-dense7"
)
EVERY_ACTIVATION = "-".join(f"{units}:{activation}" for units, activation in enumerate(ACTIVATIONS, 3))

SCRIPTS = {
    "the report's first": keras_script(Recipe(parse("16")), 0, name="16 units"),
    "every kind of layer": keras_script(Recipe(parse(EVERY_KIND)), 1),
    "weights held small": keras_script(Recipe(parse("conv12x3same/2:gelu:l2=0.00012345-64:l2=0.5")), 1),
    "every activation": keras_script(Recipe(parse(EVERY_ACTIVATION)), 2),
    "no hidden layer, no validation": keras_script(
        Recipe(parse("linear"), Hyperparameters(validation_fraction=0.0, patience=3)), 3
    ),
    "early stopping, on synthetic garments": keras_script(
        Recipe(parse("64-32"), Hyperparameters(patience=3, batch_size=128, epochs=50), "synthetic"), 4, name="patient"
    ),
    "other data": keras_script(Recipe(parse("16"), dataset=KANA), 6),
    **{
        f"optimizer {name}": keras_script(Recipe(parse("8"), hyperparameters(optimizer=name)), 5) for name in OPTIMIZERS
    },
}


def between(script: str, start: str, end: str) -> str:
    """The lines of a script from one that begins with `start` to the one before that which begins with `end`."""
    return script[script.index(f"\n{start}") : script.index(f"\n{end}")]


def built(script: str) -> Any:
    """The model as the script builds and compiles it."""
    keras = pytest.importorskip("keras")
    space: dict[str, Any] = {"keras": keras, **constants(script)}
    exec(between(script, "model = keras.Sequential(", "model.summary()"), space)
    exec(between(script, "model.compile(", "history = ").partition("\n#")[0], space)
    return space["model"]


def constants(script: str) -> dict[str, Any]:
    """The values in capitals at the top of a script, by name."""
    return {name: ast.literal_eval(value) for name, value in re.findall(r"^([A-Z_]+) = (.*)$", script, re.MULTILINE)}


@pytest.mark.parametrize("text", ["16", "linear", EVERY_KIND, EVERY_ACTIVATION])
def test_the_network_is_the_architectures_own(text: str) -> None:
    recipe = Recipe(parse(text))
    model = built(keras_script(recipe, 0))

    stages = recipe.architecture.stages()
    assert model.input_shape == (None, 28, 28, 1)
    assert model.count_params() == recipe.architecture.parameters
    assert [layer.count_params() for layer in model.layers] == [stage.parameters for stage in stages]
    assert [tuple(layer.output.shape[1:]) for layer in model.layers] == [stage.shape for stage in stages]
    spoken = [layer.get_config()["activation"] for layer in model.layers if hasattr(layer, "activation")]
    assert spoken == [
        *(layer.activation for layer in recipe.architecture.layers if hasattr(layer, "activation")),
        "softmax",
    ]


def test_an_l2_is_a_regularizer_of_the_kernel() -> None:
    model = built(SCRIPTS["weights held small"])

    regularizers = [layer.kernel_regularizer for layer in model.layers if layer.name != "flatten_1"]
    assert [each and float(each.l2) for each in regularizers] == [pytest.approx(0.00012345), pytest.approx(0.5), None]


def test_dropout_keeps_its_rate() -> None:
    model = built(SCRIPTS["every kind of layer"])

    assert [layer.rate for layer in model.layers if layer.name.startswith("dropout")] == [0.25, 0.5]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_optimizer_is_the_one_named_at_its_learning_rate(name: str) -> None:
    optimizer = built(
        keras_script(Recipe(parse("8"), hyperparameters(optimizer=name, learning_rate=0.0123)), 0)
    ).optimizer

    settings = optimizer.get_config()
    assert type(optimizer).__name__.lower() == {"momentum": "sgd", "nesterov": "sgd"}.get(name, name)
    assert settings["learning_rate"] == pytest.approx(0.0123)
    if name in ("sgd", "momentum", "nesterov"):
        assert settings["momentum"] == (0.0 if name == "sgd" else 0.9)
        assert settings["nesterov"] is (name == "nesterov")


def test_seed_split_epochs_and_batches_are_the_recipes() -> None:
    training = Hyperparameters(epochs=7, batch_size=96, learning_rate=1e-05, validation_fraction=0.15, split_seed=11)
    script = keras_script(Recipe(parse("16"), training), 13)

    assert constants(script) == {"SEED": 13, "EPOCHS": 7, "BATCH_SIZE": 96, "LEARNING_RATE": 1e-05}
    assert "    test_size=0.15,\n    random_state=11,\n" in script
    assert "validation_data=(x_val, y_val)" in script
    assert "EarlyStopping" not in script


def test_patience_stops_early_on_the_validation_loss() -> None:
    script = SCRIPTS["early stopping, on synthetic garments"]

    assert constants(script)["PATIENCE"] == 3
    assert 'EarlyStopping(monitor="val_loss", patience=PATIENCE)' in script
    assert "callbacks=[early_stopping]" in script


def test_without_validation_nothing_is_split_or_drawn_of_it() -> None:
    script = SCRIPTS["no hidden layer, no validation"]

    assert not re.search(r"sklearn|scikit|val_|x_val|PATIENCE|EarlyStopping", script)


def test_a_run_on_synthetic_garments_is_said_to_be_one() -> None:
    assert "synthetic garments, not on\n# Fashion-MNIST" in SCRIPTS["early stopping, on synthetic garments"]
    assert "synthetic" not in SCRIPTS["the report's first"]


def test_a_run_on_other_data_needs_their_folder_and_their_name_is_a_comment() -> None:
    hostile = register('"""\\', 1, 1, KANA_CLASSES, KANA_SUMS)

    assert "is trained on kana" in SCRIPTS["other data"]
    assert "fashion_mnist.load_data" not in SCRIPTS["other data"]
    script = keras_script(Recipe(parse("16"), dataset=hostile), 6)
    assert ast.dump(ast.parse(script)) == ast.dump(ast.parse(SCRIPTS["other data"]))


def test_the_script_of_other_data_reads_packed_and_plain_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_letters(tmp_path / "letters", packed=False)
    content = (folder / FILES[0]).read_bytes()
    (folder / FILES[0]).unlink()
    write(folder, FILES[0], content)
    space: dict[str, Any] = {"gzip": gzip, "np": np, "os": os, "Path": Path}
    exec(between(SCRIPTS["other data"], "def read_idx", "# Grey levels"), space)

    monkeypatch.delenv("FMNIST_TUI_DATA", raising=False)
    with pytest.raises(SystemExit, match="Set FMNIST_TUI_DATA"):
        space["load_data"]()
    monkeypatch.setenv("FMNIST_TUI_DATA", str(folder))
    (images, labels), (_, others) = space["load_data"]()

    assert images.shape == (200, 28, 28)
    assert images.max() == 255
    assert labels[:12].tolist() == [*range(10), 0, 1]
    assert len(others) == 50


def test_a_network_that_cannot_be_built_has_no_script() -> None:
    with pytest.raises(ArchitectureError, match="pool"):
        keras_script(Recipe(parse("pool99")), 0)


@given(recipes(), hostile_text())
def test_no_name_is_more_than_a_comment(recipe: Recipe, name: str) -> None:
    named = keras_script(recipe, 0, name=name)

    assert ast.dump(ast.parse(named)) == ast.dump(ast.parse(keras_script(recipe, 0)))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]", named)


@pytest.mark.skipif(importlib.util.find_spec("ruff") is None, reason="ruff is not installed")
@pytest.mark.parametrize("width", [WIDTH, 120])
def test_the_scripts_are_as_ruff_would_lay_them_out(width: int, tmp_path: Path) -> None:
    for number, script in enumerate(SCRIPTS.values()):
        (tmp_path / f"script_{number}.py").write_text(script, encoding="utf-8")

    rules = "E,W,F,I,B,N,UP,SIM,C4,PTH,PL,RUF,D1"
    for command in (["check", "--select", rules, "--ignore", "PLR2004"], ["format", "--check"]):
        options = ["--isolated", "--no-cache", "--line-length", str(width)]
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, *options, str(tmp_path)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def write_data(folder: Path) -> None:
    """Write the four files, of the published shapes, with images whose bright band tells their class."""
    for name, count in (("train", 60_000), ("t10k", 10_000)):
        labels = np.random.default_rng(count).integers(0, 10, count).astype(np.uint8)
        images = np.zeros((count, 28, 28), np.uint8)
        images[np.arange(count), 2 * labels] = 255
        for kind, header, content in (
            ("images-idx3", struct.pack(">IIII", 2051, count, 28, 28), images),
            ("labels-idx1", struct.pack(">II", 2049, count), labels),
        ):
            packed = gzip.compress(header + content.tobytes(), compresslevel=1)
            (folder / f"{name}-{kind}-ubyte.gz").write_bytes(packed)


def test_a_script_runs_on_its_own_without_a_network_or_a_screen(tmp_path: Path) -> None:
    pytest.importorskip("keras")
    write_data(tmp_path)
    recipe = Recipe(parse("linear"), Hyperparameters(epochs=1, batch_size=1_000, learning_rate=0.01))
    script = tmp_path / "script.py"
    script.write_text(keras_script(recipe, 3, name="the baseline"), encoding="utf-8")

    environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "MPLBACKEND")}
    environment |= {"FMNIST_TUI_DATA": str(tmp_path), "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert "7,850" in done.stdout
    loss, accuracy = (float(re.search(rf"^{word}: (.*)$", done.stdout, re.MULTILINE)[1]) for word in ("Loss", "Acc"))  # type: ignore[index]
    assert accuracy > 0.95
    assert 0 < loss < 1
    assert (tmp_path / "model.keras").stat().st_size > 0
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")
