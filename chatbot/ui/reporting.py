"""Turning a known error into a problem that the window shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from chatbot.core.errors import KnownError, Problem
from chatbot.core.protocols import SignalLike


@contextmanager
def reporting(problem_raised: SignalLike) -> Iterator[None]:
    """Run the block; a ``KnownError`` ends it and is emitted as a ``Problem``. Other errors are bugs and go on."""
    try:
        yield
    except KnownError as error:
        problem_raised.emit(Problem.from_error(error))
