"""Check `--jobs`."""

from fmnist_tui.engine.environment import usable_cores
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.plain_text import counted

JOBS_A_CORE = 4
"""Maximum trainings at once per core; more than one only takes memory."""


def check_jobs(at_once: int) -> None:
    cores = usable_cores()
    if not 1 <= at_once <= JOBS_A_CORE * cores:
        raise UserError(
            f"--jobs must be from 1 to {JOBS_A_CORE * cores}, not {at_once}; "
            f"this machine has {counted(cores, 'core')}, and more jobs than cores gain nothing"
        )
