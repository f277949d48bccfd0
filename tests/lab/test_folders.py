"""The user's folders are where the system says; a home that is unusable has none."""

import errno
import os
import pwd
from pathlib import Path

import pytest

from fmnist_tui.lab.folders import cache_folder, config_folder, expanded, home, log_folder

FOLDERS = {"XDG_CACHE_HOME": cache_folder, "XDG_CONFIG_HOME": config_folder, "XDG_STATE_HOME": log_folder}


@pytest.fixture(autouse=True)
def own(folder: Path) -> Path:
    return folder.parent / "home"


def nobody(_: int) -> pwd.struct_passwd:
    raise KeyError


def test_a_home_that_is_there_has_all_folders(own: Path) -> None:
    assert home() == own
    for find in FOLDERS.values():
        found = find()
        assert found is not None
        assert own in found.parents
        assert "fmnist-tui" in found.parts


@pytest.mark.parametrize("named", ["", "some/where", "~", os.devnull, "/none/such", "/" + "a" * 300])
def test_a_home_that_is_none_has_none(monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    monkeypatch.setenv("HOME", named)

    assert [home(), *(find() for find in FOLDERS.values())] == [None] * 4


def test_a_home_that_may_not_be_entered_has_none(monkeypatch: pytest.MonkeyPatch, own: Path) -> None:
    stat = os.stat

    def stat_outside(path: str | Path) -> os.stat_result:
        if str(path).startswith(f"{own}/"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return stat(path)

    monkeypatch.setattr(os, "stat", stat_outside)

    assert [home(), *(find() for find in FOLDERS.values())] == [None] * 4


def test_a_user_without_an_entry_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOME")
    monkeypatch.setattr(pwd, "getpwuid", nobody)

    assert [home(), *(find() for find in FOLDERS.values())] == [None] * 4
    assert expanded(Path("~/data")) == Path("~/data")


def test_a_user_without_the_variable_has_that_of_the_entry(monkeypatch: pytest.MonkeyPatch, own: Path) -> None:
    monkeypatch.delenv("HOME")
    entry = pwd.struct_passwd(("somebody", "x", 1, 1, "", str(own), "/bin/sh"))
    monkeypatch.setattr(pwd, "getpwuid", lambda _: entry)

    assert home() == own


@pytest.mark.parametrize("variable", FOLDERS)
def test_a_folder_that_is_named_needs_no_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str) -> None:
    monkeypatch.setenv("HOME", "")
    monkeypatch.setenv(variable, str(tmp_path / "named"))

    found = FOLDERS[variable]()

    assert found is not None
    assert tmp_path / "named" in found.parents


@pytest.mark.parametrize("variable", FOLDERS)
def test_a_folder_that_is_named_by_a_relative_path_is_none(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv("HOME", "")
    monkeypatch.setenv(variable, "named")

    assert FOLDERS[variable]() is None


def test_a_path_is_expanded_where_its_home_is_known(own: Path) -> None:
    assert expanded(Path("~/data")) == own / "data"
    assert expanded(Path("~no_such_person/data")) == Path("~no_such_person/data")
    assert expanded(Path("data/~")) == Path("data/~")
