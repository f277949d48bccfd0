"""A real SSH session on the loopback: the line is cut, the training goes on, and who logs in again sees it.

One test cuts TensorFlow off; in the other one the trainings are slow ones.
"""

import os
import shlex
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from getpass import getuser
from pathlib import Path

import pytest
from command_line import PROGRAM, SLOW_PROGRAM, WITHOUT_TENSORFLOW, bare_environment
from slow_trainer import HOLD
from terminal import Terminal, processes_in, wait_until

from fmnist_tui.lab.notebook.file import NotebookFile

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
SEPARATION = Path("/run/sshd")
"""Where a server that is root's wants to put itself apart."""

WATCHES = (PROGRAM[0], "-c", WITHOUT_TENSORFLOW)
"""The program where it trains nothing."""

pytestmark = [
    pytest.mark.skipif(
        not (SSHD and shutil.which("ssh") and shutil.which("ssh-keygen")), reason="needs openssh-server"
    ),
    pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="the app is found by its folder in /proc"),
]


@dataclass(frozen=True, slots=True)
class Host:
    """A machine to log in to: this one."""

    port: int
    keys: Path
    folder: Path
    """Where the app is started."""

    @contextmanager
    def logged_in(self, program: Sequence[str], *options: str) -> Iterator[tuple[Terminal, Path]]:
        """Log in and start the app; yields the terminal, and a file that holds the number of the client's process."""
        variables = " ".join(shlex.quote(f"{name}={value}") for name, value in bare_environment(self.folder).items())
        app = shlex.join((*program, "--dataset", "synthetic", *options))
        settings = {
            "UserKnownHostsFile": self.keys / "known",
            "StrictHostKeyChecking": "accept-new",
            "IdentitiesOnly": "yes",
            "LogLevel": "ERROR",
        }
        client = ["ssh", "-tt", "-F", "none", "-p", str(self.port), "-i", str(self.keys / "mine")]
        client += [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]
        client += [f"{getuser()}@127.0.0.1", f"cd {shlex.quote(str(self.folder))} && env -i {variables} {app}"]
        number = self.keys / "client"
        command = ("sh", "-c", f"echo $$ > {shlex.quote(str(number))}; exec {shlex.join(client)}")
        with Terminal(command, self.keys, columns=120, rows=40) as terminal:
            yield terminal, number


@pytest.fixture
def host(tmp_path: Path, folder: Path) -> Iterator[Host]:
    """An SSH server with keys of its own, on a port of its own, for the user who runs the tests."""
    assert SSHD is not None
    if os.geteuid() == 0:
        SEPARATION.mkdir(mode=0o755, exist_ok=True)
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700)
    for name in ("host", "mine"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", keys / name], check=True)
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "ListenAddress": f"127.0.0.1:{port}",
        "HostKey": keys / "host",
        "AuthorizedKeysFile": keys / "mine.pub",
        "PidFile": "none",
        "UsePAM": "no",
        "StrictModes": "no",
        "PermitRootLogin": "prohibit-password",
    }
    options = [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]
    with subprocess.Popen([SSHD, "-D", "-e", "-f", "/dev/null", *options], stderr=(keys / "log").open("wb")) as server:
        try:
            wait_until(lambda: answers(port) or server.poll() is not None)
            if server.poll() is not None:
                pytest.skip(f"sshd does not start here: {(keys / 'log').read_text().strip()}")
            yield Host(port, keys, folder)
        finally:
            server.terminate()
            for process in processes_in(folder):
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)


def answers(port: int) -> bool:
    """Whether somebody listens on a port of the loopback."""
    with closing(socket.socket()) as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


def test_a_cut_line_costs_the_screen_and_a_new_session_sees_the_training_live_and_its_end_once(host: Host) -> None:
    notebook = NotebookFile(host.folder / "experiments.toml")
    with host.logged_in(PROGRAM) as (first, client):
        first.wait_for(r"▸ 2 dense 64")
        first.press("enter", "2", "enter", *["down"] * 4, "enter", "1", "0", "0", "0", "0", "enter")
        first.wait_for(r"▸ *epochs +10,000")
        first.wait_for("ready · synthetic")
        first.press("t")
        first.wait_for(lambda seen: latest_epoch(seen) >= 3)
        os.kill(int(client.read_text()), signal.SIGKILL)

    assert notebook.read().runs == ()

    with host.logged_in(WATCHES) as (second, _):
        second.wait_for(r"▷ training elsewhere · 2 · seed 0")
        epochs = latest_epoch(second)
        second.wait_for(lambda seen: latest_epoch(seen) > epochs)
        second.press("s")
        second.wait_for("Stop the training of another program?")
        second.press("s")
        second.wait_for(r"stopped by hand (in|after) epoch")
        second.wait_for(r"1 experiment · 1 run")
        second.press("q")
        second.wait_for_end()

    wait_until(lambda: processes_in(host.folder) == [])
    (run,) = notebook.read().runs
    assert run.status == "stopped"
    assert run.curves.epochs > epochs


def test_two_trainings_at_once_both_survive_a_cut_line(host: Host) -> None:
    notebook = NotebookFile(host.folder / "experiments.toml")
    (host.folder / HOLD).touch()
    with host.logged_in(SLOW_PROGRAM, "--jobs", "2") as (first, client):
        first.wait_for(r"▸ 2 dense 64")
        first.press("enter", "2", "enter", *["down"] * 4, "enter", "8", "enter")
        first.wait_for(r"▸ *epochs +8")
        first.press(*["down"] * 5, "enter", "2", "enter")
        first.wait_for(r"▸ *repeats +2")
        first.wait_for("ready · synthetic")
        first.press("t")
        wait_until(lambda: sum(pending.run.curves.epochs > 0 for pending in notebook.pending()) == 2)
        os.kill(int(client.read_text()), signal.SIGKILL)

    assert notebook.read().runs == ()

    with host.logged_in(WATCHES) as (second, _):
        second.wait_for(r"▷ training elsewhere · 2 · seed [01]")
        (host.folder / HOLD).unlink()
        second.wait_for(r"finished · test accuracy|finished: 2 · seed [01]")
        second.wait_for(r"1 experiment · 2 runs")
        second.press("q")
        second.wait_for_end()

    wait_until(lambda: processes_in(host.folder) == [])
    runs = sorted(notebook.read().runs, key=lambda run: run.seed)
    assert [(run.seed, run.status, run.curves.epochs) for run in runs] == [(0, "finished", 8), (1, "finished", 8)]


def latest_epoch(terminal: Terminal) -> int:
    """Return the number of the last epoch that the log shows, 0 for none."""
    lines = [line.split("epoch")[-1].split() for line in terminal.rows if "val loss" in line]
    return int(lines[-1][0]) if lines else 0
