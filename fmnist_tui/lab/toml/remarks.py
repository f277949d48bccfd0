"""Warnings about unknown keys: probably mistyped, or other programs' names for ours."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from fmnist_tui.lab.plain_text import counted, visible
from fmnist_tui.lab.records.recipe import HYPERPARAMETERS
from fmnist_tui.lab.toml.locating import CannotLocate, Section, sections, statements

_OURS = {
    "architecture": (
        "layers hidden_layer_sizes hidden_layers hidden_sizes hidden_units hidden_dims hidden_size n_hidden units "
        "layer_sizes arch shorthand topology"
    ),
    "optimizer": "opt optim optimiser solver",
    "learning_rate": (
        "lr learning_rate_init eta eta0 step_size base_lr init_lr initial_lr max_lr learn_rate initial_learning_rate"
    ),
    "batch_size": (
        "batch bs batchsize batch_sz minibatch minibatch_size mini_batch mini_batch_size train_batch_size "
        "per_device_train_batch_size images_per_step"
    ),
    "epochs": (
        "epoch n_epochs n_epoch num_epochs nb_epoch nb_epochs max_epochs max_iter n_iter num_iter iterations "
        "num_train_epochs total_epochs"
    ),
    "validation_fraction": (
        "validation_split val_split val_fraction val_size val_ratio valid_fraction valid_size valid_split "
        "validation_size validation_ratio holdout held_out test_size test_split"
    ),
    "split_seed": "random_state split_random_state",
    "patience": "early_stopping early_stop early_stopping_patience es_patience n_iter_no_change",
    "repeats": "n_repeats num_repeats repetitions replicates n_runs num_runs n_seeds num_seeds trials n_trials",
    "dataset": "data data_set dataset_name",
}

_ELSEWHERE = {
    "write it in the architecture, such as 64-drop0.5": "dropout dropout_rate drop_rate drop p_dropout",
    "write it in the architecture, such as 64:tanh": "activation activations act nonlinearity activation_function",
    "write it in the architecture, such as conv32x3-bn": "batch_norm batchnorm batch_normalization layer_norm use_bn",
    "a plan has the seeds from 0 to repeats - 1; `train --seed` takes another first one": (
        "seed seeds random_seed manual_seed rng_seed"
    ),
    'optimizer = "momentum" or "nesterov" has momentum 0.9, and there is no other': "momentum nesterov",
    "no training here has such a setting": (
        "weight_decay l1 l2 alpha kernel_regularizer regularization beta_1 beta_2 betas rho epsilon eps amsgrad decay "
        "loss loss_fn loss_function criterion metrics scheduler lr_scheduler lr_schedule learning_rate_schedule gamma "
        "warmup warmup_steps warmup_epochs clipnorm clipvalue grad_clip gradient_clip gradient_clipping max_grad_norm "
        "tol shuffle augmentation augment class_weight label_smoothing kernel_initializer initializer callbacks "
        "steps_per_epoch max_steps num_steps"
    ),
}

_TABLES = frozenset(("training", "train", "hyperparameters", "hyperparams", "hparams", "params", "config", "settings"))

_FOR_MISSING = {
    "name": ("title", "id", "experiment", "experiment_name", "run_name", "label"),
    "architecture": ("model", "network", "net", "hidden", "neurons", "model_name"),
}
"""Names that may be the user's own, but probably stand for one of our keys if it is missing."""


def plain(key: str) -> str:
    """Turn `Learning-Rate` into `learningrate`."""
    return re.sub(r"[\W_]", "", key.lower())


_MEANT = {plain(word): ours for ours, words in _OURS.items() for word in words.split()}
_ADVICE = {plain(word): advice for advice, words in _ELSEWHERE.items() for word in words.split()}
_LIKELY = {plain(word): ours for ours, words in _FOR_MISSING.items() for word in words}


def our_key_for(key: str) -> str | None:
    return _MEANT.get(plain(key))


def advice_for_key(key: str, value: object) -> str | None:
    if isinstance(value, dict) and plain(key) in _TABLES:
        return "write its keys in the [[experiment]] itself"
    return _ADVICE.get(plain(key))


def stands_for(missing: str, key: str) -> bool:
    word = plain(key)
    return missing in (_MEANT.get(word), _LIKELY.get(word)) or word == plain(missing)


Owner = tuple[str, int]
"""Kind and index of a record; the top of the file is `("", 0)`."""

_MAX_LINES = 10
"""Maximum number of warnings; a script's mistake may be in every run."""

_MIN_SIMILARITY = 0.8
"""Minimum similarity (difflib's ratio) to a known key: `note2` has it, `mood` has not."""

_MAX_COMPARED = 200
"""Maximum number of keys compared by similarity, which takes up to a millisecond each."""

_OF_PLANS = (*HYPERPARAMETERS, "architecture", "repeats")


@dataclass(frozen=True, slots=True)
class Remarks:
    lines: tuple[str, ...] = ()
    mistakes: Mapping[Owner, str] = field(default_factory=dict)
    """The first warning of each record."""


@dataclass(frozen=True, slots=True)
class _Mistake:
    owner: Owner
    key: str
    fix: str

    def line(self, name: str, line: int | None) -> str:
        kind, number = self.owner
        place = f", line {line}" if line else ""
        record = f"{kind} {number + 1}: " if kind else ""
        return f"{name}{place}: {record}`{visible(self.key, 60)}` is not known; {self.fix}"


def remarks(
    document: Mapping[str, Any],
    unknown: Mapping[Owner, dict[str, Any]],
    known: Mapping[str, set[str]],
    text: str,
    name: str,
) -> Remarks:
    """Return warnings about unknown keys that resemble known ones; others are the user's own and get none."""
    found = list(_mistakes(document, unknown, known))
    if not found:
        return Remarks()
    first: dict[Owner, _Mistake] = {}
    for each in found:
        first.setdefault(each.owner, each)
    lines = _lines(text, {(each.owner, each.key) for each in (*found[:_MAX_LINES], *first.values())})
    shown_lines = [each.line(name, lines.get((each.owner, each.key))) for each in found[:_MAX_LINES]]
    if more := len(found) - len(shown_lines):
        shown_lines.append(f"{name}: {counted(more, 'more key')} that {'is' if more == 1 else 'are'} probably mistyped")
    mistakes = {owner: each.line(name, lines.get((owner, each.key))) for owner, each in first.items()}
    return Remarks(tuple(shown_lines), mistakes)


def hint_for_missing(key: str, values: Mapping[str, Any]) -> str:
    near = next((each for each in values if stands_for(key, each)), None)
    near = near or next(
        iter(get_close_matches(key, [each[:100] for each in list(values)[:50]], 1, _MIN_SIMILARITY)), None
    )
    return f"; `{visible(near, 60)}` is not known; did you mean `{key}`?" if near else ""


def _mistakes(
    document: Mapping[str, Any], unknown: Mapping[Owner, dict[str, Any]], known: Mapping[str, set[str]]
) -> Iterator[_Mistake]:
    compared = 0
    by_plain = {kind: {plain(key): key for key in keys} for kind, keys in known.items()}
    in_order = {kind: tuple(sorted(keys)) for kind, keys in known.items()}
    for (kind, number), keys in unknown.items():
        record = document[kind][number] if kind else ()
        for key, value in keys.items():
            fix = _fix(kind, key, value, by_plain[kind])
            if fix is None and compared < _MAX_COMPARED:
                compared += 1
                near = next(
                    (each for each in _similar_keys(key[:100].lower(), in_order[kind]) if each not in record), None
                )
                fix = f"did you mean `{near}`?" if near else None
            if fix:
                yield _Mistake((kind, number), key, fix)


def _fix(kind: str, key: str, value: object, known: Mapping[str, str]) -> str | None:
    if same := known.get(plain(key)):
        return f"did you mean `{same}`?"
    meant = our_key_for(key)
    if not kind:
        plan_key = next((each for each in _OF_PLANS if plain(each) == plain(key)), None) or meant
        if plan_key:
            return f"`{plan_key}` belongs in an [[experiment]]"
        return advice_for_key(key, value) if isinstance(value, dict) else None
    if meant in known.values():
        return f"did you mean `{meant}`?"
    return advice_for_key(key, value) if kind == "experiment" else None


@lru_cache(maxsize=1024)
def _similar_keys(key: str, known: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(get_close_matches(key, known, n=3, cutoff=_MIN_SIMILARITY))


def _lines(text: str, wanted: Collection[tuple[Owner, str]]) -> dict[tuple[Owner, str], int]:
    offsets: dict[tuple[Owner, str], int] = {}
    owners = {owner for owner, _ in wanted}
    numbers = {"run": -1, "experiment": -1}
    try:
        for section in sections(text):
            kind = section.path[0] if section.path else ""
            if section.array and len(section.path) == 1 and kind in numbers:
                numbers[kind] += 1
            owner = (kind, numbers[kind]) if kind in numbers else ("", 0)
            if owner in owners:
                for key, at in _keys(text, section, owner):
                    offsets.setdefault((owner, key), at)
    except CannotLocate:
        return {}
    found = sorted((at, each) for each, at in offsets.items() if each in wanted)
    line, before, lines = 1, 0, {}
    for at, each in found:
        line += text.count("\n", before, at)
        before = at
        lines[each] = line
    return lines


def _keys(text: str, section: Section, owner: Owner) -> Iterator[tuple[str, int]]:
    depth = 1 if owner[0] else 0
    if len(section.path) > depth:
        yield section.path[depth], section.start
        return
    for statement in statements(text, section):
        yield statement.key[0], statement.start
