from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from shlex import quote
from typing import Any, Literal

from fmnist_tui.lab.fields.field import json_value, number_text
from fmnist_tui.lab.records.dataset import FASHION_MNIST, options_of
from fmnist_tui.lab.records.recipe import Recipe, hyperparameters
from fmnist_tui.lab.records.shorthand import shorthand

Certainty = Literal["clear", "possible"]

KARPATHY = "Karpathy 2019, A Recipe for Training Neural Networks"
PLAYBOOK = "Godbole, Dahl, Gilmer, Shallue & Nado 2023, Deep Learning Tuning Playbook"
DYING = (
    "Lu, Shin, Su & Karniadakis 2020, Dying ReLU and Initialization: Theory and Numerical Examples, "
    "Communications in Computational Physics 28"
)
BOUTHILLIER = "Bouthillier et al. 2021, Accounting for Variance in Machine Learning Benchmarks"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A recipe to train, or more seeds of one that was trained."""

    recipe: Recipe
    repeats: int
    """How many seeds it should have, those that are trained included."""
    base: str
    """The experiment that it starts from."""
    trained: int = 0
    """How many of its seeds are trained already: seeds 0 to `trained` - 1, if none was left out."""
    name: str | None = None
    """The experiment that has this recipe already."""

    def changed(self) -> dict[str, Any]:
        """Return the hyperparameters without defaults, by their names in a notebook."""
        usual = hyperparameters(optimizer=self.recipe.training.optimizer).as_record() | {"optimizer": "adam"}
        given = self.recipe.training.as_record()
        return {name: value for name, value in given.items() if value != usual[name]}

    def as_json(self) -> dict[str, Any]:
        return {"architecture": shorthand(self.recipe.architecture), **self.changed(), "repeats": self.repeats}

    def command(self) -> str:
        words = ["fmnist-tui", "train", quote(shorthand(self.recipe.architecture))]
        for name, value in self.changed().items():
            text = number_text(value) if isinstance(value, int | float) else str(value)
            words += [f"--{name.replace('_', '-')}", text]
        if self.name is not None and self.name != shorthand(self.recipe.architecture):
            words += ["--name", quote(self.name)]
        if self.recipe.dataset != FASHION_MNIST:
            words += map(quote, options_of(self.recipe.dataset))
        if self.trained:
            words += ["--seed", str(self.trained)]
        if self.repeats - self.trained > 1:
            words += ["--repeats", str(self.repeats - self.trained)]
        return " ".join(words)


@dataclass(frozen=True, slots=True)
class Claim:
    """To find clues that contradict each other or say the same."""

    about: tuple[str, ...]
    """Experiments, in alphabetical order."""
    topic: str
    says: str

    def contradicts(self, other: "Claim") -> bool:
        return (self.about, self.topic) == (other.about, other.topic) and self.says != other.says


@dataclass(frozen=True, slots=True)
class Clue:
    rule: str
    """A fixed name, the same in every language."""
    sentence: str
    about: tuple[str, ...]
    """Names of experiments."""
    evidence: Mapping[str, Any]
    """Accuracies and differences are parts of 1, losses nats."""
    certainty: Certainty
    source: str
    suggestion: Suggestion | None = None
    claims: tuple[Claim, ...] = field(default=(), repr=False)

    def as_json(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "sentence": self.sentence,
            "about": list(self.about),
            "evidence": json_value(dict(self.evidence)),
            "certainty": self.certainty,
            "source": self.source,
            "try": self.suggestion.as_json() if self.suggestion else None,
        }


def without_contradictions(ranked: Iterable[Clue]) -> tuple[Clue, ...]:
    """Also leave out a clue that claims only what earlier ones claim."""
    kept: list[Clue] = []
    claimed: set[Claim] = set()
    for clue in ranked:
        if clue.claims and all(claim in claimed for claim in clue.claims):
            continue
        if any(claim.contradicts(other) for claim in clue.claims for other in claimed):
            continue
        kept.append(clue)
        claimed.update(clue.claims)
    return tuple(kept)
