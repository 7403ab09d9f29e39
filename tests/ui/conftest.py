"""For all tests of the window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent


@pytest.fixture(autouse=True)
def delete_closed_windows() -> Iterator[None]:
    """Windows of a test are gone before the next one: every restyling would go through all of them."""
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
