"""Notebooks with extreme numbers: any float, and integers as large as TOML allows."""

import math

from hypothesis import strategies as st
from sample_records import RUN, a_plan, a_run

from fmnist_tui.lab.records.run import STATUSES, Curves, Metrics, Run
from fmnist_tui.lab.toml.reading import Notebook, read_text
from fmnist_tui.lab.toml.writing import experiment_record, record_text, run_record

EXTREMES = (math.nan, math.inf, -math.inf, 1.7e308, -1.7e308, 1e154, 5e-324, -5e-324, 1e-200, 0.0, -0.0, 0.9, 1e17)


def figures() -> st.SearchStrategy[float]:
    """Any float, often an extreme one."""
    return st.sampled_from(EXTREMES) | st.floats()


@st.composite
def runs(draw: st.DrawFn, run_id: str, seed: int, experiment: str) -> Run:
    """A run with any numbers."""
    metrics = st.builds(Metrics, figures(), figures())
    epochs = draw(st.integers(0, 3))
    values = st.lists(figures(), min_size=epochs, max_size=epochs).map(tuple)
    counts = st.sampled_from([None, RUN.confusion, ((0,) * 10,) * 10, ((10**30,) * 10,) * 10])
    return a_run(
        run_id,
        seed=seed,
        experiment=experiment,
        status=draw(st.sampled_from(("finished", "finished", "finished", *STATUSES))),
        seconds=draw(figures()),
        parameters=draw(st.sampled_from((0, 10**30)) | st.integers(0, 10**6)),
        curves=Curves(draw(values), draw(values), *((draw(values), draw(values)) if draw(st.booleans()) else ())),
        test=draw(st.none() | metrics),
        best=draw(st.none() | metrics),
        confusion=draw(counts),
    )


@st.composite
def notebooks(draw: st.DrawFn) -> Notebook:
    """A notebook, read from its text, with a pinned plan and another experiment of up to four runs each."""
    texts = []
    if draw(st.booleans()):
        published = draw(st.none() | st.builds(Metrics, figures(), figures()))
        texts.append(record_text("experiment", experiment_record(a_plan("a", baseline=True, published=published))))
    for name in "ab":
        for number in range(draw(st.integers(1, 4))):
            seed = draw(st.sampled_from((number, 10**30 + number)))
            texts.append(record_text("run", run_record(draw(runs(f"{name}{number}", seed, name)))))
    return read_text("".join(texts), "experiments.toml")


LARGEST = read_text(
    record_text("experiment", experiment_record(a_plan("a", baseline=True)))
    + "".join(
        record_text(
            "run",
            run_record(
                a_run(
                    f"{name}{seed}",
                    seed=seed,
                    experiment=name,
                    seconds=1.7e308,
                    curves=Curves(*((sign * 1.7e308, sign * 1.7e308),) * 4),
                    test=Metrics(sign * 1.7e308, sign * 1.7e308),
                )
            ),
        )
        for name, sign in (("a", 1), ("b", -1))
        for seed in range(2)
    ),
    "experiments.toml",
)
"""Two experiments of two runs each, with the largest and the smallest float everywhere."""
