import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]


class Draws:
    """Random numbers for `n` images, the same on every machine and with every NumPy version.

    Uses only the raw stream of PCG64, which NumPy promises not to change (NEP 19), unlike `Generator.uniform`.
    """

    def __init__(self, *key: int, n: int) -> None:
        self.n = n
        self._generator = np.random.PCG64(np.random.SeedSequence(key))

    def uniform(self, low: float, high: float) -> Floats:
        return low + (high - low) * self._unit()

    def middling(self, low: float, high: float) -> Floats:
        """Return shape (n,), mostly near the middle: the mean of two uniform draws."""
        return low + (high - low) * (0.5 * (self._unit() + self._unit()))

    def chance(self, probability: float) -> Flags:
        return self._unit() < probability

    def whole(self, low: int, high: int) -> Integers:
        """Return shape (n,), `high` included."""
        steps = self._words(self.n) >> np.uint64(32)
        return low + ((steps * np.uint64(high - low + 1)) >> np.uint64(32)).astype(np.int64)

    def grain(self, *shape: int) -> Floats:
        """Return shape (n, *shape), uniform between −1 and 1 in 256 steps."""
        count = self.n * math.prod(shape)
        octets = self._words(-(-count // 8)).astype("<u8").view(np.uint8)[:count]
        return octets.reshape(self.n, *shape).astype(np.float32) * (2 / 255) - 1

    def order(self) -> npt.NDArray[np.intp]:
        return np.argsort(self._words(self.n), kind="stable")

    def _unit(self) -> Floats:
        # A float32 holds 24 bits exactly.
        return (self._words(self.n) >> np.uint64(40)).astype(np.float32) * 2.0**-24

    def _words(self, count: int) -> npt.NDArray[np.uint64]:
        return np.asarray(self._generator.random_raw(count), np.uint64)


def either(flags: Flags, yes: Floats | float, no: Floats | float) -> Floats:
    return np.where(flags, np.asarray(yes, np.float32), np.asarray(no, np.float32))
