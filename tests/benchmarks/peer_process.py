"""A training of a peer, an epoch a line of standard input; run by the Python that has the peer.

    python peer_process.py torch|jax|jax-as-keras DATA.npz WIDTHS

Each line read trains an epoch of batches of 64 with Adam, then validates, and prints its seconds.
DATA holds x, y, x_val, y_val: pixels of 0 to 1 as float32 vectors, classes as int64.
"""

import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

BATCH = 64

Data = Mapping[str, NDArray[Any]]
Epoch = Callable[[NDArray[np.int64]], None]


def with_torch(data: Data, widths: list[int]) -> Epoch:
    """Return an epoch of PyTorch's: the eager loop of its tutorials, tensors at hand, Adam fused."""
    torch: Any = import_module("torch")
    x, y, x_val, y_val = (torch.from_numpy(data[name]) for name in ("x", "y", "x_val", "y_val"))
    torch.manual_seed(0)
    layers = []
    for before, after in pairwise(widths):
        layers += [torch.nn.Linear(before, after), torch.nn.ReLU()]
    network = torch.nn.Sequential(*layers[:-1])
    optimizer = torch.optim.Adam(network.parameters(), lr=0.001, eps=1e-7, fused=True)
    cross_entropy = torch.nn.functional.cross_entropy

    def epoch(order: NDArray[np.int64]) -> None:
        loss_sum, right = torch.zeros(()), torch.zeros((), dtype=torch.int64)
        for batch in torch.from_numpy(order).split(BATCH):
            images, labels = x[batch], y[batch]
            logits = network(images)
            loss = cross_entropy(logits, labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss_sum += loss.detach() * len(batch)
            right += (logits.argmax(1) == labels).sum()
        with torch.no_grad():
            logits = network(x_val)
            figures = (loss_sum, right, cross_entropy(logits, y_val), (logits.argmax(1) == y_val).sum())
        for figure in figures:
            figure.item()

    return epoch


def with_jax(data: Data, widths: list[int], *, as_keras: bool = False) -> Epoch:
    """Return an epoch of JAX's: one compiled scan over its batches, another program to validate.

    As one writes it, the pixels lie there as float32 and the loss is taken from logits. As Keras computes what the
    report's script says, the pixels are uint8, divided by 255 in each step, and the loss is taken from clipped
    probabilities, through the logits that their logarithms are.
    """
    jax: Any = import_module("jax")
    jnp = jax.numpy
    x, y, x_val, y_val = (jnp.asarray(data[name]) for name in ("x", "y", "x_val", "y_val"))
    if as_keras:
        x, x_val = ((each * 255).round().astype(jnp.uint8) for each in (x, x_val))
    random = np.random.default_rng(0)
    weights = [
        (jnp.asarray(random.uniform(-limit, limit, (before, after)).astype(np.float32)), jnp.zeros(after))
        for before, after in pairwise(widths)
        for limit in [(6 / (before + after)) ** 0.5]
    ]
    zeros = jax.tree.map(jnp.zeros_like, weights)
    state = (weights, zeros, jax.tree.map(jnp.copy, zeros), jnp.float32(0))

    def scores(weights: Any, images: Any, labels: Any) -> tuple[Any, Any]:
        if as_keras:
            images = images.astype(jnp.float32) / 255
        for kernel, bias in weights[:-1]:
            images = jax.nn.relu(images @ kernel + bias)
        kernel, bias = weights[-1]
        logits = images @ kernel + bias
        if as_keras:
            logits = jnp.log(jnp.clip(jax.nn.softmax(logits), 1e-7, 1 - 1e-7))
        losses = -jnp.take_along_axis(jax.nn.log_softmax(logits), labels[:, None], 1)
        return losses.mean(), (logits.argmax(1) == labels).mean()

    def step(state: Any, batch: Any) -> tuple[Any, Any]:
        weights, means, squares, count = state
        logs, gradients = jax.value_and_grad(scores, has_aux=True)(weights, x[batch], y[batch])
        count += 1
        means = jax.tree.map(lambda mean, each: mean + (each - mean) * 0.1, means, gradients)
        squares = jax.tree.map(lambda square, each: square + (each * each - square) * 0.001, squares, gradients)
        rate = 0.001 * jnp.sqrt(1 - 0.999**count) / (1 - 0.9**count)
        weights = jax.tree.map(
            lambda weight, mean, square: weight - rate * mean / (jnp.sqrt(square) + 1e-7), weights, means, squares
        )
        return (weights, means, squares, count), logs

    scan = jax.jit(lambda state, batches: jax.lax.scan(step, state, batches), donate_argnums=0)
    validate = jax.jit(lambda weights: scores(weights, x_val, y_val))

    def epoch(order: NDArray[np.int64]) -> None:
        nonlocal state
        whole = len(order) // BATCH * BATCH
        state, logs = scan(state, order[:whole].reshape(-1, BATCH))
        jax.block_until_ready((logs, validate(state[0])))

    return epoch


def main(peer: str, path: str, widths: str) -> None:
    data = np.load(path)
    peers: dict[str, Callable[[Data, list[int]], Epoch]] = {
        "torch": with_torch,
        "jax": with_jax,
        "jax-as-keras": partial(with_jax, as_keras=True),
    }
    epoch = peers[peer]({name: data[name] for name in data.files}, [784, *map(int, widths.split("-")), 10])
    for seed, _ in enumerate(sys.stdin):
        order = np.random.default_rng(seed).permutation(len(data["y"]))
        began = time.perf_counter()
        epoch(order)
        print(time.perf_counter() - began, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
