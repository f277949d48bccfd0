import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import CancelledError
from concurrent.futures import Future as ConcurrentFuture
from dataclasses import dataclass
from typing import Any

from fmnist_tui.engine.environment import environment
from fmnist_tui.engine.parallel.cluster.address import host_and_port
from fmnist_tui.engine.parallel.cluster.connection import Connection, Survey
from fmnist_tui.engine.parallel.cluster.messages import WorkerDescription
from fmnist_tui.engine.parallel.cluster.reaching import Versions, difference
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.recipe import Recipe

ASK_SECONDS = 0.5
"""Time between two questions while workers start, pause or leave."""
SILENT_SECONDS = 30.0
"""A worker that the scheduler has not reached after this time is not used; it may be behind a firewall."""
TOGETHER_SECONDS = 5.0
"""Time for several workers to answer: then each is asked by itself, so that no other waits for a silent one."""


@dataclass(slots=True)
class UsableWorker:
    host: str
    recipe: Recipe | None = None
    """The one trained there last, which is compiled."""


class Workers:
    """The workers of a cluster: those that can train, and why the others cannot.

    Args:
        connection: the scheduler to ask.
        notify: gets a sentence where something about the workers should be known.
        described: gets the future of a worker's description, for `add`, in another thread.
    """

    def __init__(
        self, connection: Connection, notify: Callable[[str], object], described: Callable[[Any], object]
    ) -> None:
        self.usable: dict[str, UsableWorker] = {}
        """By address."""
        self.changed = True
        """Whether the scheduler is to be asked again."""
        self._connection = connection
        self._notify = notify
        self._described = described
        self._survey: ConcurrentFuture[Survey] | None = None
        self._settled = True
        self._asked_at = 0.0
        self._questions: dict[ConcurrentFuture[Mapping[str, Versions | None]], frozenset[str]] = {}
        """The addresses whose versions have not come yet."""
        self._silent: set[str] = set()
        """Those that did not answer; perhaps they have gone, as the next survey shows."""
        self._asked: dict[str, Any] = {}
        """By address, the futures of descriptions that have not come yet."""
        self._unusable: dict[str, str] = {}
        """By address, the reason."""
        self._said: set[str] = set()

    @property
    def why_none(self) -> str | None:
        """The reason if there are workers, but none can be used."""
        waiting = self.usable or self._questions or self._asked or self.changed or self._survey or not self._settled
        return None if waiting else next(iter(self._unusable.values()), None)

    def look(self) -> None:
        """Ask the scheduler for its workers if they have changed, and look at its answer once it has come."""
        if self._survey is not None and self._survey.done():
            survey, self._survey = self._survey, None
            if survey.cancelled() or survey.exception() is not None:
                self.changed = True  # the scheduler was lost
            else:
                self._update(survey.result())
                self._settled = survey.result().settled
        for question in [each for each in self._questions if each.done()]:
            self._answered(question, self._questions.pop(question))
        again = not self._settled and time.monotonic() >= self._asked_at + ASK_SECONDS
        if (self.changed or again) and self._survey is None:
            self.changed, self._asked_at = False, time.monotonic()
            self._survey = self._connection.survey()

    @property
    def _known(self) -> frozenset[str]:
        questioned = (address for addresses in self._questions.values() for address in addresses)
        return frozenset((*self.usable, *self._asked, *self._unusable, *self._silent, *questioned))

    def free(self, taken: Collection[str | None]) -> str | None:
        """Return the address of a worker that is not taken."""
        return next((address for address in self.usable if address not in taken), None)

    def host(self, address: str) -> str:
        worker = self.usable.get(address)
        return worker.host if worker else host_and_port(address)[0]

    def remove(self, address: str) -> None:
        self.usable.pop(address, None)
        self._unusable.pop(address, None)
        self._silent.discard(address)
        if (asked := self._asked.pop(address, None)) is not None:
            self._connection.cancel([asked])

    def add(self, future: Any) -> None:
        """Use a worker that has described itself, if it can be used."""
        address = next((address for address, asked in self._asked.items() if asked is future), None)
        if address is None:
            return
        del self._asked[address]
        if future.status != "finished":
            self._refuse(address, _failure(address, future.exception()) if future.status == "error" else "it has gone")
            return
        described = future.result()
        assert isinstance(described, WorkerDescription)
        own, theirs = environment(), described.environment
        host = visible(described.host, 60)
        if theirs.fmnist_tui != own.fmnist_tui:
            self._refuse(address, f"{host} has fmnist-tui {theirs.fmnist_tui}, and this program {own.fmnist_tui}")
            return
        for name in ("tensorflow", "keras"):
            if (there := getattr(theirs, name)) != (here := getattr(own, name)):
                self._say(
                    f"{host} has {name} {there}, and this machine {here}: figures can differ; each run records it"
                )
        self.usable[address] = UsableWorker(host)

    def _update(self, survey: Survey) -> None:
        for address in [known for known in self._known if known not in survey.addresses]:
            self.remove(address)
        for address in sorted(survey.addresses & self._silent):
            self._silent.discard(address)
            self._refuse(
                address,
                f"the scheduler cannot reach {address}",
                "let that port through its firewall (`dask worker --worker-port` chooses it)",
            )
        if new := survey.addresses - self._known:
            self._ask(new, TOGETHER_SECONDS if len(new) > 1 else SILENT_SECONDS)
        if not survey.addresses and survey.settled:
            self._say(
                f"{self._connection.address} has no worker yet; trainings wait for one: "
                f"`dask worker {self._connection.address}` starts one"
            )

    def _ask(self, addresses: frozenset[str], seconds: float) -> None:
        self._questions[self._connection.ask_versions(addresses, seconds)] = addresses

    def _answered(self, question: "ConcurrentFuture[Mapping[str, Versions | None]]", addresses: frozenset[str]) -> None:
        answers: Mapping[str, Versions | None] = {}
        try:
            answers = question.result()
        except TimeoutError:
            if len(addresses) > 1:
                for address in addresses:
                    self._ask(frozenset([address]), SILENT_SECONDS)
                return
            answers = dict.fromkeys(addresses)
        except (Exception, CancelledError):  # the scheduler was lost
            self.changed = True
        for address, versions in sorted(answers.items()):
            if versions is None:
                self._silent.add(address)
                self.changed = True
            elif (wrong := difference(versions)) is not None:
                self._refuse(address, f"{host_and_port(address)[0]} has {wrong}")
            else:
                self._asked[address] = self._connection.describe(address, self._described)

    def _refuse(self, address: str, why: str, mend: str = "install the same there") -> None:
        self._unusable[address] = f"a worker cannot be used: {why}; {mend}"
        self._say(self._unusable[address])

    def _say(self, sentence: str) -> None:
        if sentence not in self._said:
            self._said.add(sentence)
            self._notify(sentence)


def _failure(address: str, error: BaseException | None) -> str:
    words = " ".join(str(error).split())
    return f"{host_and_port(address)[0]}: {visible(words or type(error).__name__, 200)}"
