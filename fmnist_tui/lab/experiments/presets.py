"""Recipes to start from, and the lab report's seventeen experiments with their published results."""

from dataclasses import dataclass

from fmnist_tui.lab.records.architecture import Architecture, mlp
from fmnist_tui.lab.records.dataset import DatasetName
from fmnist_tui.lab.records.recipe import Hyperparameters, Recipe, hyperparameters
from fmnist_tui.lab.records.run import Experiment, Metrics
from fmnist_tui.lab.records.shorthand import parse_buildable


@dataclass(frozen=True, slots=True)
class Preset:
    name: str
    about: str
    architecture: Architecture
    training: Hyperparameters

    def recipe(self, dataset: DatasetName) -> Recipe:
        return Recipe(self.architecture, self.training, dataset)


def presets() -> tuple[Preset, ...]:
    return (
        Preset(
            "linear",
            "no hidden layer, softmax regression: the baseline that every other network must beat",
            parse_buildable("linear"),
            Hyperparameters(),
        ),
        Preset(
            "small convolutional net",
            "the layers of Keras's example Simple MNIST convnet: fewer weights than one dense layer of 64",
            parse_buildable("conv32x3-pool2-conv64x3-pool2-flatten-drop0.5"),
            hyperparameters(batch_size=128, epochs=15),
        ),
        Preset(
            "regularised MLP",
            "gelu, batch normalization, dropout, adamw; stops by itself when validation stops improving",
            parse_buildable("256:gelu-bn-drop0.3-128:gelu-bn-drop0.3"),
            hyperparameters(optimizer="adamw", batch_size=128, epochs=60, patience=6),
        ),
        *map(_published, published_experiments()),
    )


def _published(plan: Experiment) -> Preset:
    about = f"{plan.section} · {plan.note}" if plan.note else f"the report's {plan.section}"
    return Preset(plan.name, about, plan.architecture, plan.training)


_IDEAL = "the report calls this the ideal"
_TEXT = "the report's text: the widths double from 4 to 16; its code prints 16, 8, 4"
_CODE = "the report's code as printed; its text says 4, 8, 16"

_PUBLISHED: tuple[tuple[str, str, tuple[int, ...], float, float, str | None], ...] = (
    ("first architecture", "16 units", (16,), 0.848900020122528, 0.4280351996421814, "the class's model"),
    ("more units", "32 units", (32,), 0.8611999750137329, 0.39052098989486694, None),
    ("more units", "64 units", (64,), 0.8745999932289124, 0.35108333826065063, _IDEAL),
    ("more units", "128 units", (128,), 0.879999952316284, 0.33720943331718445, None),
    ("more units", "256 units", (256,), 0.8835999965667725, 0.337973028421402, None),
    ("more units", "512 units", (512,), 0.8838000297546387, 0.3298753798007965, None),
    ("two layers from 16", "constant 16", (16, 16), 0.8587999939918518, 0.4096366763114929, None),
    ("two layers from 16", "increasing 16-32", (16, 32), 0.8568999767303467, 0.4024789035320282, None),
    ("two layers from 16", "decreasing 16-8", (16, 8), 0.8337000012397766, 0.47201353311538696, None),
    ("three layers from 16", "decreasing 16-8-4", (16, 8, 4), 0.8187000155448914, 0.5257018208503723, None),
    ("three layers from 16", "bulge 8-16-8", (8, 16, 8), 0.8375999927520752, 0.4647700786590576, None),
    ("three layers from 16", "increasing 4-8-16", (4, 8, 16), 0.8378000259399414, 0.47355738282203674, _TEXT),
    ("three layers from 16", "increasing, as coded", (16, 8, 4), 0.8378000259399414, 0.47355738282203674, _CODE),
    ("two layers from 64", "increasing 32-64", (32, 64), 0.868399977684021, 0.3715358376502991, None),
    ("two layers from 64", "decreasing 64-32", (64, 32), 0.8733000159263611, 0.3586394488811493, None),
    ("three layers from 64", "increasing 16-32-64", (16, 32, 64), 0.8628000020980835, 0.383510023355484, None),
    ("three layers from 64", "decreasing 64-32-16", (64, 32, 16), 0.8762999773025513, 0.35138845443725586, None),
    ("three layers from 64", "bulge 32-64-32", (32, 64, 32), 0.8666999936103821, 0.3695790767669678, None),
)


REPEATS = 5


def published_experiments() -> tuple[Experiment, ...]:
    """The twelfth is in both readings, so there are eighteen."""
    return tuple(
        Experiment(title, mlp(widths), repeats=REPEATS, published=Metrics(accuracy, loss), section=section, note=note)
        for section, title, widths, accuracy, loss, note in _PUBLISHED
    )
