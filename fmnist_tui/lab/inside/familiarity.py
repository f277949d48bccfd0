"""Whether an image looks like something that a network knows: how sure it is, and how near its training images are.

Hendrycks & Gimpel 2017 (ICLR, arXiv:1610.02136) take the highest probability; Sun, Ming, Zhu & Li 2022 (ICML,
arXiv:2204.06507) the distance to the k-th nearest training image. Theirs is between activations; here it is between
pixels, so that it says the same of every network, and needs none that is good.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fmnist_tui.lab.inside.one_image import Passage

if TYPE_CHECKING:
    from sklearn.neighbors import NearestNeighbors

UNSURE = 0.5
"""Below this highest probability a network is unsure."""

NEIGHBOUR = 5
"""Which nearest training image counts: the very nearest may be an odd one out."""

SHARE_NEARER = 0.99
"""The share of test images within the limit."""

MOST_KNOWN = 20_000
"""Training images to compare with, evenly spread: distances come out a few percent larger than with all 60,000."""

MOST_TRIED = 500
"""Test images that the limit is taken from, evenly spread."""


@dataclass(frozen=True, slots=True, eq=False)
class KnownImages:
    """Training images, and how far the test images lie from them."""

    search: "NearestNeighbors"
    """Finds the `NEIGHBOUR` nearest of them."""
    limit: float
    """The distance that `SHARE_NEARER` of the test images do not exceed."""
    tried: int
    """How many test images the limit is taken from."""


@dataclass(frozen=True, slots=True)
class Nearness:
    distance: float
    """Euclidean, over the pixels from 0 to 1, to the training image that `NEIGHBOUR` names."""
    limit: float

    @property
    def is_far(self) -> bool:
        return self.distance > self.limit


def known_images(train: NDArray[np.uint8], test: NDArray[np.uint8]) -> KnownImages:
    """Return what to compare images with; Fashion-MNIST takes about half a second, and importing scikit-learn one more.

    Args:
        train: training images, shape (n, 28, 28).
        test: test images, shape (m, 28, 28).
    """
    search, tried = search_among(_spread(train, MOST_KNOWN)), _spread(test, MOST_TRIED)
    limit = float(np.quantile(distances(search, tried), SHARE_NEARER))
    return KnownImages(search, limit, len(tried))


def nearness(known: KnownImages, image: NDArray[np.uint8]) -> Nearness:
    return Nearness(float(distances(known.search, image[None])[0]), known.limit)


def search_among(known: NDArray[np.uint8]) -> "NearestNeighbors":
    """Return what finds the `NEIGHBOUR` nearest of the known images, shape (n, 28, 28)."""
    from sklearn.neighbors import NearestNeighbors

    return NearestNeighbors(n_neighbors=min(NEIGHBOUR, len(known)), algorithm="brute").fit(_flat(known))


def distances(search: "NearestNeighbors", images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return each image's distance to the farthest of the known images that the search finds, shape (n,)."""
    return np.asarray(search.kneighbors(_flat(images))[0][:, -1])


def doubts(passage: Passage, nearness: Nearness | None) -> tuple[str, ...]:
    """Return why an image looks like nothing that the network knows; nothing where it looks familiar.

    Without `nearness` only the probabilities count.
    """
    found = []
    highest = float(passage.probabilities.max())
    if highest < UNSURE:
        found.append(f"its highest probability is {highest:.0%}, below {UNSURE:.0%}")
    if nearness and nearness.is_far:
        found.append(f"{distance_words(nearness)}, farther than {SHARE_NEARER:.0%} of the test images")
    return tuple(found)


def distance_words(nearness: Nearness) -> str:
    return f"the {NEIGHBOUR}th nearest training image is {nearness.distance:.1f} away (limit {nearness.limit:.1f})"


def _spread(images: NDArray[np.uint8], most: int) -> NDArray[np.uint8]:
    return images[:: max(-(-len(images) // most), 1)]


def _flat(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    return np.divide(images.reshape(len(images), -1), np.float32(255), dtype=np.float32)
