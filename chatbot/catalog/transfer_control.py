"""Pause and cancel for transfers, and the numbers that say how patient they are."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from chatbot.catalog.http_client import Timeouts
from chatbot.catalog.limits import KIB, MIB
from chatbot.core.errors import KnownError


class StopReason(StrEnum):
    """Why the user ended a download early."""

    PAUSE = "pause"
    """What was fetched stays for later."""
    CANCEL = "cancel"
    """What was fetched is deleted."""


class TransferStoppedError(KnownError):
    """The normal end of a paused or cancelled download; not an error to show."""

    def __init__(self, reason: StopReason) -> None:
        super().__init__("The download was paused." if reason is StopReason.PAUSE else "The download was cancelled.",
                         code=f"download_{reason.value}")
        self.reason = reason


class TransferControl:
    """The stop flag of one download, made by whoever starts it and set from any thread."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._reason = StopReason.PAUSE
        self._interrupt: Callable[[], None] | None = None

    def stop(self, reason: StopReason) -> None:
        """Ask the download to end; a later call does not change the reason of an earlier one."""
        if not self._stopped.is_set():
            self._reason = reason
            self._stopped.set()
        if self._interrupt is not None:
            self._interrupt()

    def interrupts(self, wake: Callable[[], None] | None) -> None:
        """Register what wakes a blocked read when ``stop`` is called."""
        self._interrupt = wake

    @property
    def is_stopped(self) -> bool:
        """Whether pause or cancel was asked for."""
        return self._stopped.is_set()

    @property
    def reason(self) -> StopReason:
        """Pause or cancel, if ``is_stopped``."""
        return self._reason

    def check(self) -> None:
        """Raise ``TransferStoppedError`` if pause or cancel was asked for."""
        if self._stopped.is_set():
            raise TransferStoppedError(self._reason)

    def wait(self, seconds: float) -> None:
        """Sleep, but wake at once and raise when stopped."""
        self._stopped.wait(seconds)
        self.check()


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how long a transfer tries."""

    attempts: int = 6
    """Failures in a row, without real progress between them, until the transfer gives up."""
    first_wait_s: float = 1.0
    """Wait after the first failure; it doubles each time."""
    longest_wait_s: float = 30.0
    real_progress_bytes: int = 256 * KIB
    """After this many new bytes the failures are forgotten."""
    stall_window_s: float = 15.0
    stall_bytes: int = 8 * KIB
    """Fewer bytes than this in one window: the connection is made anew."""
    bad_chunks: int = 4
    """So many chunks with a wrong hash end the transfer."""
    spare_disk_bytes: int = 64 * MIB
    """Free space that a download leaves to the rest of the computer."""
    timeouts: Timeouts = field(default_factory=Timeouts)
