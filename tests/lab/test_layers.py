"""Every kind of layer says all that the lab reads of it."""

import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from strategies import layers

from fmnist_tui.lab.layers import KINDS, Layer, LayerError, arguments
from fmnist_tui.lab.parameters import specs
from fmnist_tui.lab.records.shorthand import GRAMMAR, parse

BY_NAME = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


def test_no_two_kinds_share_a_name_a_letter_or_an_example() -> None:
    for told in ([kind.name for kind in KINDS], [kind.letter for kind in KINDS], [kind.example for kind in KINDS]):
        assert len(set(told)) == len(KINDS)
    assert all(re.fullmatch("[a-z]", kind.letter) for kind in KINDS)


@BY_NAME
def test_a_kind_s_example_is_the_kind_with_its_usual_arguments(kind: type[Layer]) -> None:
    assert parse(f"flatten-{kind.example}").layers[1] == kind()


@BY_NAME
def test_a_kind_s_grammar_is_in_the_grammar(kind: type[Layer]) -> None:
    assert kind.grammar
    for written, _ in kind.grammar:
        assert written in GRAMMAR


@BY_NAME
def test_every_argument_says_what_it_means_and_is_within_its_range(kind: type[Layer]) -> None:
    assert [name for name, _ in specs(kind)] == [name for name, _ in arguments(kind)]
    for name, about in arguments(kind):
        assert about.spec == dict(specs(kind))[name]
        about.spec.check(name, about.default)
        assert 10 < len(about.meaning) < 70


@given(layers())
def test_a_layer_takes_and_gives_an_image_or_a_vector_as_its_kind_says(layer: Layer) -> None:
    for kind, shape in (("vector", (784,)), ("image", (28, 28, 4))):
        if layer.takes not in (kind, "any"):
            with pytest.raises(LayerError, match=f"^{layer.name} needs"):
                layer.output_shape(shape)
            continue
        with suppress(LayerError):  # a window that is larger than the image
            assert len(layer.output_shape(shape)) == (1 if layer.gives == "vector" else len(shape))


def test_the_page_of_commands_prints_the_grammar() -> None:
    page = (Path(__file__).parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")

    assert f"<!-- grammar -->\n```text\n{GRAMMAR}```\n" in page
