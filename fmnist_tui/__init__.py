"""A neural-network lab in a terminal, on Fashion-MNIST."""

__version__ = "0.1.0"
"""The only place that has it; pyproject.toml reads it here."""
