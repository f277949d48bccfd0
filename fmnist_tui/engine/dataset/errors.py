"""What can be wrong with the data, each told in one line."""

from pathlib import Path

from fmnist_tui.lab.errors import UserError


class DatasetError(UserError):
    """Something about the data that a person can mend; the message says what, and how."""


class DamagedFile(DatasetError):
    """A file that does not hold the published bytes; the message names it and says what is wrong with it."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path} {problem}")
        self.problem = problem


class DownloadError(DatasetError):
    """A download that was not tried or did not come to its end; `what` says why, without the mending."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(f"{what}; {mend}")
        self.what = what


class DownloadStopped(DownloadError):
    """A download that was stopped from outside; what has come so far is kept."""
