"""The keys of a filter and of a sort: what each says of a group of runs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from fmnist_tui.lab.architecture import Architecture, ArchitectureError
from fmnist_tui.lab.figures import mean
from fmnist_tui.lab.layers import ACTIVATIONS, KINDS, Dropout, activation_of
from fmnist_tui.lab.measures import MEASURES, figures
from fmnist_tui.lab.recipe import DATASETS, OPTIMIZERS
from fmnist_tui.lab.records import STATUSES, Run
from fmnist_tui.lab.results import Group
from fmnist_tui.lab.shorthand import shorthand

Values = tuple[Any, ...]
"""What a group has under a key: nothing, one value or several, all of the key's kind."""

STATES = (*STATUSES, "planned", "unfinished", "running", "queued")
"""What `status` may ask for; the last two are known to a screen alone."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key."""

    name: str
    meaning: str
    """What it says, in one line."""
    values: Callable[[Group], Values]
    """Takes from a group what it has under this key."""
    kind: Literal["number", "text", "day", "flag"] = "number"
    other_names: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    """The only words that it may equal; empty where it may be any text."""
    measured: bool = False
    """Whether a number is measured: it then equals what rounds to the digits written."""
    descending: bool = False
    """Whether a sort that says nothing else begins with the largest."""


def _some(value: float | str | None) -> Values:
    return () if value is None else (value,)


def _mean(name: str) -> Callable[[Group], Values]:
    of = MEASURES[name].of

    def values(group: Group) -> Values:
        known = [*figures(group, of).values()]
        return (mean(known),) if known else ()

    return values


def _spread(group: Group) -> Values:
    known = group.val_accuracy
    return _some(known.sd if known else None)


def _texts(texts: Iterable[str | None]) -> Values:
    return tuple(text for text in texts if text)


def _states(group: Group) -> Values:
    found = {run.status: None for run in group.runs}
    lacking = group.plan is not None and bool(group.missing_seeds())
    planned = () if group.finished or group.plan is None else ("planned",)
    return (*found, *planned, *(("unfinished",) if lacking else ()))


def _last_started(group: Group) -> Values:
    return (max(run.started for run in group.runs),) if group.runs else ()


def _of_plan(name: str) -> Callable[[Group], Values]:
    return lambda group: _texts((getattr(group.plan, name),)) if group.plan else ()


def _training(name: str) -> Callable[[Group], Values]:
    return lambda group: (getattr(group.recipe.training, name),)


def _of_runs(of: Callable[[Run], Any]) -> Callable[[Group], Values]:
    return lambda group: tuple(of(run) for run in group.runs)


def _of_network(of: Callable[[Architecture], Values]) -> Callable[[Group], Values]:
    """Return a reader of what follows from the architecture alone, which many groups and every keystroke share."""
    kept = lru_cache(maxsize=20_000)(of)
    return lambda group: kept(group.recipe.architecture)


def _parameters(network: Architecture) -> Values:
    try:
        return (network.parameters,)
    except ArchitectureError:
        return ()


def _width(network: Architecture) -> Values:
    return _some(max((layer.width for layer in network.layers if layer.width is not None), default=None))


def _has(network: Architecture) -> Values:
    return tuple({word: None for layer in network.layers for word in layer.filter_words})


def _activations(network: Architecture) -> Values:
    return tuple(dict.fromkeys(filter(None, map(activation_of, network.layers))))


def _dropout(network: Architecture) -> Values:
    return tuple(layer.rate for layer in network.layers if isinstance(layer, Dropout)) or (0.0,)


def _starred(group: Group) -> Values:
    return (bool(group.plan and group.plan.starred) or any(run.starred for run in group.runs),)


_KEYS = (
    Key("name", "the experiment's name", lambda group: (group.name,), "text", ("experiment",)),
    Key(
        "layers",
        "its architecture as shorthand, such as 64-32",
        _of_network(lambda network: (shorthand(network),)),
        "text",
        ("architecture", "shorthand"),
    ),
    Key(
        "has",
        "a kind of layer that it has: has=conv2d",
        _of_network(_has),
        "text",
        ("kind",),
        tuple(word for kind in KINDS for word in kind.filter_words),
    ),
    Key("activation", "an activation of a hidden layer", _of_network(_activations), "text", (), ACTIVATIONS),
    Key(
        "acc",
        "validation accuracy after the last epoch, mean of the finished runs: acc>0.87 or acc>87%",
        _mean("val_accuracy"),
        other_names=("val", "accuracy", "val_accuracy"),
        measured=True,
        descending=True,
    ),
    Key("sd", "standard deviation of the validation accuracy over seeds", _spread, measured=True),
    Key(
        "best",
        "validation accuracy of each run's best epoch, mean",
        _mean("best_val_accuracy"),
        measured=True,
        descending=True,
    ),
    Key("val_loss", "validation loss after the last epoch, mean", _mean("val_loss"), measured=True),
    Key(
        "test",
        "test accuracy, mean; for reporting, choose by acc",
        _mean("test_accuracy"),
        other_names=("test_accuracy",),
        measured=True,
        descending=True,
    ),
    Key("loss", "test loss, mean", _mean("test_loss"), other_names=("test_loss",), measured=True),
    Key("gap", "training less validation accuracy after the last epoch, mean", _mean("gap"), measured=True),
    Key(
        "params",
        "how many weights the network has: params<60k",
        _of_network(_parameters),
        other_names=("parameters",),
        measured=True,
    ),
    Key("depth", "hidden dense and convolution layers", _of_network(lambda network: (network.depth,))),
    Key("width", "units or filters of its widest layer", _of_network(_width)),
    Key("seconds", "training time of a run, mean", _mean("seconds"), other_names=("s", "time"), measured=True),
    Key("epochs", "epochs that the recipe asks for", _training("epochs")),
    Key("n", "finished runs", lambda group: (len(group.finished),), other_names=("runs",), descending=True),
    Key(
        "planned",
        "runs that the plan asks for",
        lambda group: _some(group.plan.repeats if group.plan else None),
        other_names=("repeats",),
        descending=True,
    ),
    Key(
        "status",
        "the status of any run; planned: none is finished yet; unfinished: the plan lacks runs",
        _states,
        "text",
        (),
        STATES,
    ),
    Key("seed", "the seed of any run", _of_runs(lambda run: run.seed)),
    Key("id", "the id of any run", _of_runs(lambda run: run.id), "text"),
    Key("optimizer", "how the weights are moved", _training("optimizer"), "text", (), tuple(OPTIMIZERS)),
    Key("lr", "the learning rate", _training("learning_rate"), other_names=("learning_rate",)),
    Key("batch", "images a step", _training("batch_size"), other_names=("batch_size",)),
    Key("dropout", "the rate of a dropout layer, 0 where there is none", _of_network(_dropout)),
    Key("patience", "epochs without improvement before it stops early, 0 for never", _training("patience")),
    Key("held_out", "the part held out for validation", _training("validation_fraction"), "number", ("split",)),
    Key("dataset", "what it is trained on", lambda group: (group.recipe.dataset,), "text", ("data",), DATASETS),
    Key(
        "when",
        "the day its last run began: when>=2025-01-31",
        _last_started,
        "day",
        ("started", "date"),
        descending=True,
    ),
    Key("starred", "whether it, or a run of it, has a star", _starred, "flag", ("star",), descending=True),
    Key(
        "baseline",
        "whether it is the pinned baseline",
        lambda group: (bool(group.plan and group.plan.baseline),),
        "flag",
        descending=True,
    ),
    Key("older", "whether its plan has another recipe by now", lambda group: (group.older,), "flag"),
    Key(
        "note",
        "a note on it or on a run of it",
        lambda group: _texts((group.plan.note if group.plan else None, *(run.note for run in group.runs))),
        "text",
    ),
    Key("hypothesis", "what was expected of it", _of_plan("hypothesis"), "text"),
    Key("section", "the heading that a report puts it under", _of_plan("section"), "text"),
    Key("reason", "why a run did not finish", lambda group: _texts(run.reason for run in group.runs), "text"),
)

KEYS = {key.name: key for key in _KEYS}
"""The keys by name, in the order that a help shows them."""

_BY_ANY_NAME = KEYS | {other: key for key in _KEYS for other in key.other_names}


def key_called(name: str) -> Key | None:
    """Return the key that a person means, by its name or another that it goes by, in any case; None for no key."""
    return _BY_ANY_NAME.get(name.lower())


def near(name: str) -> str:
    """Return what to say after an unknown key: those that are written nearly so, or all."""
    import difflib

    found = difflib.get_close_matches(name.lower(), _BY_ANY_NAME, n=3, cutoff=0.6)
    return f"near it: {', '.join(found)}" if found else f"keys: {', '.join(KEYS)}"
