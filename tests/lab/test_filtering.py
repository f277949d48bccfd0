"""Filters in words: what they let through, their errors, and what may be typed next."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from group_builders import made_up_group, made_up_recipe, made_up_run
from hypothesis import given
from hypothesis import strategies as st
from strategies import hostile_text

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.record import STATES
from fmnist_tui.lab.fields.registry import FIELDS
from fmnist_tui.lab.filtering.completion import complete, completed
from fmnist_tui.lab.filtering.filter import HELP
from fmnist_tui.lab.filtering.parsing import DEEPEST, LONGEST, parse_filter
from fmnist_tui.lab.filtering.tokens import FilterError, quoted, tokens
from fmnist_tui.lab.layers import KINDS
from fmnist_tui.lab.records.recipe import hyperparameters
from fmnist_tui.lab.records.run import STATUSES, Curves


def validated(name: str, layers: str, *accuracies: float, epochs: int = 2) -> Group:
    """A group whose runs have these validation accuracies, training accuracies a point above them."""
    recipe = made_up_recipe(layers, hyperparameters(epochs=epochs))
    runs = [
        replace(made_up_run(name, recipe, seed, each), curves=Curves((each + 0.01,), (0.4,), (each,), (0.5,)))
        for seed, each in enumerate(accuracies)
    ]
    return replace(made_up_group(name, (), recipe=recipe, repeats=3), runs=tuple(runs))


SMALL = validated("small", "16", 0.85, 0.86)
WIDE = validated("one wide layer", "512", 0.88, 0.89, 0.90)
DEEP = validated("Deep", "64-32:tanh", 0.87)
CONV = validated("convolution", "conv32x3-pool2-flatten-dense128-drop0.5", 0.91, epochs=20)
WAITING = validated("waiting", "linear")
FAILED = replace(
    made_up_group("failed", (), recipe=made_up_recipe("8", hyperparameters(optimizer="sgd")), planned=False),
    runs=(
        made_up_run("failed", made_up_recipe("8"), 7, status="failed", reason="loss is not finite", curves=Curves()),
    ),
)
GROUPS = (SMALL, WIDE, DEEP, CONV, WAITING, FAILED)
TRAINED = "small|one wide layer|Deep|convolution"


def passing(words: str, groups: Iterable[Group] = GROUPS) -> str:
    """Return the names of the groups that pass, joined by bars."""
    wanted = parse_filter(words)
    return "|".join(group.name for group in groups if wanted.matches(group))


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("", f"{TRAINED}|waiting|failed"),
        ("  ", f"{TRAINED}|waiting|failed"),
        ("acc>0.87", "one wide layer|convolution"),
        ("acc>=0.87", "one wide layer|Deep|convolution"),
        ("acc<87%", "small"),
        ("acc>.87 params<0.5M", "one wide layer"),
        ("accuracy > 0.87 and parameters > 500,000", "convolution"),
        ("params<60k", "small|Deep|waiting|failed"),
        ("params>0.5M", "convolution"),
        ("depth=2", "Deep|convolution"),
        ("depth=0", "waiting"),
        ("depth!=1 acc>0", "Deep|convolution"),
        ("width=512", "one wide layer"),
        ("epochs=20", "convolution"),
        ("n=0", "waiting|failed"),
        ("n>=2", "small|one wide layer"),
        ("planned=3", f"{TRAINED}|waiting"),
        ("name~WIDE", "one wide layer"),
        ("name!~e", "small|convolution|waiting"),
        ("name=deep", "Deep"),
        ('name="one wide layer"', "one wide layer"),
        ("name='one wide layer'", "one wide layer"),
        ("wide", "one wide layer"),
        ("64-32", "Deep"),
        ("has=conv2d", "convolution"),
        ("has=conv", "convolution"),
        ("has=drop", "convolution"),
        ("has!=flatten", ""),
        ("activation=tanh", "Deep"),
        ("activation!=tanh", "small|one wide layer|convolution|waiting|failed"),
        ("dropout=0.5", "convolution"),
        ("dropout=50%", "convolution"),
        ("optimizer=sgd", "failed"),
        ("optimizer~a", f"{TRAINED}|waiting"),
        ("lr=1e-3", f"{TRAINED}|waiting"),
        ("batch=64 not acc>0", "waiting|failed"),
        ("status=failed", "failed"),
        ("status=fai", "failed"),
        ("status=planned", "waiting"),
        ("status=unfinished", "small|Deep|convolution|waiting"),
        ("status!=finished", "waiting|failed"),
        ("seed=7", "failed"),
        ("seed<2", TRAINED),
        ("reason~finite", "failed"),
        ('reason=""', f"{TRAINED}|waiting"),
        ("acc_gap>0.5%", TRAINED),
        ("sd>0.008", "one wide layer"),
        ("when=2025-01-31", f"{TRAINED}|failed"),
        ("when<2025-01-31", ""),
        ("held_out=0.2 deep", "Deep"),
        ("depth=1 or depth=2", "small|one wide layer|Deep|convolution|failed"),
        ("not (depth=1 or depth=2)", "waiting"),
        ("depth=1 or depth=2 acc>0.9", "small|one wide layer|convolution|failed"),
        ("(depth=1 or depth=2) acc>0.9", "convolution"),
        ("NOT depth=1 AND acc>0", "Deep|convolution"),
        ("not not depth=0", "waiting"),
        ('"not"', ""),
        ("acc≥0.9 or depth≠1", "Deep|convolution|waiting"),
        ("depth==2", "Deep|convolution"),
    ],
)
def test_words_let_through_what_they_say(words: str, names: str) -> None:
    assert passing(words) == names


def test_an_activation_of_its_own_is_a_layer_and_an_activation() -> None:
    groups = [*GROUPS, validated("own", "8:linear-bn-relu")]

    assert passing("has=activation", groups) == "own"
    assert "own" in passing("activation=relu depth=1", groups).split("|")


def test_what_is_starred_noted_pinned_or_expected_is_found() -> None:
    plan = made_up_group().plan
    assert plan
    marked = made_up_group("marked")
    pinned = replace(plan, starred=True, note="too slow", baseline=True, hypothesis="Wider is better", section="first")
    marked = replace(marked, plan=pinned)
    run_marked = replace(SMALL, runs=(replace(SMALL.runs[0], starred=True, note="odd curve"), SMALL.runs[1]))

    def found(words: str) -> list[bool]:
        return [parse_filter(words).matches(group) for group in (marked, run_marked, WIDE)]

    assert found("starred") == [True, True, False]
    assert found("starred=no") == [False, False, True]
    assert found("not star") == [False, False, True]
    assert found("baseline") == [True, False, False]
    assert found("note~slow or note~odd") == [True, True, False]
    assert found('note=""') == [False, False, True]
    assert found("hypothesis~wider") == [True, False, False]
    assert found("section=FIRST") == [True, False, False]
    assert found("older=yes or older=no") == [True, True, True]
    assert found('"starred"') == [False, False, False]  # in quotes it is a word that a name may contain


def test_a_day_is_that_of_the_last_run() -> None:
    later = replace(SMALL.runs[1], started=datetime(2026, 3, 1, 8, tzinfo=UTC))
    group = replace(SMALL, runs=(SMALL.runs[0], later))

    assert parse_filter("when>=2026-03-01").matches(group)
    assert not parse_filter("when=2025-01-31").matches(group)


@pytest.mark.parametrize("state", ["running", "queued"])
def test_what_only_a_screen_knows_is_told_to_the_filter(state: str) -> None:
    asked = parse_filter(f"status={state}")

    assert asked.matches(WAITING, (state,))
    assert not asked.matches(WAITING)
    assert not parse_filter(f"status!={state}").matches(WAITING, (state,))


@pytest.mark.parametrize(
    ("words", "accuracy", "equal"),
    [
        ("acc=0.87", 0.8749, True),
        ("acc=0.87", 0.8751, False),
        ("acc=0.870", 0.8749, False),
        ("acc=87%", 0.8749, True),
        ("acc=87.5%", 0.8749, True),
        ("acc=8.7e-1", 0.8749, True),
        ("acc=.87", 0.8649, False),
    ],
)
def test_a_measured_figure_equals_what_rounds_to_the_digits_written(words: str, accuracy: float, equal: bool) -> None:
    group = validated("it", "16", accuracy)

    assert parse_filter(words).matches(group) is equal
    assert parse_filter(words.replace("=", "!=")).matches(group) is not equal


def test_a_setting_equals_itself_alone() -> None:
    group = made_up_group(recipe=made_up_recipe(training=hyperparameters(learning_rate=0.0012)))

    assert not parse_filter("lr=0.001").matches(group)
    assert parse_filter("lr=0.0012").matches(group)
    assert parse_filter("params=50.9k").matches(group)
    assert not parse_filter("params=50,891").matches(group)


MISTAKES = (
    ("acc>", 4, "a value is missing after acc>"),
    ("acc> ", 5, "a value is missing"),
    ("acc>)", 4, "a value is missing"),
    ("acc>high", 4, "acc is a number, such as 0.87"),
    ("acc>nan", 4, "not 'nan'"),
    ("acc>1e9999", 4, "acc is a number"),
    ("acc>'0.8", 4, "this quotation has no end"),
    ("acc~0.8", 3, "acc is a number; compare it with"),
    ("name<b", 4, "name is text; compare it with"),
    ("depth=2 dept=3", 8, "no key is called 'dept'; near it: depth"),
    ("zzzzzz=3", 0, "keys: name, layers"),
    (">3", 0, "write a key before it"),
    ("acc>0.8 <", 8, "write a key before it"),
    ("depth=1 or", 10, "a condition is missing after or"),
    ("or depth=1", 0, "a condition is missing before or"),
    ("depth=1 and or wide", 12, "a condition is missing after and"),
    ("not", 3, "a condition is missing after not"),
    ("()", 1, "a condition is missing after ("),
    ("wide (depth=1", 5, "this ( is not closed"),
    ("depth=1)", 7, "this ) closes nothing"),
    ('name="wide', 5, "this quotation has no end"),
    ("!wide", 0, "! alone means nothing; write not"),
    ("status=lost", 7, "status is one of finished, stopped"),
    ("status=f", 7, "status is one of finished, failed, not 'f'"),
    ("optimizer=adamm", 10, "optimizer is one of"),
    ("when=yesterday", 5, "when is a day, such as 2025-01-31"),
    ("when~2025", 4, "when is a day; compare it with"),
    ("starred=perhaps", 8, "starred is yes or no"),
    ("starred>yes", 7, "starred is yes or no"),
    ("x" * (LONGEST + 1), LONGEST, "too long"),
    ("(" * 500, DEEPEST, "parentheses are open"),
)


@pytest.mark.parametrize(("words", "position", "said"), MISTAKES, ids=[words[:20] for words, _, _ in MISTAKES])
def test_a_filter_that_is_wrong_says_what_and_where(words: str, position: int, said: str) -> None:
    with pytest.raises(FilterError) as refused:
        parse_filter(words)

    assert refused.value.position == position
    assert said in refused.value.problem
    assert str(refused.value) == f"filter, character {position + 1}: {refused.value.problem}"


@given(
    st.one_of(
        hostile_text(), st.lists(st.sampled_from((*"()=<>~!'\" ", "and", "or", "not", "acc", "8", "%"))).map(" ".join)
    )
)
def test_any_text_is_a_filter_or_is_refused_in_one_printable_line_with_a_place_in_it(text: str) -> None:
    refused: FilterError | None = None
    try:
        understood = parse_filter(text)
    except FilterError as error:
        refused = error
    if refused:
        assert 0 <= refused.position <= len(text)
        assert str(refused).isprintable()
    else:
        assert {understood.matches(group) for group in GROUPS} <= {True, False}


Meaning = Callable[[Group], bool]


def conditions() -> st.SearchStrategy[tuple[str, Meaning]]:
    """A filter's text, and what it means by Python's own and, or and not."""

    def holds(words: str) -> tuple[str, Meaning]:
        return words, parse_filter(words).matches

    plain = st.sampled_from(("acc>0.87", "depth=1", "wide", "has=dense", "n>=1", "params<60k")).map(holds)

    def joined(inner: st.SearchStrategy[tuple[str, Meaning]]) -> st.SearchStrategy[tuple[str, Meaning]]:
        def both(pair: tuple[tuple[str, Meaning], tuple[str, Meaning]], between: str) -> tuple[str, Meaning]:
            (a, means_a), (b, means_b) = pair
            return f"({a}){between}({b})", lambda group: means_a(group) and means_b(group)

        def either(pair: tuple[tuple[str, Meaning], tuple[str, Meaning]]) -> tuple[str, Meaning]:
            (a, means_a), (b, means_b) = pair
            return f"({a} or {b})", lambda group: means_a(group) or means_b(group)

        def neither(one: tuple[str, Meaning]) -> tuple[str, Meaning]:
            return f"not ({one[0]})", lambda group: not one[1](group)

        pairs = st.tuples(inner, inner)
        return st.one_of(
            st.builds(both, pairs, st.sampled_from((" and ", " ", "\t"))), pairs.map(either), inner.map(neither)
        )

    return st.recursive(plain, joined, max_leaves=6)


@given(conditions())
def test_and_or_not_and_parentheses_mean_what_they_mean_in_python(condition: tuple[str, Meaning]) -> None:
    words, means = condition

    assert [parse_filter(words).matches(group) for group in GROUPS] == [means(group) for group in GROUPS]


def test_or_binds_less_than_and_which_binds_less_than_not() -> None:
    assert passing("not depth=1 acc>0 or depth=0") == passing("((not depth=1) and acc>0) or depth=0")


@given(hostile_text().filter(lambda name: len(name) < LONGEST - 10))
def test_a_name_in_quotes_finds_itself(name: str) -> None:
    value = quoted(name)
    if value is None:
        assert '"' in name
        assert "'" in name
        return

    assert parse_filter(f"name={value}").matches(validated(name, "16"))


@given(hostile_text())
def test_every_character_but_white_space_is_in_one_token(text: str) -> None:
    found = [*tokens(text)]

    covered = {place for token in found for place in range(token.start, token.end)}
    assert len(covered) == sum(token.end - token.start for token in found)
    assert all(text[place].isspace() for place in set(range(len(text))) - covered)


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)
@pytest.mark.parametrize("name", FIELDS)
def test_a_field_s_values_are_of_its_kind(name: str, group: Group) -> None:
    kinds = {"number": (int, float), "text": (str,), "day": (datetime,), "flag": (bool,)}

    for value in FIELDS[name].values(group):
        assert isinstance(value, kinds[FIELDS[name].kind])
        assert not FIELDS[name].options or value in FIELDS[name].options


def test_every_kind_of_layer_has_a_word_and_every_status_is_a_state() -> None:
    words = [word for kind in KINDS for word in kind.filter_words]

    assert all(kind.filter_words for kind in KINDS)
    assert FIELDS["has"].options == tuple(words)
    assert len(set(words)) == len(words)
    assert set(STATUSES) < set(STATES)


def test_the_examples_of_the_help_are_filters() -> None:
    examples = [line[2:29].strip() for line in HELP.splitlines() if line.startswith("  ")]

    assert len(examples) > 5
    for example in examples:
        parse_filter(example)


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("st", ("status=", "starred")),
        ("acc>0.87 opt", ("optimizer=",)),
        ("status=f", ("finished", "failed")),
        ("status = un", ("unfinished",)),
        ("status!=", STATES),
        ("optimizer=ada", ("adam", "adamw", "adamax", "adagrad")),
        ("dataset=", ("fashion-mnist", "synthetic")),
        ("starred=", ("yes", "no")),
        ("acc>0.87 an", ("and",)),
        ("acc>0.87 or n", ("name~", "n>", "note~", "not")),
        ("name=b", ('"bulge 8-16-8"', "base")),
        ('name~"bu', ('"bulge 8-16-8"',)),
        ("acc>0.8", ()),
        ("acc=", ()),
        ("wrong=", ()),
        ("zzz", ()),
    ],
)
def test_what_may_be_typed_next_is_offered(text: str, choices: tuple[str, ...]) -> None:
    assert complete(text, len(text), ("bulge 8-16-8", "base", "wide")) == choices


def test_nothing_typed_offers_every_key_and_after_a_condition_the_connectives_too() -> None:
    alone, after = complete("", 0), complete("acc>0.87 ", 9)

    assert [choice.rstrip("=<>~") for choice in alone] == [*FIELDS]
    assert after == (*alone, "and", "or", "not")


def test_the_word_at_the_cursor_is_completed_wherever_it_stands() -> None:
    text = "sta depth=2"

    assert complete(text, 3) == ("status=", "starred")
    assert completed(text, 3, "status=") == ("status= depth=2", 7)
    assert completed("stat=failed", 4, "status=") == ("status=failed", 6)
    assert completed('name~"bu or', 8, '"bulge 8-16-8"') == ('name~"bulge 8-16-8"', 19)
    assert completed("acc>0.8 ", 8, "depth=") == ("acc>0.8 depth=", 14)


@given(st.sampled_from([words for words, _, _ in MISTAKES[:-2]]), st.data())
def test_a_completed_word_stands_at_its_place_and_the_rest_stays(text: str, data: st.DataObject) -> None:
    cursor = data.draw(st.integers(0, len(text)))

    for choice in complete(text, cursor):
        changed, after = completed(text, cursor, choice)
        word = choice if changed[:after].endswith(choice) else choice.rstrip("=<>~")
        assert changed[:after].endswith(word)
        assert text.startswith(changed[: after - len(word)])
        assert text.endswith(changed[after:])
