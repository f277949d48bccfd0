"""The queue in a few lines: what is at work above all, then what is next, then what was done last."""

from hypothesis import given
from hypothesis import strategies as st
from sample_records import a_run

from fmnist_tui.tui.training.queue_list import LazyRows, QueueView, Row, ended_row, queue_text
from fmnist_tui.tui.training.states import State

DONE = [Row(State.FINISHED, f"done {number}", result="0.8746") for number in range(4)]
AT_WORK = [Row(State.RUNNING, f"running {number}", 0.25 * number, in_front=number == 0) for number in range(2)]
WAITING = [Row(State.QUEUED, f"waiting {number}") for number in range(5)]


def lines(view: QueueView, width: int = 60, height: int = 7) -> list[str]:
    """Return the lines of a queue."""
    return queue_text(view, width, height).plain.split("\n")


def test_a_queue_tells_how_much_is_done_at_work_and_waiting_then_its_rows_in_order() -> None:
    assert lines(QueueView(DONE, AT_WORK, WAITING, max_parallel=2)) == [
        "4 done, 2 running, 5 queued (2 in parallel)",
        "✓ done 3  0.8746",
        "▶ running 0  ──────────── 0%  ◂ shown",
        "▶ running 1  ━━━───────── 25%",
        "» waiting 0",
        "» waiting 1",
        "» waiting 2",
    ]


def test_in_little_room_what_is_at_work_and_shown_stays() -> None:
    many = [Row(State.RUNNING, f"running {number}", 0.5, in_front=number == 5) for number in range(8)]

    shown = lines(QueueView(DONE, many, WAITING), height=3)

    assert shown[0] == "4 done, 8 running, 5 queued"
    assert [line.split("  ")[0] for line in shown[1:]] == ["▶ running 4", "▶ running 5"]


@given(
    st.integers(0, 6), st.integers(0, 6), st.integers(0, 6), st.integers(1, 100), st.integers(1, 12), st.integers(0, 5)
)
def test_it_never_takes_more_room_than_there_is_and_wastes_none(
    done: int, at_work: int, waiting: int, width: int, height: int, front: int
) -> None:
    running = [Row(State.RUNNING, f"running {number}", 0.5, in_front=number == front) for number in range(at_work)]
    view = QueueView([DONE[0]] * done, running, [WAITING[0]] * waiting)

    shown = lines(view, width, height)

    assert len(shown) == min(height, 1 + done + at_work + waiting)
    assert all(len(line) <= width for line in shown)


def test_one_training_alone_needs_no_queue() -> None:
    assert not QueueView(active=AT_WORK[:1]).is_worth_showing
    assert not QueueView(done=DONE).is_worth_showing
    assert QueueView(active=AT_WORK[:1], waiting=WAITING[:1]).is_worth_showing
    assert QueueView(active=[Row(State.ELSEWHERE, "another's", 0.5, outside=True)]).is_worth_showing


def test_an_ending_is_told_by_its_accuracy_or_else_by_its_status() -> None:
    assert lines(QueueView(done=[ended_row(a_run(seed=3))]))[1] == "✓ 64 units · seed 3  0.8510"
    assert lines(QueueView(done=[ended_row(a_run(status="failed", test=None))]))[1] == "✗ 64 units · seed 0  failed"


def test_a_hostile_name_is_shown_as_its_characters() -> None:
    assert "\x1b" not in queue_text(QueueView(done=[ended_row(a_run(experiment="\x1b[2J"))]), 60, 3).plain


def test_of_a_long_queue_the_rows_that_are_shown_are_made_and_no_others() -> None:
    made = []

    def row(number: int) -> Row:
        made.append(number)
        return Row(State.QUEUED, f"job {number}")

    view = QueueView(active=AT_WORK[:1], waiting=LazyRows(row, range(1_000)))

    assert lines(view, height=4)[-2:] == ["» job 0", "» job 1"]
    assert lines(view)[0].endswith("1000 queued")
    assert max(made) < 7
    assert [each.words for each in LazyRows(row, range(3))] == ["job 0", "job 1", "job 2"]
