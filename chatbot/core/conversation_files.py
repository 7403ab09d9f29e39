"""Moving conversations to files and back, as the window sees it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from chatbot.core.protocols import SignalLike


class ConversationFiles(Protocol):
    """Exports and imports beside the window, one after the other. Signals arrive in the window's thread.

    What was stored before a call is part of its export.
    """

    exported: SignalLike
    """(how many conversations, Path)"""
    imported: SignalLike
    """(list of conversation ids)"""
    failed: SignalLike
    """(Problem)"""

    def export(self, conversation_ids: Sequence[int] | None, file_format: str, target: Path) -> None:
        """Write conversations (None: all) to ``target``."""
        ...

    def import_file(self, source: Path) -> None:
        """Add the conversations of one of our JSON exports."""
        ...
