import re
from collections.abc import Iterator, Sequence

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.explanation import Explanation
from fmnist_tui.lab.explanations.topics import explain, topics, topics_for_layer
from fmnist_tui.lab.language.catalogue import translated
from fmnist_tui.lab.report import wording
from fmnist_tui.lab.report.result_tables import escape

_FORMULA = re.compile(r"[^\s.:;]+(?: [^\s.:;]+){0,3} (?:=|←) ")
"""Starts a line that is a formula; `=` may also stand in prose."""


def topics_of(groups: Sequence[Group]) -> tuple[str, ...]:
    """Return the topics that explain some networks and their training, from the input to how they are judged."""
    layers = [layer for group in groups for layer in group.recipe.architecture.layers]
    optimizers = {group.recipe.training.optimizer for group in groups}
    used = {topic for layer in layers for topic in topics_for_layer(layer)}
    inside = [topic for topic in topics() if topic in used]
    training = [topic for topic in topics() if topic in optimizers]
    first = ["flatten"] if "flatten" in inside else []
    rest = [topic for topic in inside if topic not in first]
    return ("sequential model", *first, *rest, "softmax", "sparse categorical cross-entropy", *training, "accuracy")


def explanations(groups: Sequence[Group]) -> Iterator[str]:
    """Yield a heading and paragraphs for each topic."""
    yield translated(wording.EXPLANATIONS_TEXT)
    for topic in topics_of(groups):
        explanation = explain(topic)
        yield f"### {escape(translated(explanation.title))}"
        yield from paragraphs(explanation)
        yield translated(wording.SOURCE).format(source=escape(explanation.source))


def paragraphs(explanation: Explanation) -> Iterator[str]:
    """Yield an explanation as Markdown."""
    for message, is_formula in messages(explanation):
        text = translated(message)
        yield f"`{text}`" if is_formula else escape(text)


def messages(explanation: Explanation) -> Iterator[tuple[str, bool]]:
    """Yield an explanation's lines joined into paragraphs, and each formula alone; and whether it is a formula."""
    prose: list[str] = []
    lines = explanation.lines
    for place, line in enumerate(lines):
        follows = lines[place + 1] if place + 1 < len(lines) else ""
        ends = "←" in line or not follows[:1].islower() or _FORMULA.match(follows)
        begins = not prose or prose[-1].endswith((".", ":"))
        if begins and ends and _FORMULA.match(line) and not line.endswith((".", ";", ",")):
            if prose:
                yield " ".join(prose), False
                prose = []
            yield line, True
        else:
            prose.append(line)
    if prose:
        yield " ".join(prose), False
