"""JSON documents on standard output."""

import json

from fmnist_tui.cli.standard_streams import holds_all_characters


def json_text(value: object) -> str:
    """Return a value as a JSON document in a line, with escapes for what standard output's encoding may lack."""
    return json.dumps(value, ensure_ascii=not holds_all_characters())
