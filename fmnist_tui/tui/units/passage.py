"""An image's way through a network, in words and bars."""

import numpy as np
from numpy.typing import NDArray
from rich.text import Text

from fmnist_tui.lab.classes import Classes
from fmnist_tui.lab.inside.one_image import LayerActivity, Passage, first_difference

EIGHTHS = " ▁▂▃▄▅▆▇█"
"""Heights of a bar within a line."""

LEAST_FALL = 0.0005
"""A smaller change of a probability is none: it would be written as 0.0 points."""


def probability_bars(passage: Passage, label: int, width: int, classes: Classes) -> Text:
    """Return a line for each class: its name, a bar and its probability; ✓ marks the true one, ▸ the answer."""
    answer = int(passage.ranking[0])
    room = max(width - 8 - 7 - 2, 3)
    lines = []
    for each in range(len(classes.names)):
        probability = float(passage.probabilities[each])
        mark = "▸" if each == answer else " "
        true = "✓" if each == label else " "
        bar = ("█" * round(room * probability)).ljust(room)
        lines.append(
            Text(f"{mark}{classes.short[each]:<8}{true}{bar}{probability:>7.1%}", "bold" if each == answer else "")
        )
    return Text("\n").join(lines)


def likeliest_bars(passage: Passage, width: int, classes: Classes) -> Text:
    """Return a line for each of the three likeliest classes: its name, its probability and a bar."""
    names = [classes.names[each] for each in passage.ranking[:3].tolist()]
    column = max(map(len, names))
    room = max(width - column - 9, 3)
    lines = [
        f"{name:<{column}}{probability:>7.1%}  {'█' * round(room * probability)}"
        for name, probability in zip(names, passage.probabilities[passage.ranking[:3]].tolist(), strict=True)
    ]
    return Text("\n".join(lines))


def paired_bars(one: Passage, other: Passage, label: int, names: tuple[str, str], width: int, classes: Classes) -> Text:
    """Return the bars of two networks beside each other, below their names."""
    column = paired_column(width)
    room = max(column - 9, 0)
    lines = [Text(" " * 10 + "".join(f"{name[: column - 1]:<{column}}" for name in names), "dim")]
    for each in range(len(classes.names)):
        line = Text(f"{'✓' if each == label else ' '}{classes.short[each]:<9}")
        for passage in (one, other):
            probability, is_answer = float(passage.probabilities[each]), each == int(passage.ranking[0])
            bar = ("█" * round(room * probability)).ljust(room)
            line.append(f"{'▸' if is_answer else ' '}{bar}{probability:>7.1%} ", "bold" if is_answer else "")
        lines.append(line)
    return Text("\n").join(lines)


def paired_column(width: int) -> int:
    """Return the columns that each of two networks has."""
    return max((width - 10) // 2, 8)


def difference_words(one: Passage, other: Passage, classes: Classes) -> str:
    """Return `same answer; first apart in the runner-up: A Coat, B Shirt`."""
    rank = first_difference(one, other)
    if rank is None:
        return "they rank all ten classes alike"
    first, second = (classes.names[int(passage.ranking[rank])] for passage in (one, other))
    apart = f"A {first}, B {second}"
    if rank == 0:
        return f"apart in the answer: {apart}"
    if rank == 1:
        return f"same answer; first apart in the runner-up: {apart}"
    return f"same first {rank} classes; then {apart}"


def widest_words(one: Passage, other: Passage, classes: Classes) -> str:
    """Return `most apart: Shirt, A 61.2%, B 30.1%`."""
    each = int(np.abs(one.probabilities - other.probabilities).argmax())
    first, second = one.probabilities[each], other.probabilities[each]
    return f"most apart: {classes.names[each]}, A {first:.1%}, B {second:.1%}"


def answer_words(passage: Passage, label: int, classes: Classes) -> str:
    """Return `Shirt 61.2%, right; next T-shirt/top 30.1%`."""
    names = classes.names
    first, second = (int(each) for each in passage.ranking[:2])
    verdict = ", right" if first == label else f", wrong: it is {names[label]}"
    return (
        f"{names[first]} {passage.probabilities[first]:.1%}{verdict}; "
        f"next {names[second]} {passage.probabilities[second]:.1%}"
    )


def layer_lines(passage: Passage, width: int) -> Text:
    """Return two lines a layer: its name with how many units fire, and a bar for each unit or several."""
    lines = []
    for layer in passage.layers:
        units = len(layer.values)
        bars, together = activity_bars(layer, width)
        each = "" if together == 1 else f", the largest of {together} to a bar"
        lines.append(Text(f"{layer.name}: {layer.firing:,} of {units:,} above 0{each}", "dim"))
        lines.append(Text(bars))
    return Text("\n").join(lines) if lines else Text("no hidden layer: the pixels go straight to the output", "dim")


def activity_bars(layer: LayerActivity, width: int) -> tuple[str, int]:
    """Return bars of the sizes of the outputs, in eighths of the largest, and how many units share one."""
    sizes: NDArray[np.float32] = np.abs(layer.values)
    together = -(-len(sizes) // max(width, 1))
    padded = np.pad(sizes, (0, -len(sizes) % together))
    heights = padded.reshape(-1, together).max(axis=1)
    largest = float(heights.max()) or 1.0
    # What is not 0 has at least an eighth.
    eighths = np.ceil(heights / largest * (len(EIGHTHS) - 1)).astype(np.int64)
    return "".join(EIGHTHS[each] for each in eighths.tolist()), together


def drawn_fall(fall: NDArray[np.float32] | None) -> NDArray[np.float32] | None:
    """Return what to draw: an even picture where no patch counts, as one is scaled to its own strongest."""
    return fall if fall is None or np.abs(fall).max() >= LEAST_FALL else np.zeros_like(fall)


def occlusion_words(fall: NDArray[np.float32], answer: int, classes: Classes) -> str:
    """Return what hiding the patch that matters most does."""
    name = classes.names[answer]
    if float(fall.max()) >= LEAST_FALL:
        return f"{name} falls most, by {_points_and_place(fall, int(fall.argmax()))}"
    if float(fall.min()) <= -LEAST_FALL:
        return f"{name} falls nowhere; it rises most, by {_points_and_place(fall, int(fall.argmin()))}"
    return f"hiding any patch leaves {name} as probable as it is"


def _points_and_place(fall: NDArray[np.float32], at: int) -> str:
    row, column = np.unravel_index(at, fall.shape)
    return f"{100 * abs(float(fall.flat[at])):.1f} points, with row {int(row)}, column {int(column)} hidden"
