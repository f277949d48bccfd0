"""What the results say of the hypotheses of the plans."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.field import points
from fmnist_tui.lab.language.catalogue import translated
from fmnist_tui.lab.language.phrases import enumerated
from fmnist_tui.lab.report import wording
from fmnist_tui.lab.report.claims import Claim, Kind, all_trained, claim
from fmnist_tui.lab.report.result_tables import escape, name_of, named
from fmnist_tui.lab.report.study import Content, Study
from fmnist_tui.lab.statistics.equivalence import MARGIN, Equivalence, equivalence
from fmnist_tui.lab.statistics.verdicts import CorrectedDifference, p_words

Answer = Literal["supported", "not supported", "not decided", "not judged"]

MARGIN_POINTS = f"{100 * MARGIN:g}"


@dataclass(frozen=True, slots=True)
class Compared:
    group: Group
    difference: CorrectedDifference | None
    """None where one of the two has too few runs."""
    equivalence: Equivalence | None

    def answer(self, kind: Kind) -> Answer:
        """Return whether a claim holds; supported and not supported only where the interval allows nothing else."""
        if kind == "denied":
            return "not judged"
        if self.difference is None or self.equivalence is None:
            return "not decided"
        if kind == "alike":
            low, high = self.equivalence.low, self.equivalence.high
            outside = low > MARGIN or high < -MARGIN
            return "supported" if self.equivalence.shown else "not supported" if outside else "not decided"
        if self.difference.verdict.word != "clear":
            return "not decided"
        return "supported" if (self.difference.difference.mean > 0) == (kind == "better") else "not supported"

    def misfit(self, kind: Kind) -> float:
        """Return how far it lies from a claim, to find the one that fits least."""
        mean = self.difference.difference.mean if self.difference else float("-inf")
        return abs(mean) if kind == "alike" else mean if kind == "worse" else -mean


def hypotheses(content: Content) -> Iterator[str]:
    """Yield each hypothesis as Markdown, with its answer on a line below."""
    for group in content.groups:
        if group.plan and (stated := escape(group.plan.hypothesis or "")):
            yield f"{named(group)}: {stated}\n  - {_answered(content, group)}"


def _answered(content: Content, group: Group) -> str:
    study = next((each for each in content.studies if any(member is group for member in each.groups)), None)
    if study is None:
        return _said("not decided", translated(wording.HYPOTHESIS_NOT_TRAINED))
    found = claim(group, study)
    if found is None:
        return _said("not decided", translated(wording.NO_OTHERS))
    if found.other is not group:
        return _answered_by_one(compared(group, found.other, study), found)
    others = [compared(each, group, study) for each in all_trained(study) if each is not group]
    return _answered_by_all(others, found)


def compared(group: Group, other: Group, study: Study) -> Compared:
    """Return how far a group lies above another, with the p value that the tables and `compare` give that pair."""
    found = study.between(group, other)
    return Compared(group, found, equivalence(group, other))


def _answered_by_one(found: Compared, tested: Claim) -> str:
    answer = found.answer(tested.kind)
    if tested.kind == "denied":
        return _said(answer, translated(wording.HYPOTHESIS_DENIES).format(other=name_of(tested.other)), _figures(found))
    words = translated(wording.CLAIMS[tested.kind]).format(
        name=name_of(found.group), other=name_of(tested.other), margin=MARGIN_POINTS
    )
    parts = [translated(wording.TESTED_AS).format(claim=words), _figures(found, tested.kind)]
    alike = found.difference is not None and found.equivalence is not None and found.equivalence.shown
    if answer == "not decided" and tested.kind != "alike" and alike:
        parts.append(translated(wording.HYPOTHESIS_ALIKE).format(margin=MARGIN_POINTS))
    return _said(answer, *parts)


def _answered_by_all(found: Sequence[Compared], tested: Claim) -> str:
    group, kind = tested.other, tested.kind
    if kind == "denied":
        return _said("not judged", translated(wording.HYPOTHESIS_DENIES_ALL))
    answers = [each.answer(kind) for each in found]
    answer: Answer = "supported" if {*answers} == {"supported"} else "not decided"
    if "not supported" in answers:
        answer = "not supported"
    counts = (
        (wording.ARE_SO, answers.count("supported")),
        (wording.ARE_NOT_SO, answers.count("not supported")),
        (wording.ARE_UNDECIDED, answers.count("not decided")),
    )
    words = translated(wording.CLAIMS_OF_ALL[kind]).format(name=name_of(group), margin=MARGIN_POINTS)
    parts = [
        translated(wording.TESTED_AS).format(claim=words),
        translated(wording.OTHERS_AGAINST_IT).format(
            others=wording.count(wording.OTHERS, len(found)),
            verdicts=enumerated([wording.count(forms, number) for forms, number in counts if number]),
        ),
    ]
    least = max(found, key=lambda each: each.misfit(kind))
    if least.difference is not None:
        parts.append(translated(wording.FITS_LEAST).format(network=name_of(least.group)) + " " + _figures(least, kind))
    return _said(answer, *parts)


def _figures(found: Compared, kind: Kind = "better") -> str:
    if found.difference is None or found.equivalence is None:
        return translated(wording.HYPOTHESIS_TOO_FEW)
    n = found.difference.difference.n
    if kind == "alike":
        each = found.equivalence
        return translated(wording.HYPOTHESIS_EQUIVALENCE).format(
            difference=points(each.mean), low=points(each.low), high=points(each.high), n=n
        )
    shown = found.difference.difference
    return translated(wording.HYPOTHESIS_DIFFERENCE).format(
        difference=points(shown.mean),
        low=points(shown.low),
        high=points(shown.high),
        n=n,
        p=p_words(found.difference.p),
    )


def _said(answer: Answer, *parts: str) -> str:
    return " ".join((f"**{translated(wording.ANSWERS[answer])}.**", *parts))
