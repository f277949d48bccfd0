"""The notebook at the top level: all of it, and what the lab report's own plans asked for."""

import re
import tomllib
from pathlib import Path

TOP_LEVEL = Path(__file__).parents[1] / "experiments.toml"


def whole_notebook() -> str:
    return TOP_LEVEL.read_text(encoding="utf-8")


def seventeen_networks() -> str:
    """Return the notebook's text with the plans that carry a published figure and the seeds that these ask for.

    What was trained later, following the clues, is left out: other experiments, and more seeds of these.
    """
    head, *records = re.split(r"(?m)^(?=\[\[)", whole_notebook())
    seeds: dict[str, int] = {}
    kept = []
    for text in records:
        ((kind, (record,)),) = tomllib.loads(text).items()
        if kind == "experiment" and "published" in record:
            seeds[record["name"]] = record["repeats"]
            kept.append(text)
        if kind == "run" and record["seed"] < seeds.get(record["experiment"], 0):
            kept.append(text)
    return head + "".join(kept)
