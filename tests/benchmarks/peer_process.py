"""A training of a peer, an epoch a line of standard input; run by the Python that has the peer.

    python peer_process.py torch|jax|jax-as-keras DATA.npz SHORTHAND

Each line read trains an epoch of batches of 64 with Adam, then validates, and prints its seconds.
SHORTHAND names dense layers, convolutions (`conv16x3`), pooling (`pool2`), `flatten` and dropout (`drop0.3`).
DATA holds x, y, x_val, y_val: pixels of 0 to 1 as float32 vectors, classes as int64.
"""

import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

BATCH = 64
VALIDATION_BATCH = 2_000
"""With convolutions, whose outputs for all images at once would take gigabytes."""

Data = Mapping[str, NDArray[Any]]
Epoch = Callable[[NDArray[np.int64]], None]
Layer = tuple[str, float]
"""What it is, and its units, rate or size; of a convolution its filters, of 3×3."""


def layers_of(shorthand: str) -> list[Layer]:
    """Return the layers of a shorthand, with the output of ten classes."""
    found: list[Layer] = []
    for word in shorthand.split("-"):
        parts = re.fullmatch(r"(conv|pool|drop|flatten|)([\d.]*)(?:x3)?", word)
        if parts is None:
            raise SystemExit(f"no peer has the layer {word!r}")
        found.append((parts[1] or "dense", float(parts[2] or 0)))
    return [*found, ("dense", 10)]


def is_convolutional(layers: Sequence[Layer]) -> bool:
    return any(kind == "conv" for kind, _ in layers)


def with_torch(data: Data, layers: Sequence[Layer]) -> Epoch:
    """Return an epoch of PyTorch's: the eager loop of its tutorials, tensors at hand, Adam fused."""
    torch: Any = import_module("torch")
    x, y, x_val, y_val = (torch.from_numpy(data[name]) for name in ("x", "y", "x_val", "y_val"))
    torch.manual_seed(0)
    network = torch.nn.Sequential(*_torch_modules(torch.nn, layers))
    network(x[:1])  # which gives its layers their shapes
    optimizer = torch.optim.Adam(network.parameters(), lr=0.001, eps=1e-7, fused=True)
    cross_entropy = torch.nn.functional.cross_entropy
    at_once = VALIDATION_BATCH if is_convolutional(layers) else len(x_val)

    def epoch(order: NDArray[np.int64]) -> None:
        loss_sum, right = torch.zeros(()), torch.zeros((), dtype=torch.int64)
        network.train()
        for batch in torch.from_numpy(order).split(BATCH):
            images, labels = x[batch], y[batch]
            logits = network(images)
            loss = cross_entropy(logits, labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss_sum += loss.detach() * len(batch)
            right += (logits.argmax(1) == labels).sum()
        network.eval()
        figures = [loss_sum, right]
        with torch.no_grad():
            for images, labels in zip(x_val.split(at_once), y_val.split(at_once), strict=True):
                logits = network(images)
                figures += [cross_entropy(logits, labels), (logits.argmax(1) == labels).sum()]
        for figure in figures:
            figure.item()

    return epoch


def _torch_modules(nn: Any, layers: Sequence[Layer]) -> list[Any]:
    modules = [nn.Unflatten(1, (1, 28, 28))] if is_convolutional(layers) else []
    for kind, number in layers:
        if kind == "conv":
            modules += [nn.LazyConv2d(int(number), 3), nn.ReLU()]
        elif kind == "pool":
            modules.append(nn.MaxPool2d(int(number)))
        elif kind == "drop":
            modules.append(nn.Dropout(number))
        elif kind == "dense":
            modules += [nn.Flatten(), nn.LazyLinear(int(number)), nn.ReLU()]
    return modules[:-1]


def with_jax(data: Data, layers: Sequence[Layer], *, as_keras: bool = False) -> Epoch:
    """Return an epoch of JAX's: one compiled scan over its batches, another program to validate.

    As one writes it, the pixels lie there as float32 and the loss is taken from logits. As Keras computes what the
    report's script says, the pixels are uint8, divided by 255 in each step, and the loss is taken from clipped
    probabilities, through the logits that their logarithms are. Convolutions are products of unfolded patches, which
    are faster on processors than XLA's own.
    """
    jax: Any = import_module("jax")
    jnp = jax.numpy
    x, y, x_val, y_val = (jnp.asarray(data[name]) for name in ("x", "y", "x_val", "y_val"))
    if as_keras:
        x, x_val = ((each * 255).round().astype(jnp.uint8) for each in (x, x_val))
    weights = [(jnp.asarray(kernel), jnp.zeros(kernel.shape[1])) for kernel in _kernels(layers)]
    zeros = jax.tree.map(jnp.zeros_like, weights)
    state = (weights, zeros, jax.tree.map(jnp.copy, zeros), jnp.float32(0))

    def scores(weights: Any, images: Any, labels: Any, key: Any = None) -> tuple[Any, Any]:
        if as_keras:
            images = images.astype(jnp.float32) / 255
        logits = _jax_logits(jax, layers, weights, images, key)
        if as_keras:
            logits = jnp.log(jnp.clip(jax.nn.softmax(logits), 1e-7, 1 - 1e-7))
        losses = -jnp.take_along_axis(jax.nn.log_softmax(logits), labels[:, None], 1)
        return losses.mean(), (logits.argmax(1) == labels).mean()

    def step(state: Any, batch: Any) -> tuple[Any, Any]:
        weights, means, squares, count = state
        count += 1
        key = jax.random.key(count.astype(jnp.uint32))
        logs, gradients = jax.value_and_grad(scores, has_aux=True)(weights, x[batch], y[batch], key)
        means = jax.tree.map(lambda mean, each: mean + (each - mean) * 0.1, means, gradients)
        squares = jax.tree.map(lambda square, each: square + (each * each - square) * 0.001, squares, gradients)
        rate = 0.001 * jnp.sqrt(1 - 0.999**count) / (1 - 0.9**count)
        weights = jax.tree.map(
            lambda weight, mean, square: weight - rate * mean / (jnp.sqrt(square) + 1e-7), weights, means, squares
        )
        return (weights, means, squares, count), logs

    def validation(weights: Any) -> Any:
        if not is_convolutional(layers):
            return scores(weights, x_val, y_val)
        parts = (each.reshape(-1, VALIDATION_BATCH, *each.shape[1:]) for each in (x_val, y_val))
        return jax.lax.map(lambda part: scores(weights, *part), tuple(parts))

    scan = jax.jit(lambda state, batches: jax.lax.scan(step, state, batches), donate_argnums=0)
    validate = jax.jit(validation)

    def epoch(order: NDArray[np.int64]) -> None:
        nonlocal state
        whole = len(order) // BATCH * BATCH
        state, logs = scan(state, order[:whole].reshape(-1, BATCH))
        jax.block_until_ready((logs, validate(state[0])))

    return epoch


def _kernels(layers: Sequence[Layer]) -> list[NDArray[np.float32]]:
    """Return Glorot's uniform kernels, (inputs, units); of a convolution the inputs are those of a patch."""
    random = np.random.default_rng(0)
    kernels = []
    rows, channels = (28, 1) if is_convolutional(layers) else (1, 784)
    for kind, number in layers:
        if kind == "pool":
            rows //= int(number)
        elif kind in ("conv", "dense"):
            inputs = 9 * channels if kind == "conv" else rows * rows * channels
            rows, channels = (rows - 2 if kind == "conv" else 1), int(number)
            limit = (6 / (inputs + channels)) ** 0.5
            kernels.append(random.uniform(-limit, limit, (inputs, channels)).astype(np.float32))
    return kernels


def _jax_logits(jax: Any, layers: Sequence[Layer], weights: Any, images: Any, key: Any) -> Any:
    """Return (n, 10) of (n, 784) pixels; with a key, with dropout."""
    jnp, left = jax.numpy, iter(weights)
    x = images.reshape(len(images), 28, 28, 1) if is_convolutional(layers) else images
    for place, (kind, number) in enumerate(layers):
        if kind == "pool":
            size = int(number)
            x = x[:, : x.shape[1] // size * size, : x.shape[2] // size * size]
            x = x.reshape(len(x), x.shape[1] // size, size, x.shape[2] // size, size, -1).max((2, 4))
        elif kind == "drop" and key is not None:
            kept = jax.random.bernoulli(jax.random.fold_in(key, place), 1 - number, x.shape)
            x = jnp.where(kept, x / (1 - number), 0)
        elif kind in ("conv", "dense"):
            kernel, bias = next(left)
            x = _patches(jnp, x) if kind == "conv" else x.reshape(len(x), -1)
            x = x @ kernel + bias
            x = jax.nn.relu(x) if place < len(layers) - 1 else x
    return x


def _patches(jnp: Any, images: Any) -> Any:
    """Return the 3×3 patches of (n, rows, columns, channels), (n, rows - 2, columns - 2, 9 · channels)."""
    rows, columns = images.shape[1] - 2, images.shape[2] - 2
    return jnp.concatenate([images[:, i : i + rows, j : j + columns] for i in range(3) for j in range(3)], -1)


def main(peer: str, path: str, shorthand: str) -> None:
    data = np.load(path)
    peers: dict[str, Callable[[Data, Sequence[Layer]], Epoch]] = {
        "torch": with_torch,
        "jax": with_jax,
        "jax-as-keras": partial(with_jax, as_keras=True),
    }
    epoch = peers[peer]({name: data[name] for name in data.files}, layers_of(shorthand))
    for seed, _ in enumerate(sys.stdin):
        order = np.random.default_rng(seed).permutation(len(data["y"]))
        began = time.perf_counter()
        epoch(order)
        print(time.perf_counter() - began, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
