from dataclasses import replace

from fmnist_tui.lab.clues.clue import BOUTHILLIER, PLAYBOOK, Certainty, Clue, Suggestion
from fmnist_tui.lab.clues.trained import MOST_PAIRS, Pair, Trained, of_dense_layers_alone, parameters, widths, written
from fmnist_tui.lab.clues.wording import percent
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.language.catalogue import message, translated, translated_plural
from fmnist_tui.lab.layers import CLASSES
from fmnist_tui.lab.statistics.verdicts import p_words

_BETTER = message("{deep} is clearly better than {shallow}: {difference}.")
_WORSE = message("{deep} is clearly worse than {shallow}: {difference}.")

ABOUT_EQUAL = 0.10
"""How much the numbers of parameters may differ, as a part of the smaller."""


def depth(trained: Trained) -> Clue | None:
    """Compare each network of one dense layer with deeper ones of about as many parameters.

    Networks with a layer narrower than the classes are left out: it would hide the effect of the depth.
    """
    pairs = _pairs(trained)
    if not pairs:
        return None
    apart = [pair for pair in pairs if pair.relation in ("better", "worse")]
    best = max(pairs, key=lambda pair: trained.mean(pair.first) + trained.mean(pair.second))
    shown = apart or [best]
    equal = [pair for pair in pairs if pair.relation == "equivalent"]
    certainty: Certainty = "clear" if apart or len(equal) == len(pairs) else "possible"
    if apart:
        said = [
            translated(_BETTER if pair.relation == "better" else _WORSE).format(
                deep=written(pair.first), shallow=written(pair.second), difference=pair.words
            )
            for pair in apart[:2]
        ]
    else:
        said = [_not_apart(trained, best)]
    about = translated_plural(
        "Depth against width: {n:,} pair of networks with one layer and with more cost about the same (parameters "
        "within {percent} %).",
        "Depth against width: {n:,} pairs of networks with one layer and with more cost about the same (parameters "
        "within {percent} %).",
        len(pairs),
        percent=f"{100 * ABOUT_EQUAL:.0f}",
    )
    names = trained.labels([each for pair in pairs for each in (pair.second, pair.first)])
    return Clue(
        "depth-against-width",
        " ".join((about, *said)),
        names,
        {
            "pairs": [
                trained.pair_evidence(pair) | {"parameters": [parameters(pair.first), parameters(pair.second)]}
                for pair in pairs
            ],
            "clearly_apart": len(apart),
            "equivalent": len(equal),
        },
        certainty,
        f"{PLAYBOOK} (scientific and fixed hyperparameters); {BOUTHILLIER}",
        _more_seeds(trained, best) if not apart else None,
        tuple(pair.claim for pair in shown),
    )


def _pairs(trained: Trained) -> list[Pair]:
    fit = [
        (group, parameters(group))
        for group in trained.ranked
        if of_dense_layers_alone(group.recipe.architecture) and min(widths(group.recipe.architecture)) >= CLASSES
    ]
    shallow = [each for each in fit if each[0].recipe.architecture.depth == 1]
    deep = [each for each in fit if each[0].recipe.architecture.depth > 1]
    alike = [
        (other, one)
        for one, cost in shallow[:MOST_PAIRS]
        for other, its_cost in deep
        if max(cost, its_cost) <= (1 + ABOUT_EQUAL) * min(cost, its_cost) and _same_but_layers(one, other)
    ]
    return [pair for other, one in alike[:MOST_PAIRS] if (pair := trained.pair(other, one))]


def _same_but_layers(one: Group, other: Group) -> bool:
    return replace(one.recipe, architecture=other.recipe.architecture) == other.recipe


def _more_seeds(trained: Trained, pair: Pair) -> Suggestion | None:
    more = pair.verdict.more
    if pair.relation != "open" or more is None or more > 20:
        return None
    return trained.suggest(pair.first, pair.first.recipe, trained.n(pair.first) + more)


def _not_apart(trained: Trained, pair: Pair) -> str:
    more = pair.verdict.more
    places = {
        "shallow": written(pair.second),
        "deep": written(pair.first),
        "shallow_accuracy": percent(trained.mean(pair.second)),
        "deep_accuracy": percent(trained.mean(pair.first)),
        "difference": pair.words,
    }
    if pair.relation == "equivalent":
        return translated(
            "None of them is clearly apart. The best of them, {shallow} and {deep}, reach {shallow_accuracy} and "
            "{deep_accuracy}: {difference}; they are as good as each other within {margin} points ({p})."
        ).format(**places, margin=f"{100 * trained.margin:g}", p=p_words(pair.equivalence.p))
    if not more:
        return translated(
            "None of them is clearly apart. The best of them, {shallow} and {deep}, reach {shallow_accuracy} and "
            "{deep_accuracy}: {difference}; more seeds than it is worth would tell."
        ).format(**places)
    return translated_plural(
        "None of them is clearly apart. The best of them, {shallow} and {deep}, reach {shallow_accuracy} and "
        "{deep_accuracy}: {difference}; about {n:,} more seed would tell.",
        "None of them is clearly apart. The best of them, {shallow} and {deep}, reach {shallow_accuracy} and "
        "{deep_accuracy}: {difference}; about {n:,} more seeds would tell.",
        more,
        **places,
    )
