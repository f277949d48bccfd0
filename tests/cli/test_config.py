"""`config` prints every setting with its default, as a settings file that the program reads back."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
import rtoml
from command_line import Call

from fmnist_tui.lab.settings.config_file import Settings, read_settings, settings_path
from fmnist_tui.lab.settings.known import SETTINGS
from fmnist_tui.tui.default_settings import THEMES, command_ids, default_settings
from fmnist_tui.tui.history.columns import CHOOSABLE, DEFAULT_COLUMNS

OF_ONE_S_OWN = """\
theme = "nord"  # the calm one
author = "Ana \\"É\\" \\u202E"
language = "es"
[keys]
"editor.add" = "insert,a"
"train" = "f5"
[history]
columns = ["n", "acc", "note"]
[training]
keep_weights = false
"""


def write_settings(text: str) -> Path:
    path = settings_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def read_back(text: str, folder: Path) -> Settings:
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return read_settings(folder / "config.toml", commands=command_ids(), themes=THEMES, columns=CHOOSABLE)


def with_the_defaults_set(text: str) -> str:
    """Remove the # before each default, as a user would."""
    return re.sub(r"^#(?! )", "", text, flags=re.MULTILINE)


def test_without_a_file_it_shows_the_defaults_and_where_the_file_would_be(call: Call, folder: Path) -> None:
    outcome = call("config")

    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.splitlines()[0].endswith(f"{settings_path()}, which is not there yet")
    assert read_back(outcome.out, folder) == Settings()
    assert not settings_path().exists()


def test_every_setting_and_every_key_has_a_default_that_can_be_set(call: Call, folder: Path) -> None:
    text = with_the_defaults_set(call("config").out)

    settings = read_back(text, folder)
    written = rtoml.loads(text)
    assert settings.problems == ()
    assert set(settings.keys) == command_ids()
    assert settings.columns == DEFAULT_COLUMNS
    for setting in SETTINGS:
        holder = written[setting.table] if setting.table else written
        assert setting.key in holder or not setting.key
        assert f"# {setting.meaning}\n" in text
    assert len(SETTINGS) == len(fields(Settings)) - 1  # all but the problems


def test_each_line_of_a_key_says_what_it_does(call: Call) -> None:
    text = call("config").out

    for each in default_settings().keys:
        assert each.meaning
        assert re.search(rf'^#"{each.command}" = .+  # {re.escape(each.meaning)}$', text, re.MULTILINE)


def test_what_the_file_sets_is_shown_without_a_mark_and_reads_back_the_same(call: Call, folder: Path) -> None:
    path = write_settings(OF_ONE_S_OWN)
    wanted = read_back(OF_ONE_S_OWN, folder)

    outcome = call("config")

    assert outcome.status == 0
    assert outcome.out.splitlines()[0].endswith(f", in {path}")
    assert read_back(outcome.out, folder) == wanted
    assert read_back(with_the_defaults_set(outcome.out), folder).theme == "nord"
    assert path.read_text(encoding="utf-8") == OF_ONE_S_OWN


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('colour = "red"', "colour is no setting"),
        ('theme = "neon"', "no theme 'neon'"),
        ("[training]\nkeep_weight = false", "[training] keep_weight is no setting; there is keep_weights"),
        ('[history]\nsort = "acc"', "[history] sort is no setting; there is columns"),
        ('[keys]\n"editor.ad" = "b"', "no command 'editor.ad'; near it: editor.add"),
        ("theme = [", "is not used"),
    ],
)
def test_a_mistake_in_the_file_is_named_and_the_rest_is_shown(
    call: Call, folder: Path, text: str, problem: str
) -> None:
    write_settings(text + "\n")

    outcome = call("config")

    assert outcome.status == 2
    assert problem in outcome.err
    assert len(outcome.err.splitlines()) == 1
    assert read_back(outcome.out, folder) == Settings()


def test_without_a_home_it_shows_the_defaults_and_that_there_is_no_place(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fmnist_tui.lab.settings.config_file.config_folder", lambda: None)

    outcome = call("config")

    assert outcome.status == 0
    assert outcome.out.splitlines()[0].endswith("there is no home folder to keep settings in")
