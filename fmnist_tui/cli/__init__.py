"""The commands; nothing heavy is imported until a command needs it."""

from fmnist_tui.cli.program import main

__all__ = ["main"]
