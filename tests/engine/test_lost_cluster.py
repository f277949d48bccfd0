"""A cluster that cannot be reached, has no workers, or loses its scheduler: one line, and what was trained is kept."""

import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Thread, Timer
from typing import Any
from unittest.mock import Mock

import pytest
from cluster_stand_ins import QUICK
from dask_cluster import SECONDS, ClusterTraining, DaskCluster, tls, wait_for, waiting
from distributed import Client
from fake_trainer import ONE_EPOCH

from fmnist_tui.engine.parallel.cluster import reaching, workers
from fmnist_tui.engine.parallel.cluster.address import check_scheduler
from fmnist_tui.engine.parallel.cluster.cluster import Cluster
from fmnist_tui.engine.parallel.cluster.connection import Connection, Survey
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.runs.folder import RunFolder


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[DaskCluster]:
    """A scheduler of the test's own, without workers."""
    folder = tmp_path / "cluster"
    folder.mkdir()
    running = DaskCluster(folder)
    yield running
    running.close()


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A port that accepts connections, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


@pytest.fixture
def full(listener: socket.socket) -> Iterator[socket.socket]:
    """A port whose connections are dropped, as by a firewall: more wait than the system keeps."""
    listener.listen(0)
    with ExitStack() as waiting_ones:
        for _ in range(8):
            one = waiting_ones.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(listener.getsockname())
        yield listener


@pytest.fixture
def unused(listener: socket.socket) -> int:
    """A port where nothing listens."""
    port = int(listener.getsockname()[1])
    listener.close()
    return port


def test_trainings_wait_for_a_worker_and_what_a_lost_scheduler_had_is_kept(alone: DaskCluster, tmp_path: Path) -> None:
    jobs = [waiting("lost"), waiting("lost", 1)]
    with ClusterTraining(alone.address, jobs, tmp_path, reconnect_seconds=1.0) as trainings:
        wait_for(lambda: trainings.notes, "a note")
        assert trainings.queue.active == ()
        alone.start_worker()
        (training,) = trainings.reporting(1)
        alone.scheduler.kill()

    none_yet, lost = trainings.notes
    assert none_yet.startswith(f"{alone.address} has no worker yet; trainings wait for one")
    assert lost.startswith(f"{alone.address}: the connection to the scheduler is lost; what was trained is kept, and")
    (kept,) = trainings.runs
    assert (kept.id, kept.status, kept.curves) == (training.run_id, "interrupted", ONE_EPOCH)
    assert kept.reason == "interrupted in epoch 2 of 2: the connection to the scheduler was lost"
    journal = RunFolder(tmp_path / kept.id).read()
    assert journal is not None
    assert journal.run.curves == ONE_EPOCH
    assert isinstance(trainings.error, UserError)
    assert str(trainings.error).startswith(
        f"{alone.address}: the connection to the scheduler was lost; what was trained"
    )
    assert trainings.queue.waiting == (jobs[1],)


def test_trainings_can_be_stopped_while_the_scheduler_is_lost(alone: DaskCluster, tmp_path: Path) -> None:
    alone.have_workers(1)
    with ClusterTraining(
        alone.address, [waiting("lost")], tmp_path, patience=3.0, reconnect_seconds=SECONDS
    ) as trainings:
        trainings.reporting(1)
        alone.scheduler.kill()
        trainings.queue.stop()

    (kept,) = trainings.runs
    assert (kept.status, kept.curves) == ("interrupted", ONE_EPOCH)
    assert kept.reason == "interrupted in epoch 2 of 2: the scheduler was lost, and it was stopped"
    assert trainings.error is None


def test_a_worker_behind_a_firewall_is_said_and_holds_nothing_up(
    alone: DaskCluster, unused: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone.have_workers(1)
    behind = f"tcp://127.0.0.1:{unused}"
    sentence = f"a worker cannot be used: the scheduler cannot reach {behind}; let that port through its firewall"
    with ClusterTraining(alone.address, [waiting("open", seed) for seed in range(2)]) as trainings:
        trainings.reporting(1)
        monkeypatch.setattr(workers, "SILENT_SECONDS", 0.5)
        alone.start_worker(behind)
        wait_for(lambda: trainings.notes, "a note")
        alone.open("open")

    (note,) = trainings.notes
    assert note.startswith(sentence)
    assert [run.status for run in trainings.runs] == ["finished", "finished"]

    alone.kill_worker(next(address for address in alone.addresses if address != behind))
    wait_for(lambda: alone.addresses == (behind,), "the loss of the other worker")
    with ClusterTraining(alone.address, [waiting("never begun")]) as trainings:
        pass
    assert isinstance(trainings.error, UserError)
    assert str(trainings.error).startswith(sentence)


def test_what_waits_for_a_worker_can_be_stopped(alone: DaskCluster) -> None:
    with ClusterTraining(alone.address, [waiting("never begun")]) as trainings:
        wait_for(lambda: trainings.notes, "a note")
        trainings.queue.stop()

    assert (trainings.runs, trainings.error) == ([], None)


def test_a_firewall_that_drops_everything_is_said_in_one_line(full: socket.socket) -> None:
    port = full.getsockname()[1]

    with pytest.raises(UserError, match=f"no answer within 0.5 s; .* does a firewall let port {port} through"):
        Cluster(f"tcp://127.0.0.1:{port}", patience=0.5).connect()


def test_what_speaks_another_protocol_is_said_in_one_line(listener: socket.socket) -> None:
    def greet() -> None:
        with suppress(OSError):  # the test is over
            while True:
                listener.accept()[0].sendall(b"SSH-2.0-OpenSSH_9.6\r\n")

    Thread(target=greet, daemon=True).start()
    address = f"tcp://127.0.0.1:{listener.getsockname()[1]}"

    with pytest.raises(UserError, match=f"{address}: what listens there does not answer as a Dask scheduler"):
        Cluster(address).connect()


def test_without_certificates_tls_is_refused_in_one_line(listener: socket.socket) -> None:
    address = f"tls://127.0.0.1:{listener.getsockname()[1]}"

    with pytest.raises(UserError, match=f"{address}: Dask's configuration names no certificates for TLS; docs/cluster"):
        Cluster(address).connect()


def test_a_worker_that_comes_before_the_subscription_is_found(
    alone: DaskCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[Callable[[], object]] = []
    surveys: list[Survey] = []
    send, survey = Client._send_to_scheduler, Connection._survey

    def hold(client: Client, message: dict[str, Any]) -> None:
        if message["op"] == "subscribe-topic" and not surveys:
            held.append(partial(client.loop.add_callback, send, client, message))
        else:
            send(client, message)

    async def noted(connection: Connection) -> Survey:
        surveys.append(await survey(connection))
        return surveys[-1]

    monkeypatch.setattr(Client, "_send_to_scheduler", hold)
    monkeypatch.setattr(Connection, "_survey", noted)
    with ClusterTraining(alone.address, [replace(waiting(""), experiment=QUICK)]) as trainings:
        wait_for(lambda: surveys, "a first question for workers")
        alone.have_workers(1)
        for subscribe in held:
            subscribe()

    assert not surveys[0].addresses
    assert [run.status for run in trainings.runs] == ["finished"]


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_trainings_go_through_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    kind = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=test")
    subprocess.run(["openssl", *kind, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    with tls(key, certificate, monkeypatch):
        (tmp_path / "cluster").mkdir()
        cluster = DaskCluster(tmp_path / "cluster", protocol="tls")
        try:
            cluster.start_worker()
            with ClusterTraining(cluster.address, [replace(waiting(""), experiment=QUICK)]) as trainings:
                pass
        finally:
            cluster.close()

    assert cluster.address.startswith("tls://")
    assert [run.status for run in trainings.runs] == ["finished"]


def test_a_scheduler_that_starts_meanwhile_is_waited_for(unused: int) -> None:
    late = Timer(0.3, lambda: started.append(socket.create_server(("127.0.0.1", unused))))
    started: list[socket.socket] = []
    late.start()

    with pytest.raises(UserError, match="what listens there does not answer as a Dask scheduler"):
        Cluster(f"tcp://127.0.0.1:{unused}", patience=0.5).connect()

    started[0].close()


def test_where_nothing_listens_is_said_in_one_line(unused: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reaching, "START_SECONDS", 0.0)
    with pytest.raises(UserError, match=f"tcp://127.0.0.1:{unused}: nothing listens there; start `dask scheduler`"):
        Cluster(f"tcp://127.0.0.1:{unused}").connect()


def test_what_is_no_dask_scheduler_is_said_in_one_line(listener: socket.socket) -> None:
    address = f"tcp://127.0.0.1:{listener.getsockname()[1]}"

    with pytest.raises(UserError, match=f"{address}: what listens there does not answer as a Dask scheduler"):
        Cluster(address, patience=0.5).connect()


def test_a_machine_without_a_name_is_said_in_one_line() -> None:
    with pytest.raises(UserError, match="no machine of that name is known; correct the name"):
        Cluster("tcp://nowhere.invalid:8786").connect()


def test_closing_does_not_fail_where_the_machine_is_too_busy_to_close_in_time(
    alone: DaskCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected = Cluster(alone.address)
    client = connected.connect()._client
    with monkeypatch.context() as patch:
        patch.setattr(client, "close", Mock(side_effect=TimeoutError))
        connected.close()
    client.close()


@pytest.mark.parametrize("address", ["tcp://node1:8786", "tls://10.0.0.1:8786", "tcp://[::1]:1", "local"])
def test_addresses_of_schedulers(address: str) -> None:
    check_scheduler(address)


@pytest.mark.parametrize(
    "address", ["", "node1", "node1:8786", "http://node1:8787", "tcp://node1", "tcp://node1:99999"]
)
def test_what_is_no_address_of_a_scheduler(address: str) -> None:
    with pytest.raises(UserError, match="--scheduler must be tcp://HOST:PORT, tls://HOST:PORT or local, not"):
        check_scheduler(address)


def test_without_dask_the_line_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fmnist_tui.engine.parallel.cluster.address.find_spec", lambda name: None)

    with pytest.raises(UserError, match=r"pip install 'fmnist-tui\[cluster\]'"):
        check_scheduler("local")
