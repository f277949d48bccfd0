import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rich.style import Style
from rich.text import Text

from fmnist_tui.lab.experiments.estimate import memory_bytes
from fmnist_tui.lab.experiments.speeds import Speed
from fmnist_tui.lab.layers import Argument, Layer, arguments, shape_text
from fmnist_tui.lab.parameters import Value, spoken
from fmnist_tui.lab.plain_text import size_text
from fmnist_tui.lab.records.architecture import INPUT_SHAPE, Stage
from fmnist_tui.lab.records.recipe import HYPERPARAMETERS, Recipe
from fmnist_tui.tui.editor.draft import SEEDS, Draft


def cost_words(recipe: Recipe, speed: Speed | None) -> Iterator[str]:
    """Yield `12 MB`, and `~0.4 s an epoch` if this machine has runs."""
    yield size_text(memory_bytes(recipe))
    if speed is not None:
        seconds = speed.seconds_per_epoch(recipe)
        yield f"~{seconds:.2g} s an epoch" if seconds < 99 else f"~{seconds / 60:,.0f} min an epoch"


OUT, COUNT, NUMBER = 9, 10, 4


FIELD, OPTION = "field", "option"
"""What a click finds in the style of a text: the name of a value, the place of an option."""


@dataclass(frozen=True, slots=True)
class Typing:
    """The text being typed in place of the value under the cursor."""

    text: str
    problem: str | None = None
    options: tuple[str, ...] = ()
    """The matching options, if the value is one of a list."""
    picked: int = 0


class EditorLine(NamedTuple):
    """A line on the screen and the cursor's row it belongs to."""

    text: Text
    row: int | None = None
    under: bool = False
    """Whether it is an extra line below its row: an option or a problem."""


def lines(
    draft: Draft,
    width: int,
    typing: Typing | None,
    *,
    costs: Sequence[str] = (),
    seeds: str = "",
    focused: bool = False,
) -> tuple[EditorLine, ...]:
    """Return lines of at most `width` cells; `costs` follow the parameter count."""
    wholly = (*_lines(draft, width, typing, costs), *_seeds_lines(draft, seeds, width))
    return tuple(_clipped(line, width, draft, focused=focused) for line in wholly)


def _seeds_lines(draft: Draft, words: str, width: int) -> Iterator[EditorLine]:
    for part in _wrapped(words, width - 6):
        yield EditorLine(Text(f"      {part}", "italic"), draft.rows - 1, under=True)


def _lines(draft: Draft, width: int, typing: Typing | None, costs: Sequence[str]) -> Iterator[EditorLine]:
    stages = draft.stages
    yield EditorLine(_columns("#", Text("layer"), "output", "params", width, "dim"))
    yield EditorLine(_columns("0", Text("input"), shape_text(INPUT_SHAPE[:2]), "–", width, "dim"))
    for row, (layer, stage) in enumerate(zip(draft.layers, stages[:-1], strict=True)):
        here = row == draft.row
        label = _label(layer, draft.field if here else None, typing if here else None)
        yield from _stage_lines(str(row + 1), label, stage, width, row)
        if here:
            yield from _under_typing(typing, row, width)
    if not draft.layers:
        yield EditorLine(Text("    no layers yet: a adds one", "italic"))
    yield from _stage_lines("–", Text(stages[-1].label), stages[-1], width, None)
    yield from _totals(draft, stages, costs, width)
    yield from _settings(draft, typing, width)


def _stage_lines(number: str, label: Text, stage: Stage, width: int, row: int | None) -> Iterator[EditorLine]:
    shape = shape_text(stage.shape) if stage.shape else "?"
    count = f"{stage.parameters:,}" if stage.parameters is not None else "?"
    style = "bold red" if stage.problem else "" if row is not None else "dim"
    yield EditorLine(_columns(f"✗{number}" if stage.problem else number, label, shape, count, width, style), row)
    if stage.problem:
        for part in _wrapped(stage.problem, width - NUMBER - 2):
            yield EditorLine(Text(f"{'':{NUMBER}} {part}", "red"), None)


def _columns(number: str, label: Text, shape: str, count: str, width: int, style: str) -> Text:
    """A label too long for its column uses the shape's column, then the count's."""
    rest = f"{shape:>{OUT}} {count:>{COUNT}}"
    if label.cell_len > width - NUMBER - len(rest):
        rest = f" {count:>{COUNT - 1}}"
    if label.cell_len > width - NUMBER - len(rest):
        rest = ""
    label = label.copy()
    label.truncate(max(width - NUMBER - len(rest), 8), overflow="ellipsis", pad=True)
    line = Text.assemble(f"{number:>{NUMBER - 1}} ", label, rest, style=style)
    line.no_wrap = True
    return line


def _label(layer: Layer, field: str | None, typing: Typing | None) -> Text:
    label = Text(layer.short_name or layer.name)
    for name, about in arguments(type(layer)):
        value = getattr(layer, name)
        if about.optional and field != name and value == about.default:
            continue
        label.append(f" {about.short_label}")
        text = _argument_text(about, value)
        start = label.cell_len
        label.append_text(_under_cursor(text, typing) if name == field else Text(text))
        label.stylize(Style(meta={FIELD: name}), start)
    return label


def _under_cursor(text: str, typing: Typing | None) -> Text:
    if typing is None:
        return Text(text, "bold underline")
    return Text(typing.text + "▏", "bold red underline" if typing.problem else "bold underline")


def _argument_text(about: Argument, value: Value) -> str:
    return f"{value:,}" if isinstance(value, int) and not about.square else about.text(value)


def _value_text(name: str, value: Value) -> str:
    if name == "patience" and value == 0:
        return "off"
    return f"{value:g}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else value


def _totals(draft: Draft, stages: tuple[Stage, ...], costs: Sequence[str], width: int) -> Iterator[EditorLine]:
    if draft.architecture.problem:
        yield EditorLine(Text("    cannot be trained yet", "bold red"))
        return
    total = Text(f"    {sum(stage.parameters or 0 for stage in stages):,} parameters", "bold")
    cost = Text(" · ".join(costs))
    if total.cell_len + cost.cell_len + 3 <= width:
        yield EditorLine(Text.assemble(total, " · " if costs else "", cost))
    else:
        yield EditorLine(total)
        yield EditorLine(Text.assemble("    ", cost))


def _settings(draft: Draft, typing: Typing | None, width: int) -> Iterator[EditorLine]:
    for place, name in enumerate(HYPERPARAMETERS + SEEDS):
        row = len(draft.layers) + place
        here = row == draft.row
        value = getattr(draft.seeds if name in SEEDS else draft.training, name)
        shown = _plain_number(name, value)
        if name == "patience" and value and not draft.training.early_stopping:
            shown = f"{value}, but off: no images held out"
        value_text = _under_cursor(shown, typing) if here else Text(shown)
        text = Text.assemble(f"    {SETTING_NAMES.get(name, spoken(name)):<15}", value_text)
        yield EditorLine(text, row)
        if here:
            yield from _under_typing(typing, row, width)


SETTING_NAMES = {"validation_fraction": "validation", "patience": "early stopping"}


def _plain_number(name: str, value: Value) -> str:
    if name in {"split_seed", "seed"}:
        return str(value)
    if name == "patience" and value:
        return f"after {value} epochs without a better loss"
    return _value_text(name, value)


def _under_typing(typing: Typing | None, row: int, width: int) -> Iterator[EditorLine]:
    if typing is None:
        return
    for part in _wrapped(typing.problem or "", width - 5):
        yield EditorLine(Text(f"     {part}", "red"), row, under=True)
    for place, option in enumerate(typing.options):
        mark = "›" if place == typing.picked else " "
        text = Text(f"     {mark} {option}", "bold" if place == typing.picked else "dim")
        text.stylize(Style(meta={OPTION: place}))
        yield EditorLine(text, row, under=True)


def _wrapped(sentence: str, width: int) -> list[str]:
    return textwrap.wrap(sentence, max(width, 10))


def _clipped(line: EditorLine, width: int, draft: Draft, *, focused: bool) -> EditorLine:
    text = line.text.copy()
    here = line.row == draft.row
    text.truncate(width, overflow="ellipsis", pad=here)
    if here and not line.under:
        text = Text.assemble("▸", text[1:]) if text.plain[0] == " " else text
        text.no_wrap = True
        if focused:
            text.stylize("reverse")
    return EditorLine(text, line.row, line.under)
