"""A place for one request between two threads, where a newer one replaces an older one."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

Request = TypeVar("Request")


class NewestRequest(Generic[Request]):
    """Holds at most one request; ``take`` empties the place."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._request: Request | None = None

    def put(self, request: Request | None) -> None:
        """Replace what waits here; None empties the place."""
        with self._lock:
            self._request = request

    def take(self) -> Request | None:
        """The newest request, once; None if it was taken already."""
        with self._lock:
            request, self._request = self._request, None
        return request
