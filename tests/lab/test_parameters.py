"""Values of parameters: what is read, what is refused, and that keys never leave the range."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import hostile_text, layers, values

from fmnist_tui.lab.layers import ACTIVATIONS, Conv2D, Dense, Dropout
from fmnist_tui.lab.parameters import (
    Choice,
    FloatRange,
    IntRange,
    ParameterError,
    Spec,
    check_parameters,
    shown,
    spec_of,
    specs,
    spoken,
)
from fmnist_tui.lab.records.recipe import OPTIMIZERS, Hyperparameters, hyperparameters

UNITS = IntRange(1, 65_536)
RATE = FloatRange(0.0, 0.99, 0.05)
LEARNING_RATE = FloatRange(1e-7, 10.0, 0.0)
ACTIVATION = Choice(ACTIVATIONS)
SPECS: tuple[Spec, ...] = (UNITS, RATE, LEARNING_RATE, ACTIVATION)


@pytest.mark.parametrize(
    ("spec", "text", "value"),
    [
        (UNITS, "64", 64),
        (UNITS, " 64 ", 64),
        (UNITS, "60,000", 60_000),
        (UNITS, "60_000", 60_000),
        (RATE, "0.25", 0.25),
        (RATE, ".5", 0.5),
        (RATE, "0", 0.0),
        (LEARNING_RATE, "1e-4", 0.0001),
        (ACTIVATION, "relu", "relu"),
        (ACTIVATION, " ReLU ", "relu"),
        (ACTIVATION, "gel", "gelu"),
    ],
)
def test_what_a_person_types_is_read(spec: Spec, text: str, value: object) -> None:
    assert spec.read("it", text) == value


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        (UNITS, ""),
        (UNITS, "0"),
        (UNITS, "65537"),
        (UNITS, "-1"),
        (UNITS, "6.4"),
        (UNITS, "6,4"),
        (UNITS, "0,5"),
        (UNITS, "12,3456"),
        (UNITS, "many"),
        (RATE, "1"),
        (RATE, "0,5"),
        (RATE, "nan"),
        (RATE, "-0.1"),
        (LEARNING_RATE, "0"),
        (LEARNING_RATE, "inf"),
        (ACTIVATION, ""),
        (ACTIVATION, "s"),
        (ACTIVATION, "banana"),
    ],
)
def test_what_a_parameter_cannot_take_is_refused_with_what_it_can(spec: Spec, text: str) -> None:
    with pytest.raises(ParameterError) as refused:
        spec.read("it", text)

    assert str(refused.value).startswith(f"it must be {spec}, not ")


def test_an_option_is_taken_though_others_begin_with_it() -> None:
    assert Choice(tuple(OPTIMIZERS)).read("optimizer", "adam") == "adam"


@pytest.mark.parametrize("spec", SPECS)
@given(text=hostile_text())
def test_any_text_is_read_within_bounds_or_refused_in_one_short_line(spec: Spec, text: str) -> None:
    message = ""
    try:
        spec.check("it", spec.read("it", text))
    except ParameterError as refused:
        message = str(refused)

    assert message.isprintable()
    assert len(message) < 300


@pytest.mark.parametrize("value", [True, 1.0, "1", None, math.nan])
def test_a_whole_number_is_an_int_and_nothing_like_it(value: object) -> None:
    with pytest.raises(ParameterError):
        UNITS.check("units", value)


@pytest.mark.parametrize("value", [True, "0.5", None, math.nan, math.inf])
def test_a_real_is_a_finite_number_and_nothing_like_it(value: object) -> None:
    with pytest.raises(ParameterError):
        RATE.check("rate", value)


@given(st.data(), st.sampled_from(SPECS), st.integers(-1_000, 1_000))
def test_a_step_stays_within_bounds(data: st.DataObject, spec: Spec, by: int) -> None:
    spec.check("it", spec.step(data.draw(values(spec)), by))


@given(st.data(), st.sampled_from(SPECS), st.floats(0, 1e6))
def test_a_scaling_stays_within_bounds(data: st.DataObject, spec: Spec, factor: float) -> None:
    spec.check("it", spec.scale(data.draw(values(spec)), factor))


@given(st.data(), st.sampled_from(SPECS), st.integers(1, 50), st.sampled_from((1, -1)))
def test_many_steps_at_once_are_as_many_single_steps(
    data: st.DataObject, spec: Spec, times: int, direction: int
) -> None:
    start = stepped = data.draw(values(spec))
    for _ in range(times):
        stepped = spec.step(stepped, direction)

    at_once = spec.step(start, times * direction)
    # Each step of a rate rounds to six digits.
    assert at_once == (pytest.approx(stepped, abs=1e-4) if spec == RATE else stepped)


def test_a_rate_steps_by_its_increment_without_binary_dust() -> None:
    rates = [0.0]
    for _ in range(20):
        rates.append(RATE.step(rates[-1], 1))

    assert rates[:8] == [0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35]
    assert rates[-2:] == [0.95, 0.99]


def test_a_learning_rate_steps_within_its_power_of_ten_and_into_the_next() -> None:
    up = [0.008]
    for _ in range(4):
        up.append(LEARNING_RATE.step(up[-1], 1))
    down = [up[-1]]
    for _ in range(4):
        down.append(LEARNING_RATE.step(down[-1], -1))

    assert up == [0.008, 0.009, 0.01, 0.02, 0.03]
    assert down == up[::-1]
    assert LEARNING_RATE.step(0.0012, -1) == 0.001


def test_scaling_doubles_and_halves() -> None:
    assert UNITS.scale(64, 2) == 128
    assert UNITS.scale(64, 0.5) == 32
    assert UNITS.scale(1, 0.5) == 1
    assert UNITS.scale(65_536, 2) == 65_536
    assert LEARNING_RATE.scale(0.001, 0.5) == 0.0005
    assert LEARNING_RATE.scale(0.003, 2) == 0.006


def test_a_choice_goes_round_at_its_ends() -> None:
    assert ACTIVATION.step(ACTIVATIONS[-1], 1) == ACTIVATIONS[0]
    assert ACTIVATION.scale(ACTIVATIONS[0], 0.5) == ACTIVATIONS[-1]


def test_specs_come_in_the_order_of_the_fields() -> None:
    names = [name for name, _ in specs(Conv2D)]

    assert names == ["filters", "kernel", "padding", "stride", "activation", "l2"]
    assert spec_of(Dense(), "units") == UNITS
    with pytest.raises(KeyError):
        spec_of(Dense(), "rate")


@given(layers())
def test_a_layer_within_its_bounds_passes_its_own_check(layer: object) -> None:
    check_parameters(layer)


def test_a_layer_or_a_training_out_of_bounds_cannot_be_made() -> None:
    with pytest.raises(ParameterError, match=r"^units must be a whole number from 1 to 65,536, not 0$"):
        Dense(0)
    with pytest.raises(ParameterError, match=r"^rate must be a number from 0 to 0\.99, not 1\.0$"):
        Dropout(1.0)
    with pytest.raises(ParameterError, match=r"^learning rate must be"):
        replace(Hyperparameters(), learning_rate=0.0)
    with pytest.raises(ParameterError, match=r"^epochs must be .*, not -1$"):
        hyperparameters(epochs=-1)


def test_a_learning_rate_that_is_not_given_is_its_optimizers_own() -> None:
    assert hyperparameters(optimizer="sgd").learning_rate == 0.01
    assert hyperparameters(optimizer="sgd", learning_rate=None).learning_rate == 0.01
    assert hyperparameters(optimizer="sgd", learning_rate=0.3).learning_rate == 0.3
    assert hyperparameters() == Hyperparameters()
    with pytest.raises(ParameterError, match=r"^optimizer must be one of adam,"):
        hyperparameters(optimizer="banana")


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_can_be_asked_for_by_name_alone(optimizer: str) -> None:
    assert hyperparameters(optimizer=optimizer).learning_rate == OPTIMIZERS[optimizer]


def test_a_field_is_spoken_without_underscores() -> None:
    assert spoken("learning_rate") == "learning rate"


@given(hostile_text())
def test_a_value_is_shown_short_and_on_one_printable_line(text: str) -> None:
    assert shown(text).isprintable()
    assert len(shown(text)) <= 60
