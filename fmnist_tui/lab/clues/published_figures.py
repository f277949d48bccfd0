import math
from collections.abc import Iterator
from dataclasses import dataclass

from fmnist_tui.lab.clues.clue import BOUTHILLIER, Claim, Clue
from fmnist_tui.lab.clues.trained import Trained, written
from fmnist_tui.lab.clues.wording import listed, percent, signed
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.results import TEST_ACCURACY
from fmnist_tui.lab.language.catalogue import translated, translated_plural
from fmnist_tui.lab.records.dataset import FASHION_MNIST
from fmnist_tui.lab.records.run import Metrics
from fmnist_tui.lab.statistics.noise import Prediction, prediction
from fmnist_tui.lab.statistics.power import SIGNIFICANCE
from fmnist_tui.lab.statistics.verdicts import holm, p_words

FEWEST_SEEDS = 3


@dataclass(frozen=True, slots=True)
class Reading:
    group: Group
    published: Metrics
    expected: Prediction

    @property
    def p(self) -> float:
        return self.expected.p(self.published.accuracy)

    @property
    def log_density(self) -> float:
        """Log of the predictive density of the published accuracy: Student's t, shifted and scaled."""
        from scipy.special import gammaln

        freedom = self.expected.n - 1
        scale = self.expected.sd * math.sqrt(1 + 1 / self.expected.n)
        z = (self.published.accuracy - self.expected.mean) / scale
        constant = gammaln((freedom + 1) / 2) - gammaln(freedom / 2) - math.log(freedom * math.pi) / 2
        return float(constant - math.log(scale) - (freedom + 1) / 2 * math.log1p(z * z / freedom))


def _readings(trained: Trained) -> Iterator[Reading]:
    for group in trained.all_groups:
        published = group.plan.published if group.plan and group.recipe.dataset == FASHION_MNIST else None
        expected = prediction([*TEST_ACCURACY.figures(group).values()])
        if published and expected and expected.n >= FEWEST_SEEDS and expected.sd > 0:
            yield Reading(group, published, expected)


def published_implausible(trained: Trained) -> Clue | None:
    """Say which published test accuracies are implausible for one run of ours."""
    readings = [*_readings(trained)]
    outside = [
        (reading, p)
        for reading, p in zip(readings, holm([each.p for each in readings]), strict=True)
        if p < SIGNIFICANCE
    ]
    if not outside:
        return None
    parts = [
        translated("{network} {accuracy} (one run of ours: {low} to {high}, {p})").format(
            network=trained.called(each.group),
            accuracy=percent(each.published.accuracy),
            low=percent(each.expected.low),
            high=percent(each.expected.high),
            p=p_words(p),
        )
        for each, p in sorted(outside, key=lambda each: each[1])
    ]
    names = trained.labels([each.group for each, _ in outside])
    return Clue(
        "published-implausible",
        translated_plural(
            "{n} of {published} lies outside what our runs make plausible: {figures}. Another recipe, other data or a "
            "slip may be behind it.",
            "{n} of {published} lie outside what our runs make plausible: {figures}. Another recipe, other data or a "
            "slip may be behind it.",
            len(outside),
            published=translated_plural(
                "{n:,} published test accuracy", "{n:,} published test accuracies", len(readings)
            ),
            figures=listed(parts, 4),
        ),
        names,
        {
            "published": len(readings),
            "outside": [_evidence(trained, each) | {"corrected_p": p} for each, p in outside],
        },
        "clear",
        _source(),
        None,
        tuple(Claim((trained.label(each.group),), "published", "implausible") for each, _ in outside),
    )


def published_reading(trained: Trained) -> Clue | None:
    """Say which of several architectures with one published figure fits it best."""
    readings: dict[Metrics, list[Reading]] = {}
    for reading in _readings(trained):
        readings.setdefault(reading.published, []).append(reading)
    several = [each for each in readings.values() if len({reading.group.recipe for reading in each}) > 1]
    if not several:
        return None
    candidates = max(several, key=len)
    better, *others = sorted(candidates, key=lambda each: -each.log_density)
    worse = others[0]
    ratio = math.exp(min(700.0, better.log_density - worse.log_density))
    names = trained.labels([each.group for each in candidates])
    return Clue(
        "published-reading",
        translated(
            "The published {accuracy} has {count} readings, and {better} fits it better than {worse}: our runs reach "
            "{better_mean} ± {better_sd} ({better_off}) and {worse_mean} ± {worse_sd} ({worse_off}). The figure is "
            "{ratio} times as likely under the first."
        ).format(
            accuracy=percent(better.published.accuracy),
            count=len(candidates),
            better=written(better.group),
            worse=written(worse.group),
            better_mean=percent(better.expected.mean),
            better_sd=f"{100 * better.expected.sd:.2f}",
            better_off=_off(better),
            worse_mean=percent(worse.expected.mean),
            worse_sd=f"{100 * worse.expected.sd:.2f}",
            worse_off=_off(worse),
            ratio=f"{ratio:.1f}",
        ),
        names,
        {
            "published_accuracy": better.published.accuracy,
            "better": trained.label(better.group),
            "likelihood_ratio": ratio,
            "readings": [_evidence(trained, each) for each in candidates],
        },
        "clear" if ratio > 20 else "possible",
        _source(),
        None,
        tuple(Claim((name,), "published", "reading") for name in names),
    )


def _source() -> str:
    theirs = translated("prediction interval for one more run (Montgomery & Runger, section 8-6)")
    return f"{theirs}; {BOUTHILLIER}"


def _off(reading: Reading) -> str:
    difference = signed(reading.published.accuracy - reading.expected.mean)
    return translated("{difference} points off, {p}").format(difference=difference, p=p_words(reading.p))


def _evidence(trained: Trained, reading: Reading) -> dict[str, object]:
    return {
        "name": trained.label(reading.group),
        "architecture": written(reading.group),
        "published": reading.published.accuracy,
        "mean": reading.expected.mean,
        "sd": reading.expected.sd,
        "interval": [reading.expected.low, reading.expected.high],
        "p": reading.p,
        "n": reading.expected.n,
    }
