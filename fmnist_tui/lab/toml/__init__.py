"""Parse and write notebooks as TOML, and locate records in the text."""
