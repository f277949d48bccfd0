from collections.abc import Iterator

from rich.text import Text

from fmnist_tui.lab.explanations.topics import explain, topics_for_argument, topics_for_setting
from fmnist_tui.lab.layers import arguments
from fmnist_tui.tui.editor.draft import Draft


def explanations(draft: Draft) -> Iterator[Text]:
    if draft.layer is not None and draft.field is not None:
        about = dict(arguments(type(draft.layer)))[draft.field]
        yield Text.assemble((draft.field, "bold"), f": {about.meaning}; {about.spec}\n")
    yield from map(explained, topics_of(draft))


def topics_of(draft: Draft) -> tuple[str, ...]:
    if draft.layer is not None:
        return topics_for_argument(draft.layer, draft.field or "")
    return topics_for_setting(draft.field or "", draft.value or 0)


def explained(topic: str) -> Text:
    explanation = explain(topic)
    body = "".join(f"  {line}\n" for line in explanation.lines)
    return Text.assemble((explanation.title, "bold"), f"\n{body}", (f"  {explanation.source}\n", "dim italic"))
