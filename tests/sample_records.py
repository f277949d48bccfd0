"""A sample run and a sample plan, which tests change as they need."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from fmnist_tui.lab.records.architecture import mlp
from fmnist_tui.lab.records.recipe import Hyperparameters, Recipe
from fmnist_tui.lab.records.run import Curves, Environment, Experiment, Metrics, Run

RUN = Run(
    id="r0",
    experiment="64 units",
    recipe=Recipe(mlp([64]), Hyperparameters(epochs=2)),
    seed=0,
    status="finished",
    started=datetime(2024, 11, 24, 8, 30, tzinfo=UTC),
    seconds=7.25,
    parameters=50_890,
    curves=Curves((0.8, 0.85), (0.6, 0.45), (0.82, 0.86), (0.5, 0.4)),
    test=Metrics(0.851, 0.412),
    confusion=tuple(tuple(1_000 if row == column else 0 for column in range(10)) for row in range(10)),
    environment=Environment("3.12.1", "2.20.0", "3.11.0", "0.1.0", "x86_64, 2 cores, Linux"),
)

PLAN = Experiment("64 units", mlp([64]), Hyperparameters(epochs=2), repeats=3)


def a_run(run_id: str = "r0", **changes: Any) -> Run:
    """Return the sample run with another id and other changes."""
    return replace(RUN, id=run_id, **changes)


def a_plan(name: str = "64 units", **changes: Any) -> Experiment:
    """Return the sample plan with another name and other changes."""
    return replace(PLAN, name=name, **changes)
