"""The progress bar of commands that move many bytes; nothing is drawn where nobody looks."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tqdm import tqdm

    from chatbot.catalog.download import DownloadProgress


class ByteBar:
    """A bar on standard error."""

    def __init__(self, bar: tqdm[None]) -> None:
        self._bar = bar

    def advance(self, count: int) -> None:
        """``count`` more bytes."""
        self._bar.update(count)

    def show(self, progress: DownloadProgress) -> None:
        """The state of a download."""
        self._bar.update(progress.done_bytes - self._bar.n)
        if progress.phase != "fetching":
            self._bar.set_description_str(f"{progress.model_id} {progress.phase}", refresh=True)

    def close(self) -> None:
        """Leave the bar as it is."""
        self._bar.close()


@contextmanager
def byte_bar(total: int | None, description: str) -> Iterator[ByteBar]:
    """A bar of ``total`` bytes (None: unknown) while inside."""
    from tqdm import tqdm
    with tqdm(total=total, desc=description, unit="B", unit_scale=True, disable=not sys.stderr.isatty(),
              leave=False) as bar:
        yield ByteBar(bar)
