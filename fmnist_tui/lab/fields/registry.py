from fmnist_tui.lab.fields.field import Field, Metric
from fmnist_tui.lab.fields.recipe import NETWORK, TRAINING
from fmnist_tui.lab.fields.record import NAME, RECORD
from fmnist_tui.lab.fields.results import METRICS, RESULTS

FIELDS: dict[str, Field] = {field.key: field for field in (NAME, *NETWORK, *RESULTS, *TRAINING, *RECORD)}
"""By key, in the order of the help."""

_BY_ANY_NAME = {name: field for field in FIELDS.values() for name in field.names}
_METRICS = {name: metric for metric in METRICS for name in metric.names}


def find_field(name: str) -> Field | None:
    return _BY_ANY_NAME.get(name.lower())


def find_metric(name: str) -> Metric:
    return _METRICS[name]


def hint_for_key(name: str) -> str:
    import difflib

    found = difflib.get_close_matches(name.lower(), _BY_ANY_NAME, n=3, cutoff=0.6)
    return f"near it: {', '.join(found)}" if found else f"keys: {', '.join(FIELDS)}"
