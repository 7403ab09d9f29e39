"""Gathers the text of a reply so that the window draws 30 times a second, not once per token."""

from __future__ import annotations

from chatbot.core.replies import ReplyPiece

INTERVAL_SECONDS = 0.033


class PieceBatch:
    """The first text passes at once; later text is held until ``interval_seconds`` after the last piece.

    No timer: the engine's loop asks at every token, and ``flush`` gives the rest when the reply ends.
    """

    def __init__(self, job_id: int, interval_seconds: float = INTERVAL_SECONDS) -> None:
        self._job_id = job_id
        self._interval_seconds = interval_seconds
        self._held: list[str] = []
        self._passed_at: float | None = None

    def add(self, text: str, now: float) -> ReplyPiece | None:
        """Take ``text`` at the time ``now`` (seconds, any clock); return a piece if one is due."""
        if text:
            self._held.append(text)
        if self._passed_at is not None and now - self._passed_at < self._interval_seconds:
            return None
        piece = self.flush()
        if piece is not None:
            self._passed_at = now
        return piece

    def flush(self) -> ReplyPiece | None:
        """All held text as one piece, None if there is none."""
        if not self._held:
            return None
        piece = ReplyPiece(self._job_id, "".join(self._held))
        self._held.clear()
        return piece
