"""A small report as a whole, and what markdownlint says of reports.

After a change that is meant, `PYTHONPATH=tests python tests/lab/test_report_golden.py` writes the golden reports again.
"""

import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from group_builders import NOON, made_up_group, made_up_recipe, made_up_run
from reports import written

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.language.catalogue import LANGUAGES, Language
from fmnist_tui.lab.records.run import Curves, Metrics

GOLDEN: dict[Language, Path] = {
    "en": Path(__file__).with_name("golden") / "report.md",
    "es": Path(__file__).with_name("golden") / "report.es.md",
}
CONFUSION = tuple(tuple(np.roll([900, 100, *[0] * 8], true).tolist()) for true in range(10))


def small_notebook() -> list[Group]:
    """Return four experiments with all that a report can speak of: plans, repeats, a failure, a published figure."""
    accuracies = {"linear": (0.80, 0.81, 0.80), "16": (0.85, 0.85, 0.86), "64": (0.88, 0.885, 0.88), "8-8": (0.82,)}
    found = []
    for place, (width, validation) in enumerate(accuracies.items()):
        recipe = made_up_recipe(width)
        runs = [
            replace(
                made_up_run(f"network {width}", recipe, seed, accuracy - 0.01),
                curves=Curves((0.7, 0.8), (0.8, 0.6), (0.7, accuracy), (0.8, 0.61)),
                confusion=CONFUSION,
                seconds=1.5 + place,
                started=NOON,
            )
            for seed, accuracy in enumerate(validation)
        ]
        group = made_up_group(f"network {width}", (), recipe=recipe, repeats=3, section="all" if place else None)
        assert group.plan
        plan = replace(group.plan, baseline=width == "linear", published=Metrics(0.87, 0.4) if width == "64" else None)
        plan = replace(plan, hypothesis="wider is better" if width == "64" else None)
        found.append(replace(group, runs=tuple(runs), plan=plan))
    failed = made_up_run("network 8-8", made_up_recipe("8-8"), 1, status="failed", reason="the loss was not finite")
    found[-1] = replace(found[-1], runs=(*found[-1].runs, failed))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_small_report_is_word_for_word_the_golden_one(language: Language) -> None:
    text = written(*small_notebook(), author="A. Student", language=language)
    assert text == GOLDEN[language].read_text(encoding="utf-8")


def hostile(text: str) -> list[Group]:
    """Return groups whose texts are all one text."""
    groups = []
    for group in small_notebook():
        assert group.plan
        plan = replace(group.plan, name=text, section=text, hypothesis=text, note=text)
        runs = tuple(replace(run, reason=text if run.status != "finished" else None) for run in group.runs)
        groups.append(replace(group, name=text, plan=plan, runs=runs))
    return groups


def test_markdownlint_finds_nothing_in_a_report(markdownlint: str, tmp_path: Path) -> None:
    texts = (
        *("plain", "a*b_c `d` # e", "- f", "1. g", "> h", "<b>i</b>", "https://example.org", "j  k\n\nl", "![m](n)"),
        *("ends in a backslash \\", "x" * 300, "| cell |", "$a$ ~~b~~ ^c^", "``` fence", "=====", "\ttab", "ñ 漢字 🧥"),
    )
    for golden in GOLDEN.values():
        (tmp_path / golden.name).write_bytes(golden.read_bytes())
    for number, text in enumerate(texts):
        language = LANGUAGES[number % len(LANGUAGES)]
        hostile_report = written(*hostile(text), author=text, language=language)
        (tmp_path / f"report-{number}.md").write_text(hostile_report, encoding="utf-8")

    done = subprocess.run([markdownlint, "*.md"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Linting: {len(texts) + len(GOLDEN)} file(s)" in done.stdout


if __name__ == "__main__":
    for each, path in GOLDEN.items():
        path.write_text(written(*small_notebook(), author="A. Student", language=each), encoding="utf-8")
