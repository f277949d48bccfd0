"""What makes an image look like nothing that a network knows."""

import numpy as np
import pytest
from numpy.typing import NDArray
from single_screen import few_garments

from fmnist_tui.lab.inside import familiarity
from fmnist_tui.lab.inside.familiarity import Nearness, distances, doubts, known_images, nearness, search_among
from fmnist_tui.lab.inside.one_image import Passage

GARMENTS = few_garments()
TRAIN, TEST = GARMENTS.x_train, GARMENTS.x_test


def by_definition(known: NDArray[np.uint8], images: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The fifth smallest Euclidean distance, pair by pair in float64."""
    return np.array([np.sort(np.sqrt((((known - image) / 255) ** 2).sum((1, 2))))[4] for image in images.astype(float)])


def test_the_distance_is_that_to_the_fifth_nearest_image() -> None:
    assert distances(search_among(TRAIN), TEST[:20]) == pytest.approx(by_definition(TRAIN, TEST[:20]), rel=1e-4)


def test_a_known_image_is_at_no_negative_distance() -> None:
    five = np.repeat(TRAIN[:1], 5, axis=0)

    assert distances(search_among(five), TRAIN[:1])[0] == pytest.approx(0, abs=0.01)


def test_of_fewer_images_than_five_it_is_the_farthest() -> None:
    assert distances(search_among(TRAIN[:2]), TRAIN[:1])[0] == pytest.approx(
        distances(search_among(TRAIN[1:2]), TRAIN[:1])[0], rel=1e-4
    )


def test_the_limit_is_the_distance_of_all_but_one_in_a_hundred_test_images() -> None:
    known = known_images(TRAIN, TEST)

    assert known.limit == pytest.approx(np.quantile(by_definition(TRAIN, TEST), 0.99), rel=1e-4)
    assert known.tried == 400
    checked = np.where(np.indices((28, 28)).sum(0) % 2, 255, 0).astype(np.uint8)
    assert nearness(known, checked).is_far
    assert not nearness(known, TRAIN[3]).is_far


def test_of_many_images_some_evenly_spread_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(familiarity, "MOST_KNOWN", 25)
    monkeypatch.setattr(familiarity, "MOST_TRIED", 150)

    known = known_images(TRAIN, TEST)

    assert np.array_equal(distances(known.search, TEST), distances(search_among(TRAIN[::3]), TEST))
    assert known.tried == 134


def passage(highest: float) -> Passage:
    return Passage((), np.array([highest, *[(1 - highest) / 9] * 9], np.float32))


@pytest.mark.parametrize(
    ("highest", "distance", "words"),
    [
        (0.9, 7.0, []),
        (0.9, None, []),
        (0.3, None, ["highest probability is 30%"]),
        (0.9, 9.0, ["5th nearest training image is 9.0 away (limit 8.0), farther than 99% of the test images"]),
        (0.3, 9.0, ["highest probability is 30%", "5th nearest"]),
    ],
    ids=["familiar", "no distance", "unsure", "far", "both"],
)
def test_doubts_name_each_reason(highest: float, distance: float | None, words: list[str]) -> None:
    found = doubts(passage(highest), None if distance is None else Nearness(distance, 8.0))

    assert len(found) == len(words)
    assert all(part in sentence for part, sentence in zip(words, found, strict=True))
