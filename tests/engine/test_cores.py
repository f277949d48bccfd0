"""The cores that count are those that this process may use."""

from pathlib import Path

import pytest

from fmnist_tui.engine.cores import Cores, cores, cpu_quota, crowding, usable_cores


def quota_of(folder: Path, groups: str, files: dict[str, str]) -> float | None:
    """Return the quota that a process of these groups finds in these files."""
    own, root = folder / "groups", folder / "cgroup"
    own.write_text(groups, encoding="utf-8")
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content, encoding="utf-8")
    return cpu_quota(root, own)


VERSION_1 = "5:memory:/docker/ab\n4:cpu,cpuacct:/docker/ab\n1:name=systemd:/\n0::/\n"


@pytest.mark.parametrize(
    ("groups", "files", "quota"),
    [
        pytest.param("0::/\n", {"cpu.max": "150000 100000\n"}, 1.5, id="version 2 in a container"),
        pytest.param("0::/\n", {"cpu.max": "max 100000\n"}, None, id="version 2 without a limit"),
        pytest.param(
            "0::/user/shell\n",
            {"user/cpu.max": "200000 100000\n", "user/shell/cpu.max": "max 100000\n"},
            2.0,
            id="a limit of a group above",
        ),
        pytest.param(
            "0::/user/shell\n",
            {"user/cpu.max": "200000 100000\n", "user/shell/cpu.max": "50000 100000\n"},
            0.5,
            id="the smallest limit counts",
        ),
        pytest.param("0::/not/seen/here\n", {"cpu.max": "100000 100000\n"}, 1.0, id="a group that is not seen"),
        pytest.param("0::/a:b\n", {"a:b/cpu.max": "100000 100000\n"}, 1.0, id="a colon in a name"),
        pytest.param(
            VERSION_1,
            {"cpu,cpuacct/docker/ab/cpu.cfs_quota_us": "250000\n", "cpu,cpuacct/docker/ab/cpu.cfs_period_us": "100000"},
            2.5,
            id="version 1",
        ),
        pytest.param(
            VERSION_1,
            {"cpu/cpu.cfs_quota_us": "100000\n", "cpu/cpu.cfs_period_us": "50000\n"},
            2.0,
            id="version 1 in a container",
        ),
        pytest.param(
            VERSION_1,
            {"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"},
            None,
            id="version 1, no limit",
        ),
        pytest.param("0::/\n", {"cpu.max": "many few\n"}, None, id="no numbers"),
        pytest.param("0::/\n", {"cpu.max": "100000\n"}, None, id="half a file"),
        pytest.param("0::/\n", {"cpu.max": "100000 0\n"}, None, id="a period of nothing"),
        pytest.param("nonsense\n\n", {}, None, id="no groups"),
    ],
)
def test_the_quota_is_that_of_the_cgroups(
    tmp_path: Path, groups: str, files: dict[str, str], quota: float | None
) -> None:
    assert quota_of(tmp_path, groups, files) == quota


def test_a_system_without_cgroups_has_no_quota(tmp_path: Path) -> None:
    assert cpu_quota(tmp_path / "none", tmp_path / "nor this") is None


@pytest.mark.parametrize(
    ("found", "usable", "words"),
    [
        (Cores(8, 8), 8, None),
        (Cores(8, 8, 8.0), 8, None),
        (Cores(8, 8, 1.5), 2, "grants this program 1.5 of 8 cores"),
        (Cores(8, 8, 0.2), 1, "grants this program 0.2 of 8 cores"),
        (Cores(8, 2), 2, "may run on 2 of 8 cores"),
        (Cores(8, 2, 3.0), 2, "may run on 2 of 8 cores"),
        (Cores(8, 4, 1.0), 1, "grants this program 1 of 8 cores"),
        (Cores(1, 1), 1, "one core"),
    ],
)
def test_what_may_be_used_is_counted_and_a_limit_is_said(found: Cores, usable: int, words: str | None) -> None:
    assert found.usable == usable
    assert (found.limit is None) if words is None else words in (found.limit or "")


def test_this_process_may_use_a_core_at_least() -> None:
    assert 1 <= usable_cores() <= cores().allowed <= cores().present


def test_more_trainings_than_cores_are_said_to_gain_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fmnist_tui.engine.cores.usable_cores", lambda: 2)

    assert crowding(2) is None
    assert crowding(4) == (
        "4 trainings at once share 2 cores: each takes longer, and all together no less than 2 at a time"
    )
