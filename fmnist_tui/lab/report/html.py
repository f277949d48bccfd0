from base64 import b64encode
from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from fmnist_tui.lab.report.markdown import LINT

if TYPE_CHECKING:
    from markdown_it.renderer import RendererHTML
    from markdown_it.token import Token

GENERATOR = '<meta name="generator" content="fmnist-tui">'
"""Tells one of our files from somebody else's."""

_PAGE = """\
<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
{generator}
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}
</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""

_STYLE = """\
:root { color-scheme: light; }
body { margin: 0; background: #fff; color: #1a1a1a; font: 1rem/1.55 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
main { max-width: 58rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; overflow-wrap: break-word; }
h1 { font-size: 1.8rem; line-height: 1.25; }
h2 { font-size: 1.35rem; margin-top: 2.4rem; padding-bottom: .2rem; border-bottom: 1px solid #ccc; }
h3 { font-size: 1.1rem; margin-top: 1.6rem; }
a { color: #0b3c6f; }
img { display: block; max-width: 100%; height: auto; margin: 1.2rem auto .4rem; }
.figure { display: block; overflow-x: auto; }
code, pre { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: .86em; }
code { background: #f1f1f1; padding: .08em .25em; border-radius: 3px; }
pre { background: #f6f6f6; padding: .8rem; overflow-x: auto; border: 1px solid #ddd; }
pre code { background: none; padding: 0; }
blockquote { margin: 1rem 0; padding: .2rem 1rem; border-left: 4px solid #b00020; background: #fdf1f2; }
.table { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-size: .8rem; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .4rem; border-bottom: 1px solid #ddd; vertical-align: top; white-space: nowrap; }
td:nth-child(n+4):not([style]) { white-space: normal; min-width: 8.5rem; }
th { border-bottom: 2px solid #888; vertical-align: bottom; white-space: normal; max-width: 6.5rem; }
@media screen and (min-width: 60rem) {
  .table { width: max-content; min-width: 100%; max-width: calc(50vw + 27rem); }
}
@media screen and (max-width: 40rem) {
  .figure img { max-width: none; width: 40rem; }
}
@media print {
  @page { margin: 16mm; }
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  h2, h3 { break-after: avoid; }
  img, tr, blockquote { break-inside: avoid; }
  pre { white-space: pre-wrap; }
  table { font-size: 6.5pt; }
  th, td { padding: .15rem .3rem; white-space: normal; }
}"""


def page(markdown: str, images: Mapping[str, bytes], *, title: str, language: str = "en") -> str:
    """Return a report as one page that loads nothing.

    Args:
        markdown: the report.
        images: SVG files by their address in the report.
        title: the page's title, plain text.
        language: its language, as a code of two letters.
    """
    from markdown_it import MarkdownIt

    renderer = MarkdownIt("commonmark", {"html": False}).enable("table")
    addresses = {name: f"data:image/svg+xml;base64,{b64encode(file).decode('ascii')}" for name, file in images.items()}

    def image(self: "RendererHTML", tokens: "list[Token]", index: int, options: Any, env: Any) -> str:
        token = tokens[index]
        words = self.renderInlineAsText(token.children, options, env) if token.children else ""
        source = addresses.get(str(token.attrs["src"]), "")
        return f'<span class="figure" tabindex="0"><img src="{escape(source)}" alt="{escape(words)}"></span>'

    renderer.add_render_rule("image", image)
    renderer.add_render_rule("table_open", lambda *_: '<div class="table" tabindex="0">\n<table>\n')
    renderer.add_render_rule("table_close", lambda *_: "</table>\n</div>\n")
    body = renderer.render(markdown.replace(LINT, "").rstrip())
    return _PAGE.format(language=language, generator=GENERATOR, title=escape(title), style=_STYLE, body=body.strip())


def is_page(text: str) -> bool:
    """Whether a text starts as a page of this program does."""
    return text.startswith("<!DOCTYPE html>") and GENERATOR in text[:1_000]
