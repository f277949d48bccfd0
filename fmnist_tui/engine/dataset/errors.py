"""Errors of the data; each message is one line."""

from pathlib import Path

from fmnist_tui.lab.errors import UserError


class DatasetError(UserError):
    """An error of the data that the user can correct; the message says how."""


class DamagedFileError(DatasetError):
    """A file that does not hold the published bytes; the message names it and says what is wrong."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path} {problem}")
        self.problem = problem


class DownloadError(DatasetError):
    """A download that was not tried or failed; `what` is the message without the advice."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(f"{what}; {mend}")
        self.what = what


class DownloadStoppedError(DownloadError):
    """A download that was stopped; the bytes received so far are kept."""
