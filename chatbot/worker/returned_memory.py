"""Gives memory that was freed back to the system."""

from __future__ import annotations

import ctypes
import sys


def return_freed_memory() -> None:
    """On Linux the C library keeps what was freed for later; after a whole model that is a hundred megabytes."""
    if sys.platform != "linux":
        return
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # musl has none
    if trim is not None:
        trim(0)
