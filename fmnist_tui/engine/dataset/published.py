"""The four published files of Fashion-MNIST: shapes, checksums and mirrors."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """A file of unsigned bytes in IDX format, served gzip-compressed."""

    name: str
    """File name without `.gz`."""
    shape: tuple[int, ...]
    """Number of images or labels, then the size of an image."""
    md5: str
    """MD5 of the uncompressed bytes; compressed copies differ."""
    packed_size: int

    @property
    def packed_name(self) -> str:
        return f"{self.name}.gz"

    @property
    def header(self) -> bytes:
        """The first uncompressed bytes: 0, 0, 8 for unsigned bytes, the number of dimensions, and each dimension.

        Source: Yann LeCun's page of the MNIST database, "the IDX file format".
        """
        sizes = b"".join(size.to_bytes(4, "big") for size in self.shape)
        return bytes((0, 0, 8, len(self.shape))) + sizes

    @property
    def size(self) -> int:
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

MIRRORS = (
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
)
"""Base URLs of the compressed files: Keras's copy, then Zalando's own, which has no https."""
