"""The garments drawn by the program: the same everywhere, balanced, recognisable, and hard enough."""

import hashlib
import time
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pytest

from fmnist_tui.engine.dataset.description import class_counts
from fmnist_tui.engine.dataset.synthetic.collection import (
    Labels,
    Pictures,
    draw_collection,
    draw_test_set,
    draw_training_set,
)
from fmnist_tui.engine.dataset.synthetic.draws import Draws
from fmnist_tui.lab.classes import GARMENT_CLASSES

T_SHIRT, TROUSER, PULLOVER, DRESS, COAT, SANDAL, SHIRT, SNEAKER, BAG, ANKLE_BOOT = range(10)

# A change of these two is a change of the dataset: runs of before and after must not be compared.
TRAINING_SET_SHA256 = "2d84129b612bfa663e4ccf86a3046c2883a3d7d60d35630facf195b5fb96eefe"
TEST_SET_SHA256 = "0f879db30a0a2e29c7a38e2daaab0b0d7a787c6215fd1d73161cc498282b662d"


@dataclass(frozen=True)
class Collection:
    x_train: Pictures
    y_train: Labels
    x_test: Pictures
    y_test: Labels
    seconds: float

    def of(self, label: int) -> npt.NDArray[np.bool_]:
        """The training pictures of a class, as lit pixels, shape (2000, 28, 28)."""
        lit: npt.NDArray[np.bool_] = self.x_train[self.y_train == label] > 25
        return lit


@pytest.fixture(scope="module")
def garments() -> Collection:
    started = time.process_time()
    x_train, y_train = draw_training_set()
    x_test, y_test = draw_test_set()
    return Collection(x_train, y_train, x_test, y_test, time.process_time() - started)


def sha256_of(pictures: Pictures, labels: Labels) -> str:
    return hashlib.sha256(pictures.tobytes() + labels.astype("<i8").tobytes()).hexdigest()


def widths(lit: npt.NDArray[np.bool_], row: int) -> npt.NDArray[np.intp]:
    """How many pixels of a row each picture lights."""
    return np.asarray(lit[:, row].sum(axis=1))


def heights(lit: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """How many rows each picture lights."""
    return np.asarray(lit.any(axis=2).sum(axis=1))


def gaps(lit: npt.NDArray[np.bool_], axis: int) -> npt.NDArray[np.intp]:
    """In how many rows (axis 2) or columns (axis 1) of each picture black lies between lit pixels."""
    edges = np.diff(lit.astype(np.int8), axis=axis, prepend=0) == 1
    return np.asarray((edges.sum(axis=axis) > 1).sum(axis=1))


def test_the_bytes_are_the_same_on_every_machine(garments: Collection) -> None:
    assert sha256_of(garments.x_train, garments.y_train) == TRAINING_SET_SHA256
    assert sha256_of(garments.x_test, garments.y_test) == TEST_SET_SHA256


def test_they_are_drawn_in_about_a_second(garments: Collection) -> None:
    assert garments.seconds < 4  # 0.7 on an idle core; room for a slow and busy one


def test_they_have_the_shape_of_the_real_ones(garments: Collection) -> None:
    assert garments.x_train.shape == (20_000, 28, 28)
    assert garments.x_test.shape == (4_000, 28, 28)
    assert garments.x_train.dtype == garments.x_test.dtype == np.uint8


def test_all_classes_are_alike_in_number(garments: Collection) -> None:
    assert class_counts(garments.y_train) == (2_000,) * 10
    assert class_counts(garments.y_test) == (400,) * 10


def test_the_classes_come_in_no_order(garments: Collection) -> None:
    assert set(garments.y_train[:100].tolist()) == set(range(10))
    assert 0.08 < (garments.y_train[1:] == garments.y_train[:-1]).mean() < 0.12


def test_no_picture_comes_twice(garments: Collection) -> None:
    everything = np.concatenate([garments.x_train, garments.x_test]).reshape(-1, 784)
    assert len(np.unique(everything, axis=0)) == len(everything)


def test_garments_lie_on_black(garments: Collection) -> None:
    assert (garments.x_train == 0).mean() > 0.4
    assert (garments.x_train[:, 0, 0] == 0).all()
    assert garments.x_train.max() == 255


def test_another_key_draws_other_garments() -> None:
    (one, labels), (other, _) = draw_collection(100, key=0), draw_collection(100, key=7)
    assert class_counts(labels) == (10,) * 10
    assert sha256_of(one, labels) != sha256_of(other, labels)


class TestAPersonRecognises:
    """What makes a garment what it is, measured; each share is of the 2,000 pictures of a class."""

    def test_a_t_shirt_by_its_sleeves_above_the_hem(self, garments: Collection) -> None:
        lit = garments.of(T_SHIRT)
        assert (widths(lit, 9) > widths(lit, 20) + 2).mean() > 0.5

    def test_trousers_by_the_gap_between_the_legs(self, garments: Collection) -> None:
        assert (gaps(garments.of(TROUSER), axis=2) >= 4).mean() > 0.6
        assert (gaps(garments.of(T_SHIRT), axis=2) >= 4).mean() < 0.25

    def test_a_pullover_by_its_long_sleeves(self, garments: Collection) -> None:
        lit, short = garments.of(PULLOVER), garments.of(T_SHIRT)
        assert np.median(widths(lit, 18)) > np.median(widths(short, 18)) + 4

    def test_a_dress_by_being_long_and_narrow(self, garments: Collection) -> None:
        lit, coat = garments.of(DRESS), garments.of(COAT)
        assert np.median(heights(lit)) > 24
        assert np.median(widths(lit, 10)) < np.median(widths(coat, 10)) - 4

    def test_a_coat_by_the_line_down_its_front(self, garments: Collection) -> None:
        assert _dark_line(garments, COAT) > 0.6
        assert _dark_line(garments, PULLOVER) < 0.25

    def test_a_sandal_by_the_black_between_its_straps(self, garments: Collection) -> None:
        assert (gaps(garments.of(SANDAL), axis=1) >= 4).mean() > 0.6
        assert (gaps(garments.of(SNEAKER), axis=1) >= 4).mean() < 0.1

    def test_a_sneaker_by_being_low_and_long(self, garments: Collection) -> None:
        lit = garments.of(SNEAKER)
        assert np.median(heights(lit)) < 14
        assert np.median(lit.any(axis=1).sum(axis=1)) > 25

    def test_a_bag_with_a_handle_by_the_black_under_it(self, garments: Collection) -> None:
        assert (gaps(garments.of(BAG), axis=1) >= 4).mean() > 0.45

    def test_an_ankle_boot_by_a_shaft_behind_its_toe(self, garments: Collection) -> None:
        lit = garments.of(ANKLE_BOOT)
        toe, shaft = lit[:, :, 5].sum(axis=1), lit[:, :, 21].sum(axis=1)
        assert (shaft > toe + 4).mean() > 0.8
        assert np.median(heights(lit)) > np.median(heights(garments.of(SNEAKER))) + 3


def _dark_line(garments: Collection, label: int) -> float:
    """The share of a class that is clearly darker or lighter along its axis than two pixels beside it."""
    rows = garments.x_train[garments.y_train == label][:, 12:22].astype(np.float64).mean(axis=1)
    middle, beside = rows[:, 12:16], (rows[:, 10:14] + rows[:, 14:18]) / 2
    return float((np.abs(middle - beside).max(axis=1) > 0.2 * beside.max(axis=1)).mean())


def test_no_two_classes_look_alike_on_average(garments: Collection) -> None:
    averages = [garments.of(label).mean(axis=0) for label in range(10)]
    for one, other in combinations(range(10), 2):
        difference = np.abs(averages[one] - averages[other]).max()
        assert difference > 0.1, f"{GARMENT_CLASSES.names[one]} and {GARMENT_CLASSES.names[other]}"


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
class TestADifficultyLikeTheRealOnes:
    """The real ones give a linear model about 0.84 and a layer of 64 units about 0.88."""

    @pytest.fixture(scope="class")
    def linear(self, garments: Collection) -> float:
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(C=0.05, max_iter=40)
        model.fit(garments.x_train[:8_000].reshape(-1, 784) / 255, garments.y_train[:8_000])
        return float(model.score(garments.x_test.reshape(-1, 784) / 255, garments.y_test))

    @pytest.fixture(scope="class")
    def hidden(self, garments: Collection) -> float:
        from sklearn.neural_network import MLPClassifier

        model = MLPClassifier((64,), batch_size=64, max_iter=12, tol=0, random_state=0)
        model.fit(garments.x_train.reshape(-1, 784) / 255, garments.y_train)
        return float(model.score(garments.x_test.reshape(-1, 784) / 255, garments.y_test))

    def test_a_linear_model_gets_most_of_them_but_not_all(self, linear: float) -> None:
        assert 0.75 < linear < 0.85

    def test_a_hidden_layer_does_clearly_better_and_far_from_perfectly(self, linear: float, hidden: float) -> None:
        assert linear + 0.02 < hidden < 0.93


class TestDraws:
    def test_stay_within_their_bounds_and_reach_all_of_them(self) -> None:
        draws = Draws(1, n=10_000)
        for values in (draws.uniform(3, 5), draws.middling(3, 5)):
            assert 3 <= values.min() < 3.1
            assert 4.9 < values.max() <= 5
            assert values.mean() == pytest.approx(4, abs=0.03)
            assert values.dtype == np.float32
        assert set(draws.whole(2, 4).tolist()) == {2, 3, 4}
        assert draws.chance(0.3).mean() == pytest.approx(0.3, abs=0.02)
        grain = draws.grain(3, 3)
        assert grain.shape == (10_000, 3, 3)
        assert (grain.min(), grain.max()) == (-1, 1)

    def test_are_new_each_time_and_the_same_for_the_same_key(self) -> None:
        one, same, other = Draws(1, 2, n=5), Draws(1, 2, n=5), Draws(1, 3, n=5)
        first = one.uniform(0, 1).tolist()
        assert first == same.uniform(0, 1).tolist()
        assert first != other.uniform(0, 1).tolist()
        assert first != one.uniform(0, 1).tolist()

    def test_put_every_number_in_an_order_once(self) -> None:
        order = Draws(1, n=50).order().tolist()
        assert sorted(order) == list(range(50)) != order
