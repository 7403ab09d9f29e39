"""Text is never lost, the first of it never waits, and the window is not flooded."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chatbot.core.replies import ReplyPiece
from chatbot.worker.piece_batch import PieceBatch


def test_first_text_passes_at_once_and_later_text_is_gathered() -> None:
    batch = PieceBatch(7, interval_seconds=0.033)
    assert batch.add("a", now=10.0) == ReplyPiece(7, "a")
    assert batch.add("b", now=10.01) is None
    assert batch.add("c", now=10.02) is None
    assert batch.add("d", now=10.034) == ReplyPiece(7, "bcd")
    assert batch.flush() is None


def test_empty_text_makes_no_piece() -> None:
    batch = PieceBatch(7)
    assert batch.add("", now=0.0) is None
    assert batch.add("a", now=0.0) == ReplyPiece(7, "a"), "an empty beginning must not delay the first word"


@given(st.lists(st.tuples(st.text(max_size=5), st.floats(0, 0.05))))
def test_all_text_comes_out_in_order_and_at_most_one_piece_per_interval(steps: list[tuple[str, float]]) -> None:
    batch = PieceBatch(1, interval_seconds=0.03)
    now, passed_at, received = 0.0, [], []
    for text, wait in steps:
        now += wait
        piece = batch.add(text, now)
        if piece is not None:
            passed_at.append(now)
            received.append(piece.text)
    rest = batch.flush()
    received.append(rest.text if rest else "")
    assert "".join(received) == "".join(text for text, _ in steps)
    assert all(later - earlier >= 0.03 for earlier, later in zip(passed_at, passed_at[1:], strict=False))
