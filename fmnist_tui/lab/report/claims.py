"""What a hypothesis claims, as far as a program can say.

No program understands a free sentence. So each is tested as a plain claim, and the report says which.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.records.recipe import HYPERPARAMETERS
from fmnist_tui.lab.records.shorthand import shorthand
from fmnist_tui.lab.report.study import Study
from fmnist_tui.lab.statistics.baseline import baselines

Kind = Literal["better", "worse", "alike", "denied"]
"""Denied: a claim that the sentence says is not so; it is not judged."""

_PHRASES: dict[Kind, str] = {
    "better": r"better than|mejor(?:es)? que",
    "worse": r"worse than|peor(?:es)? que",
    "alike": r"as good as|tan buen[oa]s? como",
}
_ARTICLE = r"(?:(?:the|el|la|los|las) )?"
_DENIES = re.compile(r"(?:\b(?:no|not|never|cannot|nor|nunca|tampoco|ni)|n['’]t)(?:\s+\w+){0,2}\s*$")
"""At the end of what stands before a phrase: `is not better than`, `no es mejor que`."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a hypothesis is tested as, in validation accuracy."""

    kind: Kind
    other: Group
    """What the experiment is compared with; the experiment itself where all others are compared with it."""


def claim(group: Group, study: Study) -> Claim | None:
    """Return what a group's hypothesis is tested as; None where there is no other network.

    `better than`, `worse than` or `as good as` and the name or the shorthand of an experiment say it, in English or
    Spanish. Else it is `better` than the one other experiment that the hypothesis names, else than the one that differs
    in a hyperparameter alone, else than the baseline, else than the notebook's first.
    """
    trained = all_trained(study)
    if len(trained) < 2 or not group.plan:
        return None
    text = _folded(group.plan.hypothesis or "")
    names = {name: each for name, each in _names(group, trained).items() if _stands_in(name, text)}
    known = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    for kind, phrase in _PHRASES.items() if names else ():
        if found := re.search(rf"\b(?:{phrase}) {_ARTICLE}({known})(?![\w-])", text):
            denied = _DENIES.search(text[: found.start()])
            return Claim("denied" if denied else kind, names[found[1]])
    named_there = [each for name, each in names.items() if not name.isdigit() and each is not group]
    for likely in (_distinct(named_there), [each for each in trained if _is_parent(each, group)]):
        if len(likely) == 1:
            return Claim("better", likely[0])
    linear = next((each for each in trained if not each.recipe.architecture.depth), None)
    return Claim("better", baselines(trained).get(study.dataset) or linear or trained[0])


def all_trained(study: Study) -> list[Group]:
    """Return the notebook's groups with a finished run on a study's dataset, those too that the report leaves out."""
    return [each for each in study.known if each.finished and each.recipe.dataset == study.dataset]


def _names(group: Group, trained: Sequence[Group]) -> dict[str, Group]:
    """Return what each name means in a group's hypothesis, in lower case: a shorthand preferably another experiment."""
    named_so: dict[str, Group] = {}
    for each in trained:
        if not each.older and each.name.strip():
            named_so.setdefault(_folded(each.name), each)
    shared: dict[str, list[Group]] = {}
    for each in trained:
        shared.setdefault(shorthand(each.recipe.architecture).lower(), []).append(each)
    for text, members in shared.items():
        others = [each for each in members if each is not group]
        if len(others) < 2:
            named_so.setdefault(text, *(others or members))
    return named_so


def _stands_in(name: str, text: str) -> bool:
    return name in text and re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) is not None


def _folded(text: str) -> str:
    return " ".join(text.split()).lower()


def _distinct(groups: Sequence[Group]) -> list[Group]:
    return [*{id(each): each for each in groups}.values()]


def _is_parent(one: Group, group: Group) -> bool:
    """Whether two experiments have the same layers and differ in one hyperparameter."""
    if one is group or one.recipe.architecture != group.recipe.architecture:
        return False
    ours, theirs = group.recipe.training.as_record(), one.recipe.training.as_record()
    return [ours[name] != theirs[name] for name in HYPERPARAMETERS].count(True) == 1
