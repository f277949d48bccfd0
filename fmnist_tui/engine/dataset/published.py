"""What is published as Fashion-MNIST: four files, their shapes, their sums and where they are served."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """One file of unsigned bytes in IDX format, served packed with gzip."""

    name: str
    """The file's name without `.gz`."""
    shape: tuple[int, ...]
    """How many reports or labels it holds, then the size of each."""
    md5: str
    """The MD5 of the unpacked bytes; the packing differs from one copy to another."""
    packed_size: int
    """How many bytes the mirrors serve."""

    @property
    def packed_name(self) -> str:
        """The file's name as it is served."""
        return f"{self.name}.gz"

    @property
    def header(self) -> bytes:
        """The first unpacked bytes: 0, 0, 8 for unsigned bytes, the number of dimensions and each of them.

        Source: Yann LeCun's page of the MNIST database, "the IDX file format".
        """
        sizes = b"".join(size.to_bytes(4, "big") for size in self.shape)
        return bytes((0, 0, 8, len(self.shape))) + sizes

    @property
    def size(self) -> int:
        """How many bytes there are unpacked."""
        return len(self.header) + math.prod(self.shape)


TRAIN_IMAGES = PublishedFile(
    "train-images-idx3-ubyte", (60_000, 28, 28), "f4a8712d7a061bf5bd6d2ca38dc4d50a", packed_size=26_421_880
)
TRAIN_LABELS = PublishedFile(
    "train-labels-idx1-ubyte", (60_000,), "9018921c3c673c538a1fc5bad174d6f9", packed_size=29_515
)
TEST_IMAGES = PublishedFile(
    "t10k-images-idx3-ubyte", (10_000, 28, 28), "8181f5470baa50b63fa0f6fddb340f0a", packed_size=4_422_102
)
TEST_LABELS = PublishedFile("t10k-labels-idx1-ubyte", (10_000,), "15d484375f8d13e6eb1aabb0c3f46965", packed_size=5_148)

FILES = (TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS)
"""All four, the training set first."""

MIRRORS = (
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
)
"""Where the packed files are served: Keras's copy, then Zalando's own, which has no https."""
