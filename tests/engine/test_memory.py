"""The memory that counts is what this process may still take."""

from pathlib import Path

import pytest

from fmnist_tui.engine import memory
from fmnist_tui.engine.memory import WORKER_BYTES, available_bytes, most_workers, parallel_limit
from fmnist_tui.lab.errors import UserError

MACHINE = "MemTotal:       16000000 kB\nMemAvailable:    8000000 kB\n"
VERSION_1 = "4:memory:/docker/ab\n0::/\n"


@pytest.mark.parametrize(
    ("groups", "files", "free"),
    [
        pytest.param("0::/\n", {}, 8_192_000_000, id="no limit"),
        pytest.param(
            "0::/job\n",
            {
                "job/memory.max": "2000000000\n",
                "job/memory.current": "700000000\n",
                "job/memory.stat": "anon 5\ninactive_file 100000000\n",
            },
            1_400_000_000,
            id="version 2, cached files may go",
        ),
        pytest.param(
            "0::/job\n",
            {"job/memory.max": "max\n", "job/memory.current": "7\n", "job/memory.stat": "inactive_file 0\n"},
            8_192_000_000,
            id="version 2 without a limit",
        ),
        pytest.param(
            VERSION_1,
            {
                "memory/docker/ab/memory.limit_in_bytes": "1500000000\n",
                "memory/docker/ab/memory.usage_in_bytes": "600000000\n",
                "memory/docker/ab/memory.stat": "inactive_file 3\ntotal_inactive_file 100000000\n",
            },
            1_000_000_000,
            id="version 1",
        ),
        pytest.param(
            VERSION_1,
            {
                "memory/memory.limit_in_bytes": "5000\n",
                "memory/memory.usage_in_bytes": "6000\n",
                "memory/memory.stat": "total_inactive_file 0\n",
            },
            0,
            id="more taken than allowed, in a container",
        ),
        pytest.param("0::/\n", {"memory.max": "many\n"}, 8_192_000_000, id="no numbers"),
    ],
)
def test_the_least_of_machine_and_cgroups_is_free(
    tmp_path: Path, groups: str, files: dict[str, str], free: int
) -> None:
    own, machine, root = tmp_path / "groups", tmp_path / "meminfo", tmp_path / "cgroup"
    own.write_text(groups, encoding="utf-8")
    machine.write_text(MACHINE, encoding="utf-8")
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content, encoding="utf-8")

    assert available_bytes(machine, root, own) == free


def test_a_system_that_does_not_say_has_no_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert available_bytes(tmp_path / "none", tmp_path / "none", tmp_path / "none") is None

    monkeypatch.setattr(memory, "available_bytes", lambda: None)
    assert parallel_limit(50) is None


@pytest.mark.parametrize(
    ("free", "wanted", "words"),
    [
        (5 * WORKER_BYTES, 5, None),
        (5 * WORKER_BYTES - 1, 5, "memory is free for 4 trainings at once, not 5: the others wait, which takes longer"),
        (1, 5, "memory is free for 1 training at once, not 5: the others wait, which takes longer"),
        (1, 1, None),
    ],
)
def test_as_many_train_at_once_as_fit_and_one_always(
    monkeypatch: pytest.MonkeyPatch, free: int, wanted: int, words: str | None
) -> None:
    monkeypatch.setattr(memory, "available_bytes", lambda: free)

    assert most_workers() == max(free // WORKER_BYTES, 1)
    assert parallel_limit(wanted) == words


@pytest.mark.parametrize("limit", [None, memory.TENSORFLOW_ADDRESSES])
def test_enough_addresses_are_enough(monkeypatch: pytest.MonkeyPatch, limit: int | None) -> None:
    monkeypatch.setattr(memory, "address_limit", lambda: limit)

    memory.check_addresses()


def test_too_few_addresses_are_an_error_that_says_how_to_have_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "address_limit", lambda: 2_000_000_000)

    with pytest.raises(UserError, match=r"2\.0 GB of addresses.*less than 3\.0; .*`ulimit -v unlimited`"):
        memory.check_addresses()
