"""Every figure of the report against tomllib, NumPy, SciPy and scikit-learn alone, from the notebook's own text."""

import re
import tomllib
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from lab_report import whole_notebook
from reports import COMMAND, GENERATED, parsed, part, placed, tables
from scipy import stats
from sklearn.metrics import precision_recall_fscore_support

from fmnist_tui.lab.classes import GARMENT_CLASSES
from fmnist_tui.lab.clues import find_clues
from fmnist_tui.lab.experiments.groups import groups, plans_on_one_dataset
from fmnist_tui.lab.report.markdown import report
from fmnist_tui.lab.report.result_tables import escape
from fmnist_tui.lab.report.study import gather
from fmnist_tui.lab.toml.reading import read_text


class Raw:
    """The notebook as tomllib reads it."""

    def __init__(self, text: str) -> None:
        document = tomllib.loads(text)
        self.plans: dict[str, dict[str, Any]] = {plan["name"]: plan for plan in document["experiment"]}
        runs = [run for run in document["run"] if run["status"] == "finished"]
        self.names = [*dict.fromkeys(run["experiment"] for run in runs)]
        self.runs = {name: [run for run in runs if run["experiment"] == name] for name in self.names}
        self.best = max(self.names, key=lambda name: np.mean(self.validation(name)))
        self.baseline = next(name for name, plan in self.plans.items() if plan.get("baseline"))

    def validation(self, name: str) -> list[float]:
        return [run["val_accuracy"][-1] for run in self.runs[name]]

    def paired(self, name: str, other: str) -> tuple[list[float], list[float]]:
        """Return the validation accuracies of two experiments over the seeds that both have."""
        one, two = ({run["seed"]: run["val_accuracy"][-1] for run in self.runs[each]} for each in (name, other))
        seeds = sorted(one.keys() & two.keys())
        return [one[seed] for seed in seeds], [two[seed] for seed in seeds]

    def test(self, name: str, figure: str = "test_accuracy") -> list[float]:
        return [run[figure] for run in self.runs[name]]

    def parameters(self, name: str) -> int:
        return int(self.runs[name][0]["parameters"])

    def p_values(self, other: str) -> dict[str, float]:
        """Return p of each experiment against another one, corrected by Holm's steps."""
        others = [name for name in self.names if name != other]
        raw = {name: float(stats.ttest_rel(*self.paired(name, other)).pvalue) for name in others}
        corrected, least = {}, 0.0
        for rank, name in enumerate(sorted(raw, key=lambda name: raw[name])):
            least = max(least, min(1.0, raw[name] * (len(raw) - rank)))
            corrected[name] = least
        return corrected


def mean_sd(values: list[float]) -> str:
    return f"{np.mean(values):.4f} ± {np.std(values, ddof=1):.4f}"


def interval(values: list[float]) -> tuple[str, str]:
    low, high = stats.t.interval(0.95, len(values) - 1, np.mean(values), stats.sem(values))
    return f"{low:.4f}", f"{high:.4f}"


def in_words(values: list[float]) -> str:
    low, high = interval(values)
    return f"{mean_sd(values)} over {len(values)} seeds (95 % interval of the mean {low} to {high})"


def bare(name: str) -> str:
    """Return a name in a table without the numbers of its notes."""
    return re.sub(r"[ ¹²³⁴⁵⁶⁷⁸⁹⁰]+$", "", name)


@pytest.fixture(scope="module")
def notebook() -> str:
    """The top-level notebook, its first experiment pinned as the baseline."""
    text = whole_notebook()
    return text if "\nbaseline = true" in text else text.replace("repeats = 5\n", "repeats = 5\nbaseline = true\n", 1)


@pytest.fixture(scope="module")
def raw(notebook: str) -> Raw:
    return Raw(notebook)


@pytest.fixture(scope="module")
def text(notebook: str) -> str:
    known = plans_on_one_dataset(groups(read_text(notebook, "experiments.toml")))
    content = gather(known, command=COMMAND, generated=GENERATED)
    return report(content, placed(content))


def test_the_table_of_results_is_what_numpy_and_scipy_find(raw: Raw, text: str) -> None:
    rows = tables(part(text, "Results"))[0]

    assert [bare(each["experiment"]) for each in rows] == sorted(
        raw.names, key=lambda name: -np.mean(raw.validation(name))
    )
    p = raw.p_values(raw.baseline)
    for number, each in enumerate(rows, 1):
        name = bare(each["experiment"])
        values = raw.validation(name)
        assert each[r"\#"] == str(number)
        assert each["parameters"] == f"{raw.parameters(name):,}"
        assert each["n"] == str(len(values))
        assert each["validation accuracy"] == mean_sd(values)
        assert each["95 % interval"] == " to ".join(interval(values))
        assert each["seconds"] == f"{np.mean([run['seconds'] for run in raw.runs[name]]):.1f}"
        if name == raw.baseline:
            assert each["verdict"] == "the baseline"
            continue
        difference = 100 * np.mean(np.subtract(*raw.paired(name, raw.baseline)))
        assert float(each[f"vs {raw.baseline} (points)"]) == pytest.approx(difference, abs=0.00501)
        word = "clear" if p[name] < 0.05 else "possible" if p[name] < 0.2 else "not resolved"
        assert each["verdict"].partition(" at n")[0] == word


def test_the_published_figures_stand_beside_what_one_run_of_ours_gives(raw: Raw, text: str) -> None:
    rows = tables(part(text, "Results"))[1]

    assert {each["experiment"] for each in rows} == {name for name in raw.names if "published" in raw.plans[name]}
    for each in rows:
        name = each["experiment"]
        values, published = raw.test(name), raw.plans[name]["published"]
        half = stats.t.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) * np.sqrt(1 + 1 / len(values))
        assert each["test accuracy"] == mean_sd(values)
        assert each["one run of ours, 95 %"] == f"{np.mean(values) - half:.4f} to {np.mean(values) + half:.4f}"
        assert each["published accuracy"] == f"{published['test_accuracy']:.4f}"
        difference = 100 * (np.mean(values) - published["test_accuracy"])
        assert float(each["ours - published (points)"]) == pytest.approx(difference, abs=0.00501)
        assert each["test loss"] == mean_sd(raw.test(name, "test_loss"))
        assert each["published loss"] == f"{published['test_loss']:.4f}"


def test_the_classes_are_scored_as_scikit_learn_scores_them(raw: Raw, text: str) -> None:
    counts = np.sum([run["confusion"] for run in raw.runs[raw.best]], axis=0)
    true = np.repeat(np.arange(10), counts.sum(axis=1))
    predicted = np.concatenate([np.repeat(np.arange(10), row) for row in counts])
    scores = precision_recall_fscore_support(true, predicted)
    rows = tables(part(text, "Results"))[2]

    for label, each in enumerate(rows):
        assert each["class"] == GARMENT_CLASSES.names[label]
        assert [each["precision"], each["recall"], each["F1"]] == [f"{scores[place][label]:.4f}" for place in range(3)]
        assert each["images"] == f"{scores[3][label]:,}"
        wrong = counts[label].copy()
        wrong[label] = 0
        share = 100 * wrong.max() / counts[label].sum()
        assert each["most often taken for"] == f"{GARMENT_CLASSES.names[int(wrong.argmax())]} ({share:.1f} %)"


def test_the_summary_is_true_sentence_by_sentence(raw: Raw, text: str) -> None:
    summary = part(text, "Summary").strip()
    chosen, tested = raw.validation(raw.best), raw.test(raw.best)
    p = raw.p_values(raw.best)
    worse = sum(each < 0.05 for each in p.values())
    possible = sum(0.05 <= each < 0.2 for each in p.values())
    variances = [np.var(raw.test(name), ddof=1) for name in raw.names]
    pooled = np.average(variances, weights=[len(raw.runs[name]) - 1 for name in raw.names])

    sentences = re.split(r"(?<=\.) (?=[A-Z])", summary)
    assert len(sentences) == 5
    assert sentences[0].startswith(f"The network to choose is **{raw.best}**")
    assert f"of {len(raw.names)} networks it has the highest validation accuracy, {in_words(chosen)}." in sentences[0]
    assert (
        f"an accuracy of {in_words(tested)} and a loss of {mean_sd(raw.test(raw.best, 'test_loss'))}." in sentences[1]
    )
    assert f"Of the {len(raw.names) - 1} others, {worse} are clearly worse" in sentences[2]
    assert (f"{possible} possibly differ" in sentences[2]) if possible else ("possibly" not in sentences[2])
    assert f"standard deviation of {100 * np.sqrt(pooled):.2f} percentage points" in sentences[4]


def test_the_smallest_as_good_is_what_two_one_sided_tests_show(raw: Raw, text: str) -> None:
    smallest = None
    smaller = [name for name in raw.names if raw.parameters(name) < raw.parameters(raw.best)]
    for name in sorted(smaller, key=raw.parameters, reverse=True):
        differences = np.subtract(*raw.paired(name, raw.best))
        low = stats.ttest_1samp(differences, -0.005, alternative="greater").pvalue
        high = stats.ttest_1samp(differences, 0.005, alternative="less").pvalue
        if max(low, high) >= 0.05:
            break
        smallest = name, differences
    if smallest is None:
        assert "No smaller network was shown to be as good" in part(text, "Summary")
        return
    name, differences = smallest
    ends = stats.t.interval(0.9, len(differences) - 1, np.mean(differences), stats.sem(differences))

    choice = part(text, "The choice, and why")
    said = re.search(r"differs by (\S+) points \(90 % interval (\S+) to (\S+)\)", choice)
    assert f"Where size counts, take **{name}**" in choice
    assert f"with {raw.parameters(name):,} parameters in place of {raw.parameters(raw.best):,}." in choice
    assert said
    assert [float(each) for each in said.groups()] == pytest.approx(
        [100 * np.mean(differences), *(100 * end for end in ends)], abs=0.00501
    )


def test_what_cannot_be_told_from_the_choice_is_named(raw: Raw, text: str) -> None:
    p = raw.p_values(raw.best)
    line = re.search(r"Not clearly different from it .*: (.*)\.", part(text, "The choice, and why"))

    assert line
    assert set(re.findall(r"\*\*(.*?)\*\*", line[1])) == {name for name in p if p[name] >= 0.05}


def test_the_hypotheses_are_answered_by_the_same_tests(raw: Raw, text: str) -> None:
    lines = part(text, "Question and hypotheses").splitlines()
    answers = {
        line.split("**")[1]: below for line, below in pairwise(lines) if line.startswith("- **") and "**" in below
    }

    ours, theirs = raw.paired("16-16-16", "16 units")
    differences = np.subtract(ours, theirs)
    low, high = stats.t.interval(0.90, len(ours) - 1, np.mean(differences), stats.sem(differences))
    said = f"Difference {100 * np.mean(differences):+.2f} points (90 % interval {100 * low:+.2f} to "
    assert f"within 0.5 points*. {said}{100 * high:+.2f}, n = 5)." in answers["16-16-16"]
    assert ("**Supported" in answers["16-16-16"]) == (low > -0.005 and high < 0.005)

    name, other = "4-8-16 at rate 0.0003", "increasing 4-8-16"
    pairs = raw.paired(name, other)
    found = stats.ttest_rel(*pairs)
    low, high = found.confidence_interval(0.95)
    said = f"Difference {100 * np.mean(np.subtract(*pairs)):+.2f} points (95 % interval {100 * low:+.2f} to "
    assert f"{said}{100 * high:+.2f}, n = 5, p = {raw.p_values(other)[name]:.3f})." in answers[name]

    clear = [each for each, p in raw.p_values("linear baseline").items() if p < 0.05]
    higher = sum(np.mean(np.subtract(*raw.paired(each, "linear baseline"))) > 0 for each in clear)
    verdicts = f"{higher} are so, {len(clear) - higher} are not and {len(raw.names) - 1 - len(clear)} are not decided"
    assert "**Not supported.** Tested as: *every other network has" in answers["linear baseline"]
    assert f"Of the {len(raw.names) - 1} others, {verdicts}." in answers["linear baseline"]


def test_of_the_clues_the_most_useful_stand_there_and_the_rest_are_counted(notebook: str, text: str) -> None:
    known = plans_on_one_dataset(groups(read_text(notebook, "experiments.toml")))
    clues = [clue for clue in find_clues(known) if not clue.rule.startswith("published-")]
    found = part(text, "Interpretation")
    listed = re.findall(r"^\d+\. (.*)$", found, re.MULTILINE)
    told = parsed("\n\n".join(listed))

    sentences = ["".join(child.content for child in token.children) for token in told if token.type == "inline"]
    assert len(sentences) == 5
    assert all(line.startswith(clue.sentence) for line, clue in zip(sentences, clues, strict=False))
    left_out = f"{len(clues) - 5} more findings are left out here, as less useful: `fmnist-tui clues --all` shows all."
    assert f"\n{left_out}\n" in found


def test_the_limits_are_measured(raw: Raw, text: str) -> None:
    limits = part(text, "Limits")
    accuracy = np.mean(raw.test(raw.best))
    # The mean of the highest of so many noisy means above the true mean of that one, by drawing them.
    recipes = {tuple(np.ravel(raw.validation(name))): name for name in raw.names}
    means = np.array([np.mean(raw.validation(name)) for name in recipes.values()])
    sds = np.array([np.std(raw.validation(name), ddof=1) for name in recipes.values()])
    seeds = [len(raw.runs[name]) for name in recipes.values()]
    draws = np.random.default_rng(1).normal(means, sds / np.sqrt(seeds), (100_000, len(means)))
    gained = 100 * np.mean(draws.max(axis=1) - means[draws.argmax(axis=1)])

    said = re.search(r"As the highest of (\d+) different networks, .* about (\S+) percentage points better", limits)
    assert said
    assert int(said[1]) == len(recipes)
    assert float(said[2]) == pytest.approx(gained, abs=0.03)
    assert f"{len(raw.names) - 1} comparisons with the chosen network" in limits
    assert (
        f"an accuracy of {accuracy:.4f} is known to about ± {np.sqrt(accuracy * (1 - accuracy) / 10_000):.4f}" in limits
    )


def test_the_front_is_what_no_other_network_dominates(raw: Raw, text: str) -> None:
    rows = [bare(each["experiment"]) for each in tables(part(text, "Results"))[0]]
    on_front = [
        name
        for name in rows
        if not any(
            raw.parameters(other) <= raw.parameters(name)
            and np.mean(raw.validation(other)) >= np.mean(raw.validation(name))
            and (raw.parameters(other), np.mean(raw.validation(other)))
            != (raw.parameters(name), np.mean(raw.validation(name)))
            for other in rows
        )
    ]
    told = re.search(r"On the front are the networks ([\d, ]+):", part(text, "Figures"))

    assert told
    assert [rows[int(number) - 1] for number in told[1].split(", ")] == on_front[::-1]


def test_the_ends_of_the_curves_are_those_of_the_runs(raw: Raw, text: str) -> None:
    figures = part(text, "Figures")
    ranked = [bare(each["experiment"]) for each in tables(part(text, "Results"))[0]]

    for name in ("accuracy", "loss"):
        told = re.findall(rf"!\[Curves of {name} .* networks (\d+) to (\d+)\. After the last epoch: (.*?)\.\]", figures)
        panels = [ranked[int(first) - 1 : int(last)] for first, last, _ in told]
        assert [each for names in panels for each in names] == ranked
        for names, (_, _, ends) in zip(panels, told, strict=True):
            for prefix, word in (("", "training"), ("val_", "validation")):
                last = [np.mean([run[prefix + name][-1] for run in raw.runs[each]]) for each in names]
                assert f"{word} {min(last):.4g} to {max(last):.4g}" in ends


def test_the_opening_counts_what_is_there(raw: Raw, text: str) -> None:
    count = sum(map(len, raw.runs.values()))

    assert f"{len(raw.names)} experiments with {count} finished runs" in text.splitlines()[2]
    environment = tables(part(text, "Environment"))[0]
    assert sum(int(each["runs"]) for each in environment) == count


def test_what_is_said_of_the_published_figures_stands_below_their_table(notebook: str, text: str) -> None:
    known = plans_on_one_dataset(groups(read_text(notebook, "experiments.toml")))
    said = [clue.sentence for clue in find_clues(known) if clue.rule.startswith("published-")]
    below = part(text, "Results").partition("### Against the published figures\n")[2].partition("\n### ")[0]

    assert said
    assert all(escape(sentence) in below for sentence in said)
    assert not any(escape(sentence) in part(text, "Interpretation") for sentence in said)
