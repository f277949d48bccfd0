"""The pages of README and docs/: their links lead somewhere, and they name what there is."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
import typer
from markdown_it import MarkdownIt
from markdown_it.token import Token

from fmnist_tui.cli.commands import app

TOP = Path(__file__).parents[1]
README = TOP / "README.md"
PAGES = (README, *sorted((TOP / "docs").glob("*.md")))


@cache
def tokens(page: Path) -> tuple[Token, ...]:
    return tuple(MarkdownIt().enable("table").parse(page.read_text(encoding="utf-8")))


def links(page: Path) -> Iterator[str]:
    """Yield the targets of links and pictures that are not addresses."""
    for token in tokens(page):
        for child in token.children or ():
            target = child.attrGet("href" if child.type == "link_open" else "src")
            if child.type in ("link_open", "image") and not re.match(r"[a-z]+:", str(target)):
                yield unquote(str(target))


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them: https://github.com/gjtorikian/html-pipeline."""
    found: set[str] = set()
    for heading, content in zip(tokens(page), tokens(page)[1:], strict=False):
        if heading.type == "heading_open":
            words = "".join(child.content for child in content.children or () if child.type in ("text", "code_inline"))
            anchor = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
            again = sum(bool(re.fullmatch(rf"{re.escape(anchor)}(-\d+)?", other)) for other in found)
            found.add(f"{anchor}-{again}" if again else anchor)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TOP)))
def test_every_link_of_a_page_leads_to_a_file_and_a_heading_of_it(page: Path) -> None:
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.is_relative_to(TOP), f"{link} leads out of the repository"
        assert target.exists(), f"{link} leads nowhere"
        if anchor:
            assert anchor in anchors(target), f"{link}: there are {sorted(anchors(target))}"


def test_the_readme_links_every_page() -> None:
    linked = {(TOP / link.partition("#")[0]).resolve() for link in links(README)}

    assert set(PAGES) - {README} <= linked


def test_the_readme_shows_what_it_is_then_how_to_start_then_a_session() -> None:
    text = README.read_text(encoding="utf-8")
    wanted = ("![", "pip install -q . &&", "## A session", "## What it does", "## Read on")
    places = [text.index(each) for each in wanted]

    assert places == sorted(places)


def test_the_table_of_commands_has_every_command() -> None:
    page = (TOP / "docs" / "commands.md").read_text(encoding="utf-8")

    for name in typer.main.get_command(app).commands:  # type: ignore[attr-defined]
        assert re.search(rf"^\|.*`(fmnist-tui )?{name}\b", page, re.MULTILINE), f"{name} is not in docs/commands.md"


def test_the_session_is_a_small_picture_that_moves_by_css_alone_and_needs_nothing_else() -> None:
    path = TOP / "docs" / "session.svg"
    text = path.read_text(encoding="utf-8")
    frames = [each for each in ElementTree.fromstring(text).iter() if each.get("class") == "f"]
    seconds = re.search(r"animation:([0-9.]+)s step-end infinite", text)

    assert path.stat().st_size < 600_000
    assert not re.search(r"<script|<image|@import|url\(|onload|http(?!://www\.w3\.org/2000/svg)", text)
    assert len(frames) > 20
    assert sum("visibility:visible" in (frame.get("style") or "") for frame in frames) == 1  # where nothing moves
    assert seconds is not None
    assert 25 < float(seconds[1]) < 45
