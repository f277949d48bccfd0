"""The report as one HTML file and as a Jupyter notebook: whole, and inert whatever the notebook's text holds."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import nbformat
from group_builders import made_up_group, made_up_recipe, made_up_run
from hypothesis import given, settings
from hypothesis import strategies as st
from reports import content_of, parsed, placed, written
from strategies import hostile_text

from fmnist_tui.lab.language.catalogue import in_language
from fmnist_tui.lab.report.html import is_page, page
from fmnist_tui.lab.report.jupyter import code_cells, is_jupyter_report, jupyter_notebook
from fmnist_tui.lab.report.markdown import report, script
from fmnist_tui.lab.report.study import Content

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


class Elements(HTMLParser):
    """The elements of a page with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def as_page(content: Content) -> str:
    figures = placed(content)
    return page(report(content, figures), {each.source: SVG for each in figures}, title="a title")


def as_jupyter(content: Content) -> Any:
    figures = placed(content)
    return json.loads(jupyter_notebook(content, figures, {each.figure.name: b"a PNG" for each in figures}))


def hostile_content(texts: list[str]) -> Content:
    name, section, note, reason, command, hypothesis, author = texts
    others = [made_up_run(name, made_up_recipe(), 9, status="failed", reason=reason)]
    group = made_up_group(name, (0.88, 0.87), repeats=4, section=section, note=note, others=others)
    assert group.plan
    group = replace(group, plan=replace(group.plan, hypothesis=hypothesis))
    return content_of(group, made_up_group(name, recipe=made_up_recipe("8")), command=command, author=author)


def test_the_page_holds_its_figures_and_loads_nothing() -> None:
    text = as_page(content_of(made_up_group("64 units"), made_up_group("32", recipe=made_up_recipe("32"))))

    elements = Elements(text)
    images = [attributes for tag, attributes in elements.found if tag == "img"]
    assert is_page(text)
    assert len(images) == 3
    assert all((each["src"] or "").startswith("data:image/svg+xml;base64,") for each in images)
    assert all(len(each["alt"] or "") > 60 for each in images)
    assert not {"script", "link", "iframe", "object"} & {tag for tag, _ in elements.found}
    assert "default-src 'none'" in text
    assert not re.search(r'(?:src|href)="(?!data:|https://github\.com/zalando|https?%3A)', text)
    assert "markdownlint" not in text


def test_the_page_fits_a_phone_and_its_tables_scroll() -> None:
    elements = Elements(as_page(content_of(made_up_group())))

    assert ("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}) in elements.found
    tags = [tag for tag, _ in elements.found]
    assert tags.count("table") == sum(attributes.get("class") == "table" for _, attributes in elements.found)
    assert elements.found[0] == ("html", {"lang": "en"})


@settings(max_examples=25)
@given(st.lists(hostile_text(), min_size=7, max_size=7))
def test_no_text_of_a_notebook_acts_in_the_page(texts: list[str]) -> None:
    elements = Elements(as_page(hostile_content(texts)))

    frame = "html head meta title style body main div span"
    text = "h1 h2 h3 p strong em code pre ul ol li table thead tbody tr th td img a"
    assert {tag for tag, _ in elements.found} <= {*frame.split(), *text.split()}
    assert {name for _, attributes in elements.found for name in attributes} <= {
        *(
            "lang",
            "charset",
            "name",
            "content",
            "http-equiv",
            "class",
            "tabindex",
            "style",
            "src",
            "alt",
            "href",
            "start",
        )
    }
    links = [attributes["href"] for tag, attributes in elements.found if tag == "a"]
    assert links == ["https://github.com/zalandoresearch/fashion-mnist"]


def test_names_show_every_character_in_the_page() -> None:
    name = "<b>a</b> & [x](y) | `c` \\ $z$"

    assert name in Elements(as_page(content_of(made_up_group(name)))).text


def test_the_jupyter_notebook_is_valid_and_holds_the_report_and_the_script() -> None:
    content = content_of(made_up_group("64 units", (0.88, 0.87)))
    notebook = as_jupyter(content)

    nbformat.validate(notebook)
    assert is_jupyter_report(json.dumps(notebook))
    text = "\n\n".join("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    own = re.sub(r"\(report-figures/([a-z-]+)\.svg\)", r"(attachment:\1.png)", written(*content.groups))
    for heading in re.findall(r"^## .*$", own, re.MULTILINE):
        assert heading in text
    attached = [cell["attachments"] for cell in notebook["cells"] if "attachments" in cell]
    assert [*attached[0]] == re.findall(r"\(attachment:(.*?)\)", text)
    code = "\n\n".join("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code")
    whole = script(content)
    assert whole
    assert [line for line in whole.splitlines() if line and line not in code.splitlines()] == []
    assert 'the recorded run of seed 0 had 0.8800")' in code


def test_in_spanish_the_jupyter_notebook_has_the_same_cells_in_spanish_words() -> None:
    content = content_of(made_up_group("64 units", (0.88, 0.87)), made_up_group("32", recipe=made_up_recipe("32")))
    english = as_jupyter(content)
    with in_language("es"):
        spanish = as_jupyter(content)
        own = report(content, placed(content))

    nbformat.validate(spanish)
    assert is_jupyter_report(json.dumps(spanish))
    kinds = [[cell["cell_type"] for cell in notebook["cells"]] for notebook in (english, spanish)]
    assert kinds[0] == kinds[1]
    texts = [
        ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
        for notebook in (english, spanish)
    ]
    headings = re.findall(r"^## .*$", own, re.MULTILINE)
    assert [text.partition("\n")[0] for text in texts[1]] == ["# Redes neuronales con Fashion-MNIST", *headings]
    assert not set(texts[0]) & set(texts[1])
    codes = [
        ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
        for notebook in (english, spanish)
    ]
    assert codes[0][:-1] == codes[1][:-1]
    assert "la corrida registrada de la semilla 0 tuvo 0.8800" in codes[1][-1]
    compile(codes[1][-1], "a cell", "exec")


def test_the_cells_of_a_script_are_the_script() -> None:
    whole = script(content_of(made_up_group("# not a comment\n\n# of ours")))
    assert whole
    cells = code_cells(whole)

    assert len(cells) >= 4
    assert [line for line in "\n".join(cells).splitlines() if line] == [line for line in whole.splitlines() if line]
    for cell in cells:
        compile(cell, "a cell", "exec")


@settings(max_examples=25)
@given(st.lists(hostile_text(), min_size=7, max_size=7))
def test_no_text_of_a_notebook_acts_in_jupyter(texts: list[str]) -> None:
    notebook = as_jupyter(hostile_content(texts))

    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            compile(source, "a cell", "exec")
            continue
        tokens = parsed(source)
        inline = [child for token in tokens for child in token.children or []]
        assert not [token for token in (*tokens, *inline) if token.type.startswith("html")]
        assert {token.attrs["href"] for token in inline if token.type == "link_open"} <= {
            "https://github.com/zalandoresearch/fashion-mnist"
        }


def test_other_files_are_not_taken_for_ours() -> None:
    assert not is_page("<!DOCTYPE html><title>mine</title>")
    assert not is_jupyter_report('{"cells": [], "metadata": {}}')
    assert not is_jupyter_report("[" * 100_000)
    assert not is_jupyter_report("[]")
