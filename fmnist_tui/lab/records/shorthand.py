"""Convert architectures to and from text: `64-32-16`, `conv32x3-pool2-flatten-dense128-drop0.5`."""

import re
from collections.abc import Iterator
from functools import lru_cache
from textwrap import fill

from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.layers import ACTIVATIONS, KINDS, Argument, Dense, Flatten, Layer, arguments
from fmnist_tui.lab.parameters import Choice, FloatRange, IntRange, ParameterError, Value, shown
from fmnist_tui.lab.records.architecture import Architecture


def _grammar_lines() -> Iterator[str]:
    lines = [line for kind in KINDS for line in kind.grammar]
    while lines:
        written, meaning = lines.pop(0)
        first, _, rest = meaning.partition(" ")
        if lines and lines[0][1].partition(" ")[2] == rest:
            other, other_meaning = lines.pop(0)
            written, meaning = f"{written}  {other}", f"{first} or {other_meaning}"
        yield f"  {written:<20} {meaning}"


GRAMMAR = """\
An architecture is its hidden layers, input to output, joined by '-'.

{layers}
  linear               no hidden layer: the baseline, alone

{activations}
The output, 10 units with softmax, is always there and is not written.
Examples: 64-32-16   128:gelu-drop0.3   conv32x3-pool2-128-drop0.5
""".format(layers="\n".join(_grammar_lines()), activations=fill(f"Activations: {', '.join(ACTIVATIONS)}.", 71))
"""The grammar, as printed by `--help` and in docs/commands.md."""

LONGEST = 2_000


class ShorthandError(UserError, ValueError):
    """With the start and end of the faulty part."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.start = start
        self.end = end


_PATTERNS = tuple((re.compile(kind.pattern, re.ASCII), kind) for kind in KINDS)

_LAYER = re.compile(r"(?:=[\d.]+e-(?=\d)|[^-])*", re.ASCII | re.IGNORECASE)
"""One layer. The '-' of an exponent, as in l2=1e-4, does not end it."""

_DECIMALS = re.compile(r"\d*\.?\d+", re.ASCII)
"""A number as `token` writes it, which may be longer than `read_number` accepts."""


def parse(text: str) -> Architecture:
    """Parse a shorthand, adding the flatten it may omit; ShorthandError for invalid text. Shapes are not checked."""
    if len(text) > LONGEST:
        raise ShorthandError(f"an architecture of {len(text):,} characters is too long", LONGEST, len(text))
    if text.strip().lower() == "linear":
        return Architecture((Flatten(),))
    if not text.strip():
        raise ShorthandError("no architecture: write its layers, such as 64-32, or linear for none", 0, len(text))
    layers: list[Layer] = []
    for number, (start, word) in enumerate(_words(text), 1):
        try:
            layers.append(_layer(word.strip().lower()))
        except ValueError as error:
            message = f"layer {number}, {shown(word.strip())}: {error}"
            raise ShorthandError(message, start, start + len(word)) from None
    return Architecture(tuple(layers)).flattened()


def parse_buildable(text: str) -> Architecture:
    architecture = parse(text)
    architecture.check()
    return architecture


def shorthand(architecture: Architecture) -> str:
    """Write what `parse` reads back, adding any missing flatten."""
    layers = architecture.layers
    if layers == (Flatten(),):
        return "linear"
    if layers[:1] == (Flatten(),) and isinstance(layers[1], Dense):
        layers = layers[1:]
    bare = not any(layer.dense_in_full for layer in layers)
    return "-".join(layer.token(bare=bare) for layer in layers)


def _words(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    while start <= len(text):
        match = _LAYER.match(text, start)
        word = match[0] if match else ""
        yield start, word
        start += len(word) + 1


@lru_cache(maxsize=4_096)
def _layer(word: str) -> Layer:
    written, *suffixes = word.split(":")
    for pattern, kind in _PATTERNS:
        if match := pattern.fullmatch(written):
            given = match.groupdict()
            values = {name: _value(argument, given[name]) for name, argument in arguments(kind) if given.get(name)}
            return kind(**values, **_suffixed(kind, suffixes))
    if written == "linear":
        raise ParameterError("linear means no hidden layer and stands alone")
    if not word:
        raise ParameterError("an empty layer; write one between two '-'")
    *others, last = (kind.example for kind in KINDS)
    raise ParameterError(f"no such layer; write {', '.join(others)} or {last}")


def _value(argument: Argument, text: str) -> Value:
    match argument.spec:
        case IntRange():
            return int(text)
        case Choice():
            return text
        case _:
            return float(text)


def _suffixed(kind: type[Layer], suffixes: list[str]) -> dict[str, Value]:
    values: dict[str, Value] = {}
    named = [suffix.partition("=") for suffix in suffixes if "=" in suffix]
    for name, _, text in named:
        if name in values:
            raise ParameterError(f"{name} is given twice")
        spec = _argument(kind, name, "named").spec
        long = isinstance(spec, FloatRange) and _DECIMALS.fullmatch(text)
        values[name] = float(text) if long else spec.read(name, text)
    words = [suffix for suffix in suffixes if "=" not in suffix]
    if words:
        values["activation"] = _argument(kind, "activation", "word").spec.read("activation", ":".join(words))
    return values


def _argument(kind: type[Layer], name: str, suffix: str) -> Argument:
    found = ((other, dict(arguments(other)).get(name)) for other in KINDS)
    by_kind = {other: argument for other, argument in found if argument and argument.suffix == suffix}
    if kind in by_kind:
        return by_kind[kind]
    if not by_kind:
        names = {key: None for kind in KINDS for key, argument in arguments(kind) if argument.suffix == "named"}
        raise ParameterError(f"no such argument: {shown(name)}; write {' or '.join(names)} before the '='")
    *others, last = (other.filter_words[-1] for other in by_kind)
    kinds = f"{', '.join(others)} and {last}" if others else last
    raise ParameterError(f"only {kinds} layers have {'an activation' if suffix == 'word' else name}")
