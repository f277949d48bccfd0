"""The preflight screen: the checks of the network in the editor, and a test of learning rates for it."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from threading import Event
from time import sleep
from typing import TYPE_CHECKING, ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from fmnist_tui.engine.preflight.checks import TITLES, Check, Preflight, Stopped
from fmnist_tui.engine.preflight.rates import SOURCE, RateCurve
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.records.architecture import ArchitectureError
from fmnist_tui.lab.records.dataset import title_of
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.shorthand import shorthand
from fmnist_tui.tui.background import Background, Lane
from fmnist_tui.tui.charts.chart import Chart
from fmnist_tui.tui.global_keys import global_key
from fmnist_tui.tui.main_screen import MainScreen
from fmnist_tui.tui.preflight.rate_chart import X_RANGE, rate_chart
from fmnist_tui.tui.training.held import HeldTrainings
from fmnist_tui.tui.widgets.dialogs import TextDialog
from fmnist_tui.tui.widgets.moving import ScrolledText
from fmnist_tui.tui.widgets.overlay import Overlay

if TYPE_CHECKING:
    from fmnist_tui.engine.dataset.sources import Dataset

LOOK_SECONDS = 0.05
"""How often to look whether the trainings wait."""

TITLE_WIDTH = max(map(len, TITLES.values()))


def open_preflight(main: MainScreen, data: "Dataset", background: Background) -> None:
    """Show the preflight of the network in the editor; or why it cannot be built."""
    draft = main.editor.draft
    try:
        recipe = draft.recipe(data.name)
    except ArchitectureError as error:
        main.notify(str(error), severity="warning", markup=False)
        return

    def load_rate(rate: float | None) -> None:
        if rate is not None:
            main.editor.focus_target.do(
                lambda draft: replace(draft, training=replace(draft.training, learning_rate=rate))
            )
            main.action_enter("architecture")
            main.notify(f"learning rate {rate:g} loaded · u undoes")

    held = HeldTrainings(lambda: main.training.runner.active)
    main.app.push_screen(PreflightScreen(recipe, draft.seeds.seed, data, background, held), load_rate)


class PreflightScreen(Overlay[float]):
    """Runs the checks when it opens, and the learning-rate test when it is shown; returns a rate to load.

    Trainings of this process are paused meanwhile, so that it costs them none of the seconds that they record.
    """

    heading = "preflight"
    about = (
        "Checks of the network in the editor, with its own optimizer, learning rate, batches and seed, before it is "
        "trained. Nothing is recorded. A training that runs here is paused meanwhile. The learning-rate test trains "
        "with a rate that grows from step to step and draws the loss; Enter loads the rate at which it falls fastest."
    )

    DEFAULT_CSS = """
    PreflightScreen {
        #checks, #found { padding: 0 1; height: auto; }
        #rates { margin: 0 1; }
        #rates, #found { display: none; }
        &.-rates #rates, &.-rates #found { display: block; }
        &.-rates ScrolledText { display: none; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        global_key("next", "next", "Show the learning-rate test, or the checks", word="Learning rates", show=True),
        global_key("open", "load_rate", "Load the suggested learning rate", word="Load rate", show=True),
        global_key("info", "info", "Read where the checks come from", word="Sources", show=True),
    ]

    rates_shown: reactive[bool] = reactive(False, init=False)

    @dataclass
    class Checked(Message):
        check: Check

    @dataclass
    class Ended(Message):
        preflight: Preflight

    @dataclass
    class Tested(Message):
        curve: RateCurve

    @dataclass
    class Waiting(Message):
        words: str

    @dataclass
    class Refused(Message):
        problem: str

    def __init__(self, recipe: Recipe, seed: int, data: "Dataset", background: Background, held: HeldTrainings) -> None:
        super().__init__()
        self.recipe = recipe
        self.seed = seed
        self.data = data
        self.checks: tuple[Check, ...] = ()
        self.preflight: Preflight | None = None
        self.curve: RateCurve | None = None
        self.problem = ""
        self.state = "loading TensorFlow"
        self._rates_begun = False
        self._background = background
        self._held = held
        self._left = Event()

    def compose_body(self) -> ComposeResult:
        with ScrolledText():
            yield Static(id="checks")
        yield Chart("loss by learning rate", empty_text="testing learning rates …", id="rates")
        yield Static(id="found", markup=False)

    def on_mount(self) -> None:
        self.query_one(ScrolledText).focus()
        self.show_checks()
        self.query_one(Chart).show((), x_range=X_RANGE, decades=True)
        self._background.run(Lane.PREFLIGHT, lambda: self._work(self._run_checks))

    def on_unmount(self) -> None:
        self._left.set()

    def show_checks(self) -> None:
        training = self.recipe.training
        words = (
            shorthand(self.recipe.architecture),
            self.state,
            f"{training.optimizer} {training.learning_rate:g}",
            f"batches of {training.batch_size:,}",
            f"seed {self.seed}",
            title_of(self.recipe.dataset),
        )
        self.entitle(f"preflight · {' · '.join(filter(None, words))}")
        self.query_one("#checks", Static).update(check_table(self.checks, self.problem))

    def on_preflight_screen_waiting(self, event: Waiting) -> None:
        self.state = event.words
        self.show_checks()

    def on_preflight_screen_checked(self, event: Checked) -> None:
        self.checks += (event.check,)
        self.show_checks()

    def on_preflight_screen_ended(self, event: Ended) -> None:
        self.preflight = event.preflight
        self.show_summary()

    def show_summary(self) -> None:
        self.state = self.preflight.summary if self.preflight else ""
        self.show_checks()

    def on_preflight_screen_refused(self, event: Refused) -> None:
        self.problem, self.state = event.problem, ""
        self.show_checks()
        self.query_one("#found", Static).update(event.problem)
        self.query_one(Chart).empty_text = ""

    def on_preflight_screen_tested(self, event: Tested) -> None:
        self.curve = event.curve
        self.show_summary()
        shown = rate_chart(event.curve)
        chart = self.query_one(Chart)
        chart.title, chart.cursor, chart.empty_text = shown.title, shown.cursor, ""
        chart.show(shown.series, x_range=X_RANGE, y_range=shown.y_range, decades=True)
        ask = "" if event.curve.suggested is None else " Enter loads it."
        self.query_one("#found", Static).update(event.curve.sentence + ask)

    def watch_rates_shown(self) -> None:
        self.set_class(self.rates_shown, "-rates")
        if self.rates_shown and not self._rates_begun and not self.problem:
            self._rates_begun = True
            self._background.run(Lane.PREFLIGHT, lambda: self._work(self._run_rates))

    def action_next(self) -> None:
        self.rates_shown = not self.rates_shown

    def action_load_rate(self) -> None:
        if self.curve is None:
            self.notify("no rate yet: w tests learning rates", severity="warning")
        elif self.curve.suggested is None:
            self.notify("the curve is flat: no rate to load", severity="warning")
        else:
            self.dismiss(self.curve.suggested)

    def action_info(self) -> None:
        text = Text()
        for check in self.checks:
            text.append(f"{check.title}\n", "bold").append(f"  {check.source}\n")
        text.append("learning rates\n", "bold").append(f"  {SOURCE}")
        self.app.push_screen(TextDialog("sources of the checks", text))

    # In the background worker's thread

    def _work(self, work: Callable[[], Message]) -> None:
        try:
            while not self._left.is_set() and not self._held.pause():
                self._post(self.Waiting("waiting until the training pauses"))
                sleep(LOOK_SECONDS)
            if not self._left.is_set():
                self._post(work())
        except Stopped:
            pass
        except UserError as error:
            self._post(self.Refused(str(error)))
        finally:
            self._held.resume()

    def _run_checks(self) -> Message:
        from fmnist_tui.engine.preflight.preflight import run_preflight

        self._post(self.Waiting("checking"))
        return self.Ended(
            run_preflight(
                self.recipe,
                self.seed,
                self.data,
                show=lambda check: self._post(self.Checked(check)),
                stop=self._left.is_set,
            )
        )

    def _run_rates(self) -> Message:
        from fmnist_tui.engine.preflight.preflight import run_rates

        self._post(self.Waiting("testing learning rates"))
        return self.Tested(run_rates(self.recipe, self.seed, self.data, stop=self._left.is_set))

    def _post(self, message: Message) -> None:
        with suppress(RuntimeError):  # the event loop is closed
            self.post_message(message)


def check_table(checks: Sequence[Check], problem: str) -> Table:
    """Return the checks that are done, and those to come; or why there are none."""
    table = Table.grid(padding=(0, 1))
    table.add_column(width=1)
    table.add_column(width=TITLE_WIDTH)
    table.add_column(ratio=1)
    for check in checks:
        text = Text(check.sentence)
        if check.advice:
            text.append(f"\n→ {check.advice}", "bold").append(f"\n{check.source}", "dim italic")
        mark = Text("✓", "green") if check.passed else Text("✗", "bold red")
        table.add_row(mark, Text(check.title, "" if check.passed else "bold"), text)
    if problem:
        table.add_row(Text("✗", "bold red"), Text("not checked", "bold"), Text(problem))
    else:
        for title in [*TITLES.values()][len(checks) :]:
            table.add_row(Text("·", "dim"), Text(title, "dim"), Text("…", "dim"))
    return table
