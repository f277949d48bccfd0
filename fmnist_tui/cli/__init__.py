"""The commands; nothing heavy is imported until a command needs it."""

from fmnist_tui.cli.commands import main

__all__ = ["main"]
