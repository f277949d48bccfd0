from collections import Counter
from collections.abc import Iterable, Iterator
from textwrap import wrap

from fmnist_tui.lab.layers import CLASSES, KerasCall, Layer
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.architecture import INPUT_SHAPE
from fmnist_tui.lab.records.dataset import FASHION_MNIST, is_other, name_of
from fmnist_tui.lab.records.dataset import SYNTHETIC as SYNTHETIC_DATA
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.shorthand import shorthand

WIDTH = 88
"""Line length of the script."""

KERAS_OPTIMIZERS = {
    "adam": ("Adam",),
    "adamw": ("AdamW",),
    "nadam": ("Nadam",),
    "adamax": ("Adamax",),
    "rmsprop": ("RMSprop",),
    "adagrad": ("Adagrad",),
    "lion": ("Lion",),
    "sgd": ("SGD",),
    "momentum": ("SGD", "momentum=0.9"),
    "nesterov": ("SGD", "momentum=0.9", "nesterov=True"),
}
"""The `keras.optimizers` class and its arguments besides the learning rate."""

SYNTHETIC = (
    "The recorded run was trained on fmnist-tui's built-in synthetic garments, not on Fashion-MNIST. "
    "This script trains on Fashion-MNIST, so its figures will differ."
)

OTHER = "It is trained on {name}: set FMNIST_TUI_DATA to the folder of its four files."

_IMPORTS = """\
import gzip
import os
from pathlib import Path

import keras
import numpy as np
from matplotlib.figure import Figure
{split_import}
SEED = {seed}
EPOCHS = {epochs}
BATCH_SIZE = {batch_size}
LEARNING_RATE = {learning_rate!r}
{patience}
"""

_FASHION_MNIST = '''
def read_idx(path, header):
    """Return the bytes that follow the header of a gzipped idx file."""
    with gzip.open(path) as file:
        return np.frombuffer(file.read(), dtype=np.uint8, offset=header)


def load_data():
    """Return the training and the test set, each as images (n, 28, 28) and labels."""
    folder = os.environ.get("FMNIST_TUI_DATA")
    if not folder:
        return keras.datasets.fashion_mnist.load_data()
    sets = []
    for name in ("train", "t10k"):
        images = read_idx(Path(folder, f"{name}-images-idx3-ubyte.gz"), header=16)
        labels = read_idx(Path(folder, f"{name}-labels-idx1-ubyte.gz"), header=8)
        sets.append((images.reshape(-1, 28, 28), labels))
    return sets
'''

_OTHER_DATA = '''
def read_idx(path, header):
    """Return the bytes that follow the header of an idx file, gzipped or not."""
    packed = path.with_name(f"{path.name}.gz")
    raw = gzip.decompress(packed.read_bytes()) if packed.exists() else path.read_bytes()
    return np.frombuffer(raw, dtype=np.uint8, offset=header)


def load_data():
    """Return the training and the test set, each as images (n, 28, 28) and labels."""
    folder = os.environ.get("FMNIST_TUI_DATA")
    if not folder:
        raise SystemExit("Set FMNIST_TUI_DATA to the folder of the four files.")
    sets = []
    for name in ("train", "t10k"):
        images = read_idx(Path(folder, f"{name}-images-idx3-ubyte"), header=16)
        labels = read_idx(Path(folder, f"{name}-labels-idx1-ubyte"), header=8)
        sets.append((images.reshape(-1, 28, 28), labels))
    return sets
'''

_ARRAYS = """

# Grey levels from 0-255 to 0-1, and an axis for the one channel: (n, 28, 28, 1).
(x_train, y_train), (x_test, y_test) = load_data()
x_train = x_train[..., np.newaxis].astype("float32") / 255
x_test = x_test[..., np.newaxis].astype("float32") / 255
"""

_SPLIT_IMPORT = "from sklearn.model_selection import train_test_split\n"

_SPLIT = """
# Hold out a part of the training images for validation, the same part every time.
x_train, x_val, y_train, y_val = train_test_split(
    x_train,
    y_train,
    test_size={fraction!r},
    random_state={seed},
)
"""

_MODEL = """
# The seed decides the first weights, what dropout drops and the order of the images.
keras.utils.set_random_seed(SEED)

model = keras.Sequential(
    [
{layers}
    ]
)
model.summary()

model.compile(
{optimizer}
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
"""

_EARLY_STOPPING = """
# Stop when the validation loss has not been better for this many epochs in a row.
early_stopping = keras.callbacks.EarlyStopping(monitor="val_loss", patience=PATIENCE)
"""

_FIT = """
history = model.fit(
    x_train,
    y_train,
    epochs=EPOCHS,
    batch_size=BATCH_SIZE,
{validation}{callbacks})

# The test set is used once, at the end, with the weights of the last epoch.
test_loss, test_acc = model.evaluate(x_test, y_test)
print(f"Loss: {{test_loss}}")
print(f"Acc: {{test_acc}}")

model.save("model.keras")

# Accuracy and loss side by side, drawn straight into a file: no screen is needed.
figure = Figure(figsize=(15, 4), layout="constrained")
epochs = range(1, len(history.epoch) + 1)
for place, metric in enumerate(["accuracy", "loss"], start=1):
    axes = figure.add_subplot(1, 2, place)
    axes.plot(epochs, history.history[metric], marker=".", label="Train")
{validation_curve}    axes.set_title(f"Model {{metric}}")
    axes.set_xlabel("Epoch")
    axes.set_ylabel(metric.capitalize())
    axes.legend()
figure.savefig("curves.png")
"""

_VALIDATION_DATA = "    validation_data=(x_val, y_val),\n"

_CALLBACKS = "    callbacks=[early_stopping],\n"

_VALIDATION_CURVE = """\
    axes.plot(epochs, history.history[f"val_{metric}"], marker=".", label="Val")
"""


def keras_script(recipe: Recipe, seed: int, *, name: str | None = None) -> str:
    """Return a Python script that does one training with Keras, NumPy, scikit-learn and Matplotlib alone.

    It writes `model.keras` and `curves.png` into the current folder, and reads the four files from the folder in
    FMNIST_TUI_DATA, else Keras downloads Fashion-MNIST; also for the synthetic dataset, not for other data.
    ArchitectureError if the network cannot be built.
    """
    recipe.architecture.check()
    training = recipe.training
    fraction = float(training.validation_fraction)
    patience = training.early_stopping
    return "".join(
        (
            _heading(recipe, name),
            _IMPORTS.format(
                split_import=_SPLIT_IMPORT if fraction else "",
                seed=seed,
                epochs=training.epochs,
                batch_size=training.batch_size,
                learning_rate=float(training.learning_rate),
                patience=f"PATIENCE = {patience}\n" if patience else "",
            ),
            _OTHER_DATA if is_other(recipe.dataset) else _FASHION_MNIST,
            _ARRAYS,
            _SPLIT.format(fraction=fraction, seed=training.split_seed) if fraction else "",
            _MODEL.format(
                layers="\n".join(_layers(recipe.architecture.layers)),
                optimizer=_optimizer(training.optimizer),
            ),
            _EARLY_STOPPING if patience else "",
            _FIT.format(
                validation=_VALIDATION_DATA if fraction else "",
                callbacks=_CALLBACKS if patience else "",
                validation_curve=_VALIDATION_CURVE if fraction else "",
            ),
        )
    )


def _heading(recipe: Recipe, name: str | None) -> str:
    # The name of other data may hold quotes, which would end this text: it stands in a comment.
    data = "" if is_other(recipe.dataset) else " on Fashion-MNIST"
    title = f"The network {shorthand(recipe.architecture)}{data}, trained with Keras alone."
    if len(title) > WIDTH - 3:
        title = f"A neural network{data}, trained with Keras alone."
    libraries = "tensorflow scikit-learn" if recipe.training.validation_fraction else "tensorflow"
    comments = "".join(_comments(recipe, name))
    return (
        f'"""{title}\n\n'
        f"Needs:  pip install {libraries} matplotlib\n"
        f'Writes: model.keras and curves.png, in the current folder.\n"""\n\n'
        f"{comments}"
    )


def _comments(recipe: Recipe, name: str | None) -> Iterator[str]:
    if name is not None:
        start = "# Experiment: "
        yield f"{start}{visible(' '.join(name.split()), WIDTH - len(start))}\n"
    if recipe.dataset == SYNTHETIC_DATA:
        yield from (f"# {line}\n" for line in wrap(SYNTHETIC, WIDTH - 2))
    elif is_other(recipe.dataset):
        yield from (f"# {line}\n" for line in wrap(OTHER.format(name=visible(name_of(recipe.dataset))), WIDTH - 2))
    if name is not None or recipe.dataset != FASHION_MNIST:
        yield "\n"


def _layers(layers: Iterable[Layer]) -> Iterator[str]:
    yield f"        keras.Input(shape={INPUT_SHAPE}),"
    numbers: Counter[str] = Counter()
    for layer in layers:
        call = layer.keras()
        name = layer.name.replace(" ", "_")
        numbers[name] += 1
        yield _call(f"        keras.{call.name}", (*_arguments(call), f'name="{name}_{numbers[name]}"'))
    yield f'        keras.layers.Dense({CLASSES}, activation="softmax", name="output"),'


def _optimizer(name: str) -> str:
    kind, *given = KERAS_OPTIMIZERS[name]
    return _call(f"    optimizer=keras.optimizers.{kind}", ("learning_rate=LEARNING_RATE", *given))


def _call(function: str, arguments: tuple[str, ...]) -> str:
    line = f"{function}({', '.join(arguments)}),"
    if len(line) <= WIDTH:
        return line
    indent = " " * (len(function) - len(function.lstrip()))
    return "\n".join((f"{function}(", *(f"{indent}    {each}," for each in arguments), f"{indent}),"))


def _arguments(call: KerasCall) -> tuple[str, ...]:
    return (*map(_code, call.positional), *(f"{name}={_code(value)}" for name, value in call.named.items()))


def _code(value: int | float | str | KerasCall) -> str:
    match value:
        case KerasCall():
            return f"keras.{value.name}({', '.join(_arguments(value))})"
        case str():
            return f'"{value}"'
        case _:
            return repr(value)
