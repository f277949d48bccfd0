"""What is sent between a cluster and its client, without a cluster."""

import pickle
from itertools import accumulate, pairwise
from threading import Event
from unittest.mock import MagicMock

import pytest
from fake_trainer import tiny_dataset
from hypothesis import given
from hypothesis import strategies as st
from other_data import KANA, KANA_CLASSES
from sample_records import RUN
from terminal import wait_until

from fmnist_tui.engine.parallel.channel import WorkerOrder
from fmnist_tui.engine.parallel.cluster.messages import (
    Assignment,
    Report,
    images_message,
    orders_message,
    progress_after,
    progress_since,
    read_orders,
    read_report,
    report_message,
)
from fmnist_tui.engine.training.progress import Phase, Point, Progress
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.records.dataset import DatasetFacts, remember
from fmnist_tui.lab.records.run import Curves

msgpack = pytest.importorskip("msgpack", reason="it comes with Dask: pip install 'fmnist-tui[cluster]'")
FIGURES = st.floats(0, 10)
POINTS = st.lists(st.builds(Point, FIGURES, FIGURES, FIGURES), max_size=4).map(tuple)


def test_a_worker_knows_the_classes_of_the_client_s_own_data() -> None:
    data = tiny_dataset(KANA)
    message = pickle.loads(pickle.dumps(images_message(data)))
    remember(KANA, DatasetFacts("kana", 1, 1))

    remote = pytest.importorskip("fmnist_tui.engine.parallel.cluster.remote")
    received = remote.received_dataset(message)

    assert received is remote.received_dataset(message)
    assert (received.x_train == data.x_train).all()
    assert received.classes.names == KANA_CLASSES


@st.composite
def progresses(draw: st.DrawFn) -> Progress:
    epochs, validated = draw(st.integers(0, 4)), draw(st.booleans())
    values = [tuple(draw(FIGURES) for _ in range(epochs)) for _ in range(4 if validated else 2)]
    rate, left = draw(st.none() | FIGURES), draw(st.none() | FIGURES)
    return Progress(
        draw(st.sampled_from(Phase)), 5, Curves(*values), draw(POINTS), rate, left, draw(st.none() | FIGURES)
    )


def longer(progress: Progress) -> Progress:
    """Return the progress an epoch and a point later."""
    curves = progress.curves
    more = Curves((*curves.accuracy, 0.5), (*curves.loss, 0.25), curves.val_accuracy, curves.val_loss)
    return Progress(Phase.TRAINING, 5, more, (*progress.points, Point(1.5, 0.5, 0.25)))


@given(st.lists(progresses(), min_size=1, max_size=6))
def test_a_client_that_gets_all_reports_has_the_progress_of_the_worker(sent: list[Progress]) -> None:
    received = progress_after(None, progress_since(None, sent[0]))
    assert received == sent[0]
    for before, latest in pairwise(sent):
        received = progress_after(received, progress_since(before, latest))
        assert received == latest


def test_a_report_holds_only_what_is_new() -> None:
    steps = list(accumulate(range(200), lambda progress, _: longer(progress), initial=Progress(Phase.TRAINING, 5)))

    new = progress_since(steps[-2], steps[-1])

    assert new["curves"] == [[0.5], [0.25], [], []]
    assert new["points"] == [[1.5, 0.5, 0.25]]


@pytest.mark.parametrize(("asked", "waited"), [(0.0, 0.5), (0.2, 0.5), (3.0, 3.0)], ids=["nothing", "more", "less"])
def test_a_worker_reports_no_more_often_than_its_client_asks(
    asked: float, waited: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    remote = pytest.importorskip("fmnist_tui.engine.parallel.cluster.remote")
    waits: list[float | None] = []

    class NotedEvent(Event):
        def wait(self, timeout: float | None = None) -> bool:
            waits.append(timeout)
            return super().wait(0.001)

    monkeypatch.setattr(remote, "Event", NotedEvent)
    worker = MagicMock(status=remote.Status.running)
    wanted = Assignment(Job("64", RUN.recipe, 0), "r0", "topic", report_seconds=asked)
    with remote.ClientLink(wanted, worker):
        wait_until(lambda: bool(waits))

    assert set(waits) == {waited}


@given(progresses(), st.frozensets(st.sampled_from(WorkerOrder)))
def test_reports_and_orders_are_plain_values(progress: Progress, obeyed: frozenset[WorkerOrder]) -> None:
    report = Report("r0", "first", 1.5, obeyed, progress_since(None, progress))

    message = msgpack.packb(report_message(report), strict_types=True)

    assert len(message) < 2_000
    assert read_report(msgpack.unpackb(message)) == report
    assert read_orders(msgpack.unpackb(msgpack.packb(orders_message(obeyed), strict_types=True))) == obeyed
