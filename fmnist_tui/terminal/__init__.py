"""A process and its terminal, without Textual."""
