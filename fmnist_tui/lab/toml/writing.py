import json
import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from fmnist_tui.lab.records.dataset import DatasetName, facts_of, is_other, name_of
from fmnist_tui.lab.records.recipe import Hyperparameters, hyperparameters
from fmnist_tui.lab.records.run import CURVES, Experiment, Run
from fmnist_tui.lab.records.shorthand import shorthand

_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def run_record(run: Run) -> dict[str, Any]:
    """Return plain values by key, in file order; missing values are None."""
    test = run.test
    environment = run.environment
    return {
        "id": run.id,
        "experiment": run.experiment,
        "architecture": shorthand(run.recipe.architecture),
        "dataset": name_of(run.recipe.dataset),
        "seed": run.seed,
        "data": _data(run.recipe.dataset),
        **run.recipe.training.as_record(),
        "status": run.status,
        "reason": run.reason,
        "started": run.started,
        "seconds": round(run.seconds, 3),
        "parameters": run.parameters,
        "test_accuracy": test.accuracy if test else None,
        "test_loss": test.loss if test else None,
        "best_test_accuracy": run.best.accuracy if run.best else None,
        "best_test_loss": run.best.loss if run.best else None,
        **{name: list(getattr(run.curves, name)) for name in CURVES},
        "confusion": [list(row) for row in run.confusion] if run.confusion else None,
        "dead_units_by_layer": None if run.dead_units_by_layer is None else list(run.dead_units_by_layer),
        "environment": {name: getattr(environment, name) for name in environment.__slots__} if environment else None,
        "host": run.host,
        "lost_workers": run.lost_workers or None,
        "note": run.note,
        "starred": run.starred or None,
    }


def _data(dataset: DatasetName) -> dict[str, Any] | None:
    """Return what is known of other data; None for the program's own."""
    if not is_other(dataset):
        return None
    facts = facts_of(dataset)
    return {
        "train": facts.train,
        "test": facts.test,
        "classes": list(facts.classes.names),
        "md5": dict(facts.sums),
    }


def experiment_record(experiment: Experiment) -> dict[str, Any]:
    """Return plain values by key; defaults are None, which keeps the file short."""
    training = experiment.training.as_record()
    usual = hyperparameters(optimizer=experiment.training.optimizer).as_record()
    usual["optimizer"] = Hyperparameters().optimizer
    published = experiment.published
    return {
        "name": experiment.name,
        "architecture": shorthand(experiment.architecture),
        **{name: value if value != usual[name] else None for name, value in training.items()},
        "dataset": name_of(experiment.dataset) if experiment.dataset else None,
        "repeats": experiment.repeats,
        "published": {"test_accuracy": published.accuracy, "test_loss": published.loss} if published else None,
        "section": experiment.section,
        "hypothesis": experiment.hypothesis,
        "note": experiment.note,
        "starred": experiment.starred or None,
        "baseline": experiment.baseline or None,
    }


def record_text(kind: str, record: Mapping[str, Any]) -> str:
    lines = [f"{key} = {value_text(value)}\n" for key, value in record.items() if value is not None]
    return f"\n[[{kind}]]\n{''.join(lines)}"


def value_text(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _string(value)
        case datetime():
            return value.isoformat(timespec="seconds")
        case date() | time():
            return value.isoformat()
        case list():
            return f"[{', '.join(map(value_text, value))}]"
        case dict():
            return f"{{ {', '.join(f'{key} = {value_text(each)}' for key, each in value.items())} }}"
        case float():
            return repr(float(value))  # nan, inf and 1e-07 are valid TOML; NumPy's repr is not
        case int():
            return str(value)
    raise TypeError(f"no TOML for {type(value).__name__}")


def _string(text: str) -> str:
    """Return a one-line TOML string: JSON's escapes are valid, and characters that only JSON allows raw are escaped."""
    return _UNSAFE.sub(lambda match: _escape(match[0]), json.dumps(text, ensure_ascii=False))


def _escape(character: str) -> str:
    surrogate = "\ud800" <= character <= "\udfff"  # cannot be encoded
    return "\\uFFFD" if surrogate else f"\\u{ord(character):04X}"
