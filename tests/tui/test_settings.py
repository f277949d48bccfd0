"""A person's own keys and theme; what is wrong in the file is a notice, and the rest is used."""

import os
from pathlib import Path

import pytest
from lab_screen import LabPilot, MakeLab, opened, screen_text, shows, until
from sample_records import a_plan

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.shorthand import shorthand
from fmnist_tui.lab.settings.config_file import (
    Settings,
    SettingsError,
    read_settings,
    save_columns,
    save_theme,
    settings_path,
)
from fmnist_tui.tui.default_settings import command_ids

WRITTEN_BY_HAND = """\
# my settings
theme = 'nord'   # the calm one

[keys]   # of my own
"editor.add"   =   "insert"

[another-program]
colours = { red = 0xff0000, green = [ 1,
    2, ] }   # not ours
[history]
columns = ["n"] # few
"""


def read(folder: Path, text: str) -> Settings:
    """Return the settings in a file of that text."""
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return read_settings(path, commands={"editor.add", "train"}, themes={"nord", "ansi-light"}, columns=("n", "acc"))


def test_a_file_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "none.toml", commands=(), themes=()) == Settings()


def test_keys_and_theme_are_taken(tmp_path: Path) -> None:
    settings = read(tmp_path, 'theme = "nord"\n[keys]\n"editor.add" = "insert,a"\n')

    assert settings == Settings("nord", {"editor.add": "insert,a"})


def test_a_column_goes_by_any_word_of_its_field(tmp_path: Path) -> None:
    settings = read(tmp_path, '[history]\ncolumns = ["runs", "val_accuracy", "n"]\n')

    assert settings == Settings(columns=("n", "acc"))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("keys = [", "config.toml is not used: "),
        ("history = 3", "config.toml: [history] must hold a list of columns"),
        ('[history]\ncolumns = "acc"', "config.toml: [history] must hold a list of columns"),
        ('[history]\ncolumns = ["acc", "ac"]', "config.toml: no column 'ac'; near it: acc"),
        ('[history]\ncolumns = ["zzz"]', "config.toml: no column 'zzz'; there are n, acc"),
        ('theme = "neon"', "config.toml: no theme 'neon'; near it: nord"),
        ('theme = "ansi_light"', "config.toml: no theme 'ansi_light'; near it: ansi-light"),
        ("theme = 3", 'config.toml: no theme 3 (an integer); `:` and "theme" lists them'),
        ("theme = 2026-01-01", "config.toml: no theme 2026-01-01 (a date); "),
        ("[history]\ncolumns = [2026-01-01]", "config.toml: no column 2026-01-01 (a date); there are n, acc"),
        ("training = 3", "config.toml: [training] may hold keep_weights = false, or true; the weights are kept"),
        ('[training]\nkeep_weights = "no"', "config.toml: [training] may hold keep_weights = false, or true"),
        ("keys = 3", "config.toml: keys must be a table"),
        ('[keys]\n"editor.ad" = "b"', "config.toml: no command 'editor.ad'; near it: editor.add"),
        ('[keys]\n"editor.add" = 3', "config.toml: the key of editor.add must be text"),
        ('[keys]\n"editor.add" = " "', "config.toml: the key of editor.add must be text"),
        ("author = 3", "config.toml: the author must be text, not 3 (an integer)"),
        ('language = "fr"', "config.toml: no language 'fr'; reports are written in en or es"),
        (
            'colour = "\\u001b[31m"',
            "config.toml: colour is no setting; there are theme, author, language, [keys], [history] and [training]",
        ),
    ],
)
def test_what_is_wrong_is_said_in_a_line(tmp_path: Path, text: str, problem: str) -> None:
    settings = read(tmp_path, text)

    (said,) = settings.problems
    assert problem in said
    assert said.isprintable()


def test_what_is_right_is_used_beside_what_is_wrong(tmp_path: Path) -> None:
    settings = read(tmp_path, 'theme = "neon"\n[keys]\n"train" = "f5"\n"nothing" = "x"\n')

    assert dict(settings.keys) == {"train": "f5"}
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
        await pilot.press("Y")
        assert shorthand(app.main.editor.draft.architecture) == "64-64"


async def test_a_global_command_gets_its_key_in_every_pane(lab: MakeLab, notebook: NotebookFile) -> None:
    write_settings('[keys]\n"delete" = "f4"\n')
    notebook.append_experiments((a_plan("mine"),))
    app = lab()
    async with opened(app) as pilot:
        await pilot.press("d", "f4")
        assert shorthand(app.main.editor.draft.architecture) == "linear"
        await pilot.press("3", "f4")
        await until(pilot, lambda: not notebook.read().experiments)


async def test_a_theme_of_one_s_own_is_worn(lab: MakeLab) -> None:
    write_settings('theme = "gruvbox"\n')
    app = lab()
    async with opened(app):
        assert app.theme == "gruvbox"


async def choose_theme(pilot: LabPilot, name: str) -> None:
    """Choose a theme in the palette, as a user does."""
    await pilot.press("colon", *"theme")
    await shows(pilot, "Change the current theme")
    await pilot.press("enter")
    await shows(pilot, "Search for themes")
    await pilot.press(*name)
    await shows(pilot, rf"🔎 {name}\s+{name}\n▁")  # the only theme in the list
    await pilot.press("enter")
    await until(pilot, lambda: pilot.app.theme == name)


async def test_a_theme_chosen_in_the_palette_is_kept(lab: MakeLab) -> None:
    write_settings(WRITTEN_BY_HAND)
    async with opened(lab()) as pilot:
        await choose_theme(pilot, "gruvbox")

    assert settings_path().read_text(encoding="utf-8") == WRITTEN_BY_HAND.replace("'nord'", '"gruvbox"')
    app = lab()
    async with opened(app):
        assert app.theme == "gruvbox"


async def test_a_theme_that_the_user_did_not_choose_is_not_written(lab: MakeLab) -> None:
    app = lab()
    app.theme = "ansi-dark"  # as with 16 colours
    async with opened(app) as pilot:
        assert app.theme == "ansi-dark"
        assert not settings_path().exists()

        await choose_theme(pilot, "nord")
        assert read_settings(settings_path(), commands=(), themes=("nord",)) == Settings("nord")


async def test_a_theme_that_cannot_be_kept_is_worn_and_the_notice_says_why(lab: MakeLab) -> None:
    write_settings("keys = [")
    app = lab()
    async with opened(app, columns=120, rows=40) as pilot:
        await choose_theme(pilot, "nord")
        await shows(pilot, "kept until")
        assert app.theme == "nord"

    assert settings_path().read_text(encoding="utf-8") == "keys = ["


async def test_a_broken_file_is_a_notice_and_the_app_opens(lab: MakeLab) -> None:
    write_settings("keys = [")
    async with opened(lab(), rows=40) as pilot:
        await shows(pilot, "unclosed")  # as the parser says; the path before it may fill any number of lines
        assert "1 Architecture" in screen_text(pilot)


def test_every_command_of_the_lab_can_be_given_a_key() -> None:
    assert {"editor.add", "train", "history.clone", "quit"} <= command_ids()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", '[history]\ncolumns = ["acc"]\n'),
        ("# mine\ntheme = 'nord'", "# mine\ntheme = 'nord'\n\n[history]\ncolumns = [\"acc\"]\n"),
        ("[history] # h\n[keys]\n", '[history] # h\ncolumns = ["acc"]\n[keys]\n'),
        ("[history]\ncolumns = ['n'] # c\n\n[keys]\n", '[history]\ncolumns = ["acc"] # c\n\n[keys]\n'),
        ("[history]\ncolumns = [\n  'n',\n]\n", '[history]\ncolumns = ["acc"]\n'),
        ("history = { columns = [] }\n", 'history = { columns = ["acc"] }\n'),
        ("\ufefftheme = 'nord'\n", "\ufefftheme = 'nord'\n\n[history]\ncolumns = [\"acc\"]\n"),
        ("[history]", '[history]\ncolumns = ["acc"]\n'),
        ("[keys]\ncolumns = 'x'\n", "[keys]\ncolumns = 'x'\n\n[history]\ncolumns = [\"acc\"]\n"),
    ],
)
def test_columns_are_kept_and_all_else_stays_as_a_person_wrote_it(tmp_path: Path, text: str, kept: str) -> None:
    path = tmp_path / "there" / "config.toml"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")

    save_columns(path, ("acc",))

    assert path.read_text(encoding="utf-8") == kept
    assert read_settings(path, commands=(), themes=("nord",), columns=("n", "acc")).columns == ("acc",)


def test_columns_are_kept_where_there_were_no_settings(tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.toml"

    save_columns(path, ("n", "acc"))

    assert read_settings(path, commands=(), themes=(), columns=("n", "acc")) == Settings(columns=("n", "acc"))


def test_comments_and_unknown_keys_survive_a_change(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(WRITTEN_BY_HAND, encoding="utf-8")

    save_theme(path, "ansi-light")
    save_columns(path, ("n", "acc"))

    wanted = WRITTEN_BY_HAND.replace("'nord'", '"ansi-light"').replace('["n"]', '["n", "acc"]')
    assert path.read_text(encoding="utf-8") == wanted


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", 'theme = "nord"\n'),
        ("theme = 3 # mine\n", 'theme = "nord" # mine\n'),
        ("[keys]\n'editor.add' = 'a'\n", "theme = \"nord\"\n\n[keys]\n'editor.add' = 'a'\n"),
        ("[other]\ntheme = 'x'", "theme = \"nord\"\n\n[other]\ntheme = 'x'\n"),
    ],
)
def test_a_theme_is_kept_above_the_tables(tmp_path: Path, text: str, kept: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")

    save_theme(path, "nord")

    assert path.read_text(encoding="utf-8") == kept


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (b"history = 3\n", r"history must be a table: \[history\]; correct the file or remove it"),
        (b"[[history]]\ncolumns = []\n", r"history must be a table: \[history\]; correct the file or remove it"),
        (b"keys = [", "unclosed array.* at line 1 column 9; correct the file or remove it"),
        (b"\xef\xbb\xbf[", "at line 1 column .*; correct the file or remove it"),
        (b"\xff\xfe\x00", "can't decode.*; correct the file or remove it"),
        (b"theme = 'nord'\n" * 2, "duplicate key at line 2 .*; correct the file or remove it"),
    ],
)
def test_settings_that_only_a_person_can_correct_are_not_overwritten(
    tmp_path: Path, content: bytes, advice: str
) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)

    with pytest.raises(SettingsError, match=f"config.toml: the columns could not be saved: .*{advice}") as refused:
        save_columns(path, ("acc",))

    assert str(refused.value).isprintable()
    assert path.read_bytes() == content


@pytest.mark.parametrize("text", ['theme = "nord"\r\n', '[history]\r\ncolumns = ["n"]\r\n[keys]\r\n', "[history]\r\n"])
def test_settings_with_the_line_endings_of_windows_keep_them(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(text.encode())

    save_columns(path, ("acc",))
    save_theme(path, "ansi-light")

    written = path.read_bytes()
    assert b'theme = "ansi-light"' in written
    assert b'columns = ["acc"]' in written
    assert written.count(b"\n") == written.count(b"\r\n")


def test_settings_that_are_no_ordinary_file_are_a_problem_and_are_not_waited_for(tmp_path: Path) -> None:
    pipe, endless = tmp_path / "config.toml", tmp_path / "endless.toml"
    os.mkfifo(pipe)
    endless.symlink_to("/dev/zero")

    for path in (pipe, endless):
        settings = read_settings(path, commands=(), themes=("nord",))
        assert settings == Settings(problems=(f"{path} is not used: {path}: not an ordinary file; remove it",))
        with pytest.raises(SettingsError, match="the columns could not be saved"):
            save_columns(path, ("acc",))


def test_settings_behind_a_link_are_read_and_the_link_is_kept(tmp_path: Path) -> None:
    (tmp_path / "dotfiles.toml").write_text('theme = "nord"\n', encoding="utf-8")
    path = tmp_path / "config.toml"
    path.symlink_to("dotfiles.toml")

    save_columns(path, ("acc",))

    assert path.is_symlink()
    assert read_settings(path, commands=(), themes=("nord",), columns=("acc",)).columns == ("acc",)


async def test_settings_that_the_system_does_not_let_be_looked_for_are_a_notice(
    lab: MakeLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Which raises where a folder may not be entered, too, but for the superuser.
    monkeypatch.setenv("XDG_CONFIG_HOME", "/" + "a" * 300)

    async with opened(lab()) as pilot:
        await shows(pilot, "File name too.*long")  # wrapped where the path before it ends
