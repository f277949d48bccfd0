from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Parallelism:
    """How many trainings run at once."""

    at_once: int = 1
    """Trainings at once, of any recipes: one uses all cores, several use one thread each."""
    side_by_side: bool = False
    """Whether seeds of one recipe share the cores where `at_once` is 1; else one waits for the other."""

    @classmethod
    def of_jobs(cls, jobs: int | None, scheduler: str | None) -> Self:
        """Return what `--jobs` and `--scheduler` ask for; None where one is left out."""
        return cls(jobs or 1, side_by_side=jobs is None and scheduler is None)

    @property
    def several(self) -> bool:
        return self.at_once > 1

    @property
    def seeds_share_cores(self) -> bool:
        return self.side_by_side and not self.several

    @property
    def local_workers(self) -> int:
        """How many workers a cluster on this machine gets; 0 for one a core."""
        return self.at_once if self.several else 0


ONE_AT_A_TIME = Parallelism()
SIDE_BY_SIDE = Parallelism(side_by_side=True)
