"""An architecture as text, both ways."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import architectures, buildable_architectures, hostile_text, layers

from fmnist_tui.lab.layers import (
    ACTIVATIONS,
    Activation,
    AveragePooling,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling,
    Layer,
    LayerNormalization,
    MaxPooling,
)
from fmnist_tui.lab.records.architecture import Architecture, ArchitectureError
from fmnist_tui.lab.records.shorthand import GRAMMAR, LONGEST, ShorthandError, parse, parse_buildable, shorthand

TOKENS: tuple[tuple[str, Layer], ...] = (
    ("64", Dense(64)),
    ("dense64", Dense(64)),
    ("DENSE64", Dense(64)),
    ("064", Dense(64)),
    ("64:tanh", Dense(64, "tanh")),
    ("64:TANH", Dense(64, "tanh")),
    ("dense64:gel", Dense(64, "gelu")),
    ("conv32x3", Conv2D(32, 3)),
    ("conv2d32x3", Conv2D(32, 3)),
    ("conv32x3same", Conv2D(32, 3, "same")),
    ("conv32x3/2", Conv2D(32, 3, stride=2)),
    ("conv32x3same/2:gelu", Conv2D(32, 3, "same", 2, "gelu")),
    ("conv32x3:relu", Conv2D(32, 3)),
    ("64:l2=0.0001", Dense(64, l2=0.0001)),
    ("64:l2=1e-4", Dense(64, l2=0.0001)),
    ("64:tanh:L2=2.5E-3", Dense(64, "tanh", 0.0025)),
    ("64:l2=.01:tanh", Dense(64, "tanh", 0.01)),
    ("64:l2=0", Dense(64)),
    ("conv32x3same/2:gelu:l2=0.5", Conv2D(32, 3, "same", 2, "gelu", 0.5)),
    *((activation, Activation(activation)) for activation in ACTIVATIONS if activation != "linear"),
    ("RELU", Activation("relu")),
    ("pool2", MaxPooling(2)),
    ("maxpool2", MaxPooling(2)),
    ("avgpool3", AveragePooling(3)),
    ("gap", GlobalAveragePooling()),
    ("flatten", Flatten()),
    ("flat", Flatten()),
    ("drop0.5", Dropout(0.5)),
    ("drop.5", Dropout(0.5)),
    ("dropout0.25", Dropout(0.25)),
    ("drop0", Dropout(0.0)),
    ("bn", BatchNormalization()),
    ("batchnorm", BatchNormalization()),
    ("ln", LayerNormalization()),
    ("layernorm", LayerNormalization()),
)


@pytest.mark.parametrize(("text", "layer"), TOKENS)
def test_each_token_is_its_layer(text: str, layer: Layer) -> None:
    # Between two flattens, so that parsing has none to put in.
    assert parse(f"flatten-{text}-flatten").layers == (Flatten(), layer, Flatten())


@given(layers())
def test_the_token_of_a_layer_reads_as_that_layer(layer: Layer) -> None:
    assert parse(f"flatten-{layer.token()}").layers == (Flatten(), layer)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_can_be_written(activation: str) -> None:
    assert parse(f"64:{activation}") == Architecture((Flatten(), Dense(64, activation)))


@given(architectures(min_size=1))
def test_reading_what_was_written_gives_the_architecture_with_its_flatten(architecture: Architecture) -> None:
    assert parse(shorthand(architecture)) == architecture.flattened()


@given(buildable_architectures())
def test_an_architecture_that_can_be_built_comes_back_as_it_was(architecture: Architecture) -> None:
    assert parse_buildable(shorthand(architecture)) == architecture


@given(architectures(min_size=1))
def test_shorthand_is_in_one_form_however_it_was_typed(architecture: Architecture) -> None:
    once = shorthand(parse(shorthand(architecture)))

    assert shorthand(parse(once)) == once
    assert shorthand(parse(once.upper())) == once
    assert shorthand(parse(once.replace("-", " - "))) == once


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("64-32-16", "64-32-16"),
        ("flatten-dense64-dense32", "64-32"),
        ("linear", "linear"),
        (" Linear ", "linear"),
        ("flatten", "linear"),
        ("drop0.2", "drop0.2-flatten"),
        ("tanh", "tanh-flatten"),
        ("64:linear-bn-relu-dense32", "64:linear-bn-relu-32"),
        ("conv6x5same:linear-bn-relu", "conv6x5same:linear-bn-relu-flatten"),
        ("flatten-drop0.2-64", "flatten-drop0.2-dense64"),
        ("64:relu", "64"),
        ("64:relu:l2=0.0001-32:l2=1e-05:tanh", "64:l2=0.0001-32:tanh:l2=0.00001"),
        ("conv8x3:l2=1-64:l2=0.0", "conv8x3:l2=1-flatten-dense64"),
        ("128:gelu-drop0.30-64", "128:gelu-drop0.3-64"),
        ("conv32x3-pool2-dense128-drop0.5", "conv32x3-pool2-flatten-dense128-drop0.5"),
        ("conv8x3/1-gap-32", "conv8x3-gap-dense32"),
        ("gap-32", "gap-32"),
    ],
)
def test_what_a_person_types_is_written_back_in_its_shortest_form(typed: str, written: str) -> None:
    assert shorthand(parse(typed)) == written


@pytest.mark.parametrize("l2", [0.1234567891234567, 1e-7, 5e-324, -0.0, 0, 1, 1 / 3])
def test_an_l2_keeps_every_digit(l2: float) -> None:
    (_, layer) = parse(f"flatten-{Dense(8, l2=l2).token()}").layers

    assert layer == Dense(8, l2=l2)


@pytest.mark.parametrize("rate", [0.1234567891234567, 1e-7, 5e-324, -0.0, 0, 1 / 3])
def test_a_dropout_rate_keeps_every_digit(rate: float) -> None:
    (_, layer) = parse(f"flatten-{Dropout(rate).token()}").layers

    assert layer == Dropout(rate)


@pytest.mark.parametrize(
    ("text", "wrong", "says"),
    [
        ("64-banana-32", "banana", "no such layer; write 64, conv32x3,"),
        ("64-0", "0", "units must be a whole number from 1 to 65,536, not 0"),
        ("64--32", "", "an empty layer"),
        ("64-", "", "an empty layer"),
        ("-64", "", "an empty layer"),
        ("64:banana-32", "64:banana", "activation must be one of relu,"),
        ("32-64:", "64:", "activation must be one of relu,"),
        ("32-64:tanh:gelu", "64:tanh:gelu", "activation must be one of relu,"),
        ("32-pool2:tanh", "pool2:tanh", "only dense and conv layers have an activation"),
        ("32-64:l2", "64:l2", "activation must be one of relu,"),
        ("32-64:l2=2", "64:l2=2", "l2 must be a number from 0 to 1, not 2.0"),
        ("32-64:l2=-1", "64:l2=", "l2 must be a number from 0 to 1, not ''"),
        ("32-64:l2=x", "64:l2=x", "l2 must be a number from 0 to 1, not 'x'"),
        ("32-64:l2=nan", "64:l2=nan", "l2 must be a number from 0 to 1, not nan"),
        ("32-64:l2=0.1:l2=0.2", "64:l2=0.1:l2=0.2", "l2 is given twice"),
        ("32-64:l3=0.1", "64:l3=0.1", "no such argument: 'l3'; write l2"),
        ("32-64:units=9", "64:units=9", "no such argument: 'units'; write l2"),
        ("32-drop0.5:l2=0.1", "drop0.5:l2=0.1", "only dense and conv layers have l2"),
        ("32-64:l2=1e-", "64:l2=1e", "l2 must be a number from 0 to 1, not '1e'"),
        ("64-rel", "rel", "no such layer"),
        ("64-relu:tanh", "relu:tanh", "only dense and conv layers have an activation"),
        ("64-relu:l2=0.1", "relu:l2=0.1", "only dense and conv layers have l2"),
        ("64-linear", "linear", "linear means no hidden layer and stands alone"),
        ("32-drop1", "drop1", "rate must be a number from 0 to 0.99, not 1.0"),
        ("32-drop", "drop", "no such layer"),
        ("32-drop0.", "drop0.", "no such layer"),
        ("32-drop1e-3", "drop1e", "no such layer"),
        ("32-conv8", "conv8", "no such layer"),
        ("conv8x29", "conv8x29", "kernel must be a whole number from 1 to 28, not 29"),
        ("conv8x3/0", "conv8x3/0", "stride must be a whole number from 1 to 28, not 0"),
        ("conv8x3valid", "conv8x3valid", "no such layer"),
        ("pool0", "pool0", "pool must be a whole number from 1 to 999, not 0"),
        ("64-٣", "٣", "no such layer"),
        ("64, 32", "64, 32", "no such layer"),
        ("İ-İ64-32", "İ", "no such layer"),
        ("12345678901234567890", "12345678901234567890", "not 12345678901234567890"),
    ],
)
def test_an_error_says_what_is_wrong_and_where(text: str, wrong: str, says: str) -> None:
    with pytest.raises(ShorthandError) as error:
        parse(text)

    number = text[: error.value.start].count("-") + 1
    assert text[error.value.start : error.value.end] == wrong
    assert str(error.value).startswith(f"layer {number}, {wrong!r}: ")
    assert says in str(error.value)


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_no_text_is_no_architecture(text: str) -> None:
    with pytest.raises(ShorthandError, match=r"^no architecture: write its layers, such as 64-32, or linear"):
        parse(text)


_PIECES = st.sampled_from(
    (
        *("-", ":", "/", "x", ".", " ", "dense", "conv", "pool", "drop", "same", "gap", "linear", ":l2=", "=1e-"),
        *("0", "9" * 40, "İ", "\x1b"),
    )
)


@given(hostile_text() | st.lists(_PIECES, max_size=20).map("".join))
def test_any_text_is_an_architecture_or_an_error_with_its_place(text: str) -> None:
    refused = ShorthandError("", 0, 0)
    try:
        parse(text)
    except ShorthandError as error:
        refused = error

    assert 0 <= refused.start <= refused.end <= len(text)
    assert str(refused).isprintable()
    assert len(str(refused)) < 400


@pytest.mark.parametrize(
    "text",
    [
        "64-" * 400_000,
        "9" * 1_000_000,
        "-" * 1_000_000,
        "drop" + "1" * (LONGEST - 5) + "x",
        "9" * LONGEST,
        "\ud800" * 9,
    ],
    ids=["layers", "digits", "dashes", "a long rate", "the longest number", "surrogates"],
)
def test_hostile_text_is_refused_at_once(text: str) -> None:
    began = time.process_time()

    with pytest.raises(ShorthandError) as error:
        parse(text)

    assert time.process_time() - began < 1
    assert len(str(error.value)) < 400


def test_text_that_is_too_long_is_marked_where_it_should_have_ended() -> None:
    with pytest.raises(ShorthandError, match="an architecture of 2,001 characters is too long") as error:
        parse("1" * (LONGEST + 1))

    assert (error.value.start, error.value.end) == (LONGEST, LONGEST + 1)


def test_what_cannot_be_built_is_an_architecture_but_not_a_buildable_one() -> None:
    assert parse("pool99").problem is not None
    with pytest.raises(ArchitectureError, match=r"^layer 1 "):
        parse_buildable("pool99")
    with pytest.raises(ShorthandError):
        parse_buildable("banana")


def test_the_grammar_names_only_what_can_be_parsed() -> None:
    examples = next(line for line in GRAMMAR.splitlines() if line.startswith("Examples: "))
    for example in examples.removeprefix("Examples: ").split():
        parse_buildable(example)
    for activation in ACTIVATIONS:
        assert activation in GRAMMAR
    tokens = [line.split("  ")[1:] for line in GRAMMAR.splitlines() if line.startswith("  ")]
    named = [word for line in tokens for word in line if word and " " not in word.strip()]
    assert {"64", "dense64", "64:tanh", "conv32x3", "pool2", "gap", "flatten", "drop0.5", "linear"} <= set(named)
    for word in named:
        parse(word)
