"""Fields of the hyperparameters and of the dataset."""

from collections.abc import Callable
from typing import Any

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.field import Field
from fmnist_tui.lab.records.recipe import DATASETS, OPTIMIZERS
from fmnist_tui.lab.records.run import Run


def _training(name: str) -> Callable[[Group], Any]:
    return lambda group: getattr(group.recipe.training, name)


def _epochs(run: Run) -> str:
    trained, planned = run.curves.epochs, run.recipe.training.epochs
    return str(trained) if trained == planned else f"{trained}/{planned}"


EPOCHS = Field(
    key="epochs",
    title="epochs",
    heading="ep",
    help="epochs that the recipe asks for; of a run those trained",
    whole=True,
    of_group=_training("epochs"),
    of_run=lambda run: run.curves.epochs,
    run_text=_epochs,
    unit="epochs",
    width=5,
)
DATASET = Field(
    key="dataset",
    title="dataset",
    help="what it is trained on",
    of_group=lambda group: group.recipe.dataset,
    kind="text",
    aliases=("data",),
    options=DATASETS,
    width=13,
)

HYPERPARAMETERS: tuple[Field, ...] = (
    Field(
        key="optimizer",
        title="optimizer",
        help="how the weights are updated",
        of_group=_training("optimizer"),
        kind="text",
        options=tuple(OPTIMIZERS),
        width=10,
    ),
    Field(
        key="lr",
        title="learning rate",
        heading="rate",
        help="the learning rate",
        example="lr<=1e-3",
        of_group=_training("learning_rate"),
        name="learning_rate",
        width=6,
    ),
    Field(
        key="batch",
        title="batch size",
        heading="batch",
        help="images per step",
        whole=True,
        of_group=_training("batch_size"),
        unit="images",
        name="batch_size",
    ),
    EPOCHS,
    Field(
        key="held_out",
        title="held out",
        help="the part held out for validation",
        of_group=_training("validation_fraction"),
        unit="part of 1",
        name="validation_fraction",
        aliases=("split",),
    ),
    Field(
        key="split_seed",
        title="split seed",
        help="the seed that decides which images are held out",
        whole=True,
        of_group=_training("split_seed"),
    ),
    Field(
        key="patience",
        title="patience",
        help="epochs without improvement before it stops early, 0 for never",
        whole=True,
        of_group=_training("patience"),
        unit="epochs",
    ),
)

TRAINING: tuple[Field, ...] = (*HYPERPARAMETERS, DATASET)
