"""A person's own keys and theme; what is wrong in the file is a notice, and the rest is used."""

from pathlib import Path

import pytest
from lab_screen import MakeLab, opened, screen_text, shows

from fmnist_tui.lab.shorthand import shorthand
from fmnist_tui.tui.palette import command_ids
from fmnist_tui.tui.settings import Settings, read_settings, settings_path


def read(folder: Path, text: str) -> Settings:
    """Return the settings in a file of that text."""
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return read_settings(path, commands={"editor.add", "lab.train"}, themes={"nord", "ansi-light"})


def test_a_file_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "none.toml", commands=(), themes=()) == Settings()


def test_keys_and_theme_are_taken(tmp_path: Path) -> None:
    settings = read(tmp_path, 'theme = "nord"\n[keys]\n"editor.add" = "insert,a"\n')

    assert settings == Settings("nord", {"editor.add": "insert,a"})


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("keys = [", "config.toml is not used: "),
        ('theme = "neon"', "config.toml: no theme 'neon'; there are ansi-light, nord"),
        ("theme = 3", "config.toml: no theme 3; there are"),
        ("keys = 3", "config.toml: keys must be a table"),
        ('[keys]\n"editor.ad" = "b"', "config.toml: no command 'editor.ad'; near it: editor.add"),
        ('[keys]\n"editor.add" = 3', "config.toml: the key of editor.add must be text"),
        ('[keys]\n"editor.add" = " "', "config.toml: the key of editor.add must be text"),
        ('colour = "\\u001b[31m"', "config.toml: colour is no setting; there are theme and [keys]"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(tmp_path: Path, text: str, problem: str) -> None:
    settings = read(tmp_path, text)

    (said,) = settings.problems
    assert problem in said
    assert said.isprintable()


def test_what_is_right_is_used_beside_what_is_wrong(tmp_path: Path) -> None:
    settings = read(tmp_path, 'theme = "neon"\n[keys]\n"lab.train" = "f5"\n"nothing" = "x"\n')

    assert dict(settings.keys) == {"lab.train": "f5"}
    assert len(settings.problems) == 2


def test_bytes_that_are_no_text_are_a_problem_not_a_crash(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xff\xfe\x00")

    assert read_settings(path, commands=(), themes=()).problems


def write_settings(text: str) -> None:
    path = settings_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


async def test_a_key_of_one_s_own_does_the_command(lab: MakeLab) -> None:
    write_settings('[keys]\n"editor.duplicate" = "f4"\n')
    app = lab()
    async with opened(app) as pilot:
        await pilot.press("f4")
        assert shorthand(app.main.editor.draft.architecture) == "64-64"
        await pilot.press("y")
        assert shorthand(app.main.editor.draft.architecture) == "64-64"


async def test_a_theme_of_one_s_own_is_worn(lab: MakeLab) -> None:
    write_settings('theme = "gruvbox"\n')
    app = lab()
    async with opened(app):
        assert app.theme == "gruvbox"


async def test_a_broken_file_is_a_notice_and_the_app_opens(lab: MakeLab) -> None:
    write_settings("keys = [")
    async with opened(lab(), rows=40) as pilot:
        await shows(pilot, "config.toml is")
        assert "1 Architecture" in screen_text(pilot)


def test_every_command_of_the_lab_can_be_given_a_key() -> None:
    assert {"editor.add", "lab.train", "history.clone", "lab.quit"} <= command_ids()
