from dataclasses import replace

import pytest
from sample_records import RUN, a_run

from fmnist_tui.lab.records.run import Curves, Run, outcome

PATIENT = replace(RUN.recipe, training=replace(RUN.recipe.training, patience=1))


@pytest.mark.parametrize(
    ("run", "words"),
    [
        (RUN, "finished"),
        (a_run(reason="its model could not be saved"), "finished: its model could not be saved"),
        (a_run(recipe=PATIENT, curves=Curves((0.8,), (0.6,))), "finished early, after epoch 1 of 2"),
        (a_run(status="failed", reason="the loss became nan"), "failed: the loss became nan"),
        (a_run(status="stopped", reason="stopped by hand after epoch 1 of 2"), "stopped by hand after epoch 1 of 2"),
        (a_run(status="interrupted"), "interrupted"),
        (a_run(status="failed", reason="\x1b[2Jgone"), "failed: \\x1b[2Jgone"),
    ],
)
def test_an_outcome_says_the_status_once_and_why(run: Run, words: str) -> None:
    assert outcome(run) == words
