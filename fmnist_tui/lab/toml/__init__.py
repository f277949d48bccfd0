"""A notebook as TOML text: text in, records out, and where each record stands in the text."""
