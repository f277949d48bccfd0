"""The formulas of the explanations, evaluated as they are printed, give what Keras gives."""

import math
import re
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from fmnist_tui.engine.tensorflow import keras, tf
from fmnist_tui.engine.training.model import optimizer
from fmnist_tui.lab.explanations.topics import GROUPS, explain
from fmnist_tui.lab.layers import ACTIVATIONS
from fmnist_tui.lab.records.recipe import OPTIMIZERS, hyperparameters

NOTATION = (
    ("e⁻ˣ", "exp(-x)"),
    ("eˣ", "exp(x)"),
    ("ᵗ⁺¹", "**(t + 1)"),
    ("ᵗ", "**t"),
    ("²", "**2"),
    ("·", "*"),
    ("−", "-"),
    ("≥", ">="),
    ("√v", "sqrt(v)"),
    ("√2", "sqrt(2)"),
    ("√(", "sqrt("),
    ("ln(", "log("),
    ("η", "rate"),
    ("μ", "mean"),
    ("σ(", "logistic("),
    ("σ", "deviation"),
    ("ν", "ahead"),
    ("Φ(", "normal("),
    ("γ", "gain"),
    ("β", "shift"),
)
"""How the explanations write what Python writes otherwise."""

MATHEMATICS: dict[str, Any] = {
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
    "tanh": math.tanh,
    "erf": math.erf,
    "sign": np.sign,
    "max": max,
    "min": min,
    "abs": abs,
}

DEFINITION = re.compile(r"(\S+)\(x\) = (.*)")
STEP = re.compile(r"(\w) ← (.*)")
START = re.compile(r", from ([\d.]+)$")

NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e-\d+)?")
MEAN = re.compile(r"([\d.]+)·\w \+ ([\d.]+)·g")

CONSTANTS = ("beta_1", "beta_2", "rho", "momentum", "epsilon", "weight_decay", "initial_accumulator_value")
"""What Keras's optimizers call the constants of their formulas."""

POINTS = (-8.0, -3.0, -1.28, -0.75, -0.2, -0.05, 0.0, 0.05, 0.3, 1.0, 2.5, 3.5, 8.0)


def python(formula: str) -> str:
    """Return a formula as Python."""
    for written, meant in NOTATION:
        formula = formula.replace(written, meant)
    return re.sub(r"\|(\w+)\|", r"abs(\1)", formula)


def value(formula: str, **names: float) -> float:
    return float(eval(python(formula), {"__builtins__": {}, **MATHEMATICS}, names))


def function(name: str, lines: Iterable[str]) -> Callable[[float], float]:
    """Return the function that lines define, and those that it needs, which stand below it."""
    formulas = {match[1]: match[2] for line in lines if (match := DEFINITION.fullmatch(line))}
    names: dict[str, Any] = {"__builtins__": {}, **MATHEMATICS}
    for defined, formula in formulas.items():
        names[python(f"{defined}(")[:-1]] = eval(f"lambda x: {python(formula)}", names)
    found: Callable[[float], float] = names[name]
    return found


def steps(lines: Iterable[str]) -> tuple[dict[str, float], list[tuple[str, str]]]:
    """Return what an optimizer begins with, and its assignments in order."""
    starts, assignments = {}, []
    for part in (part for line in lines for part in line.split("; ")):
        if match := STEP.fullmatch(part):
            name, formula = match.groups()
            if start := START.search(formula):
                starts[name] = float(start[1])
                formula = formula[: start.start()]
            assignments.append((name, formula))
    return starts, assignments


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activations_formula_is_what_keras_computes(name: str) -> None:
    explained = function(name, explain(name).lines)

    computed = np.asarray(keras.activations.get(name)(keras.ops.convert_to_tensor(POINTS, dtype="float32")))

    assert [explained(x) for x in POINTS] == pytest.approx(computed, abs=2e-6)


@pytest.mark.parametrize("name", ["gelu", "silu", "mish"])
def test_the_dip_of_a_smooth_relu_is_where_its_explanation_says(name: str) -> None:
    (said,) = [
        match for line in explain(name).lines if (match := re.search(r"to −(\d\.\d+) near x = −(\d\.\d+)", line))
    ]
    explained = function(name, explain(name).lines)

    lowest = min((explained(-x / 1_000), -x / 1_000) for x in range(3_000))

    assert lowest == pytest.approx((-float(said[1]), -float(said[2])), abs=0.005)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizers_steps_are_those_that_keras_takes(name: str) -> None:
    rate, gradients = 0.02, (0.5, -1.5, 0.02, 0.0, 3.0, -0.3)
    starts, assignments = steps(explain(name).lines)
    names = {**dict.fromkeys((python(name) for name, _ in assignments), 0.0), **starts, "w": 0.8}
    built = optimizer(hyperparameters(optimizer=name, learning_rate=rate))
    weight = keras.Variable(0.8)

    assert "w" in dict(assignments)
    for step, gradient in enumerate(gradients, 1):
        for assigned, formula in assignments:
            names[python(assigned)] = value(formula, **{**names, "rate": rate, "g": gradient, "t": step})
        built.apply([keras.ops.convert_to_tensor(gradient, dtype="float32")], [weight])
        assert names["w"] == pytest.approx(float(weight.value), abs=2e-6), f"step {step}"


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizers_constants_are_those_of_keras(name: str) -> None:
    # An epsilon is too small to show in the steps above, and of lion's averages only the sign does.
    lines = [line for line in explain(name).lines if "←" in line]
    written = {float(number) for line in lines for number in NUMBER.findall(line)}

    config = optimizer(hyperparameters(optimizer=name)).get_config()

    assert {config[constant] for constant in CONSTANTS if config.get(constant)} <= written
    for kept, added in MEAN.findall("\n".join(lines)):
        assert float(kept) + float(added) == pytest.approx(1)


@pytest.mark.parametrize(
    ("topic", "layer"),
    [
        ("batch normalization", keras.layers.BatchNormalization()),
        ("layer normalization", keras.layers.LayerNormalization()),
    ],
)
def test_the_epsilon_of_a_normalization_is_that_of_keras_layer(topic: str, layer: keras.layers.Layer) -> None:
    assert f"√(σ² + {layer.epsilon})" in explain(topic).lines[0]


def test_the_momentum_of_batch_normalization_is_that_of_keras_layer() -> None:
    kept = keras.layers.BatchNormalization().momentum

    assert any(f"{kept}·old + {1 - kept:.2f}·new" in line for line in explain("batch normalization").lines)


def normalized(topic: str, values: NDArray[np.float32], **names: float) -> list[float]:
    line = next(line for line in explain(topic).lines if line.startswith("y = "))
    formula = line.removeprefix("y = ").removesuffix(", for each feature or channel")
    names = {"mean": values.mean(), "deviation": values.std(), **names}
    return [value(formula, x=x, **names) for x in values]


def test_the_formula_of_batch_normalization_is_that_of_keras_layer() -> None:
    layer = keras.layers.BatchNormalization(gamma_initializer="ones", beta_initializer="zeros")
    batch = np.array([[0.2], [0.5], [-0.1], [0.9]], np.float32)

    trained = np.asarray(layer(batch, training=True))[:, 0]
    used = np.asarray(layer(batch, training=False))[:, 0]

    moving = {"mean": 0.01 * batch.mean(), "deviation": math.sqrt(0.99 + 0.01 * batch.var())}
    assert "each step 0.99·old + 0.01·new. γ and β are learned." in explain("batch normalization").lines
    assert trained == pytest.approx(normalized("batch normalization", batch[:, 0], gain=1, shift=0), abs=1e-5)
    assert used == pytest.approx(normalized("batch normalization", batch[:, 0], gain=1, shift=0, **moving), abs=1e-5)


def test_the_formula_of_layer_normalization_is_that_of_keras_layer() -> None:
    layer = keras.layers.LayerNormalization(
        gamma_initializer=keras.initializers.Constant(1.5), beta_initializer=keras.initializers.Constant(-0.5)
    )
    example = np.array([0.02, 0.05, -0.01, 0.09], np.float32)

    computed = np.asarray(layer(example[np.newaxis]))[0]

    assert computed == pytest.approx(normalized("layer normalization", example, gain=1.5, shift=-0.5), abs=1e-5)


def test_dropout_divides_what_stays_by_the_share_that_stays() -> None:
    dropped = np.asarray(keras.layers.Dropout(0.75, seed=1)(np.full((1, 200), 3.0, np.float32), training=True))

    assert any("x / (1 − rate)" in line for line in explain("dropout").lines)
    assert set(np.unique(dropped)) == {0.0, value("x / (1 − rate)", x=3.0, rate=0.75)}


def test_an_l2_is_added_to_the_loss_and_pulls_as_its_explanation_says() -> None:
    weights = keras.Variable(np.array([0.5, -2.0, 0.0], np.float32))

    with tf.GradientTape() as tape:
        penalty = keras.regularizers.L2(0.1)(weights)
    pull = tape.gradient(penalty, weights.value)

    assert "l2·Σ w²" in explain("l2").lines[0]
    assert float(penalty) == pytest.approx(0.1 * sum(value("w²", w=each) for each in weights.numpy()))
    assert "by 2·l2·w" in explain("l2").lines[1]
    assert np.asarray(pull) == pytest.approx([value("2·l2·w", w=each, l2=0.1) for each in weights.numpy()])


def test_softmax_and_its_loss_are_those_of_keras() -> None:
    scores = np.array([[0.5, -1.0, 2.0]], np.float32)
    formula = explain("softmax").lines[0]
    total = sum(math.exp(score) for score in scores[0])

    probabilities = np.asarray(keras.activations.softmax(keras.ops.convert_to_tensor(scores)))
    loss = float(keras.losses.sparse_categorical_crossentropy(np.array([1]), probabilities)[0])

    assert formula == "softmax(z)[i] = exp(z[i]) / Σⱼ exp(z[j])"
    assert probabilities[0] == pytest.approx([math.exp(score) / total for score in scores[0]], abs=1e-6)
    assert explain("sparse categorical cross-entropy").lines[0].startswith("loss = −ln p[y]")
    assert loss == pytest.approx(-math.log(probabilities[0][1]), abs=1e-5)


def test_alike_probabilities_cost_what_the_explanation_says() -> None:
    alike = np.full((1, 10), 0.1, np.float32)

    loss = float(keras.losses.sparse_categorical_crossentropy(np.array([7]), alike)[0])

    assert any(f"ln 10 = {loss:.3f}" in line for line in explain("sparse categorical cross-entropy").lines)


def test_initial_weights_lie_within_the_bound_that_is_said() -> None:
    layer = keras.layers.Dense(200)
    layer.build((None, 100))
    bound = value("√(6 / (n + units))", n=100, units=200)

    assert any("± √(6 / (n + units)), b: 0" in line for line in explain("dense").lines)
    assert 0.95 * bound < np.abs(layer.kernel).max() <= bound
    assert not np.any(layer.bias)


def test_every_activation_and_optimizer_has_a_formula_to_evaluate() -> None:
    for name, explanation in GROUPS["activations"].items():
        assert any(DEFINITION.fullmatch(line) for line in explanation.lines), name
    for name, explanation in GROUPS["optimizers"].items():
        assert steps(explanation.lines)[1], name
