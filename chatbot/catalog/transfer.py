"""Fetches one file: resumes, retries, restarts when stalled, and hashes every byte on its way to the disk."""

from __future__ import annotations

import errno
import random
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.catalog.http_client import HttpClient, TemporaryError
from chatbot.catalog.limits import PACKAGE_BYTES
from chatbot.catalog.part_file import PartFile, Piece, WantedFile
from chatbot.catalog.transfer_control import Patience, TransferControl
from chatbot.core.errors import DownloadError

if TYPE_CHECKING:
    import httpx2

CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)")

Progress = Callable[[int], None]
"""Told how many bytes of the file are on disk."""


class ContentChangedError(DownloadError):
    """The bytes are not those that were promised. Of a file with chunk hashes the good chunks are kept."""

    code = "wrong_content"


class FileTransfer:
    """One attempt-by-attempt download of ``wanted`` to ``target``, by way of ``target.part``.

    ``run`` blocks until the file is whole; it is stopped through ``control`` from any thread.
    """

    def __init__(self, wanted: WantedFile, target: Path, client: HttpClient, control: TransferControl,
                 patience: Patience | None = None, progress: Progress = lambda _: None) -> None:
        self.wanted = wanted
        self._target = target
        self._client = client
        self._control = control
        self._patience = patience or Patience()
        self._progress = progress
        self._wrong_pieces = 0
        self._is_stitched = False
        """Whether the bytes come from more than one answer, so that the remote file may have changed between them."""

    def run(self) -> None:
        """Fetch what is missing. Raises ``DownloadError``, or ``TransferStoppedError`` when paused or cancelled."""
        self._control.interrupts(self._client.interrupt)
        try:
            part = PartFile(self._target.with_name(self._target.name + ".part"), self.wanted)
            try:
                self._complete(part)
                part.finish(self._target)
            except ContentChangedError:
                if not self.wanted.chunks:
                    part.discard()
                raise
            finally:
                part.close()
        except OSError as error:
            raise disk_problem(error, self._target.parent) from error
        finally:
            self._control.interrupts(None)

    def _complete(self, part: PartFile) -> None:
        part.take_stock(self._control.check)
        if part.have and self.wanted.sha256 is None and not self.wanted.chunks and part.validator is None:
            part.start_over()
        self._check_disk(part)
        self._is_stitched = part.have > 0
        failures, had = 0, part.have
        while (piece := part.next_missing()) is not None:
            self._control.check()
            try:
                self._fetch(part, piece)
            except TemporaryError as error:
                self._control.check()
                self._is_stitched = self._is_stitched or part.have > had
                failures = 1 if part.have - had >= self._patience.real_progress_bytes else failures + 1
                had = part.have
                if failures >= self._patience.attempts:
                    raise
                self._control.wait(self._wait_after(failures, error))

    def _fetch(self, part: PartFile, piece: Piece) -> None:
        start, end = piece.next_byte, part.end_of_gap(piece)
        with self._client.open(self.wanted.address, self._headers(part, start, end)) as response:
            position = self._accept(response, part, start)
            if position is None:
                return
            position = self._take_body(part, position, response)
        if end is None and part.next_missing() is piece and piece.missing is None:
            part.finish_unknown_end()
        elif end is not None and position < end:
            raise TemporaryError(f"{self.wanted.address} ended early; try again.", code="cut_off",
                                 address=self.wanted.address)

    def _take_body(self, part: PartFile, position: int, response: httpx2.Response) -> int:
        """Write the body and return where it ended."""
        watch = SpeedWatch(self._patience)
        for data in response.iter_raw():
            self._control.check()
            watch.add(len(data))
            self._note_wrong(part, part.write(position, data))
            position += len(data)
            self._progress(part.have)
            if position > (self.wanted.size or PACKAGE_BYTES):
                raise self._wrong_size(f"more than {self.wanted.size or PACKAGE_BYTES:,}")
        return position

    def _headers(self, part: PartFile, start: int, end: int | None) -> dict[str, str]:
        headers = {"Accept-Encoding": "identity"}
        is_whole = start == 0 and (end is None or end == self.wanted.size)
        if not is_whole:
            headers["Range"] = f"bytes={start}-" + ("" if end is None or end == self.wanted.size else str(end - 1))
            if part.validator is not None:
                headers["If-Range"] = part.validator
        return headers

    def _accept(self, response: httpx2.Response, part: PartFile, start: int) -> int | None:
        """Where the body begins in the file; None if the part was thrown away and must be asked for anew."""
        if response.headers.get("content-encoding", "identity") != "identity":
            raise DownloadError(f"{self.wanted.address} is sent compressed although the plain file was asked for; it "
                                "cannot be checked.")
        validator = _validator_of(response)
        if response.status_code == 206:
            return self._accept_range(response, part, start, validator)
        length = response.headers.get("content-length", "")
        size = int(length) if length.isdigit() and len(length) < 19 else None
        if size is not None and self.wanted.size is not None and size != self.wanted.size:
            raise self._wrong_size(f"{size:,}")
        if start > 0 and not self.wanted.chunks:
            part.start_over()
        part.note_validator(validator)
        if size is not None:
            part.know_size(size)
            self._check_disk(part)
        return 0

    def _accept_range(self, response: httpx2.Response, part: PartFile, start: int, validator: str | None) -> int | None:
        match = CONTENT_RANGE.fullmatch(response.headers.get("content-range", ""))
        if match is None or int(match[1]) != start:
            raise DownloadError(f"{self.wanted.address} answered with another part of the file than was asked for.")
        if self.wanted.size is not None and match[3] not in ("*", str(self.wanted.size)):
            raise self._wrong_size(f"{int(match[3]):,}")
        if part.validator is not None and validator != part.validator and not self.wanted.chunks:
            part.start_over()
            return None
        part.note_validator(validator)
        if match[3] != "*":
            part.know_size(int(match[3]))
        return start

    def _note_wrong(self, part: PartFile, wrong: list[Piece]) -> None:
        for piece in wrong:
            self._wrong_pieces += 1
            if self._is_stitched and not self.wanted.chunks:
                self._is_stitched = False
                part.start_over()
            elif not self.wanted.chunks or self._wrong_pieces >= self._patience.bad_chunks:
                place = f" in bytes {piece.start:,} to {piece.end:,}" if self.wanted.chunks else ""
                raise ContentChangedError(f"{self.wanted.address} does not have the promised SHA-256 {piece.sha256}"
                                          f"{place}; it was not used, tell whoever publishes the model.")

    def _check_disk(self, part: PartFile) -> None:
        check_free_space(self._target.parent, (part.pieces[-1].end or 0) - part.have, self._patience.spare_disk_bytes)

    def _wait_after(self, failures: int, error: TemporaryError) -> float:
        longest = self._patience.longest_wait_s
        wait = min(longest, self._patience.first_wait_s * 2 ** (failures - 1)) * random.uniform(0.75, 1.25)
        return max(wait, min(longest, error.retry_after_s or 0.0))

    def _wrong_size(self, found: str) -> DownloadError:
        promised = f"{self.wanted.size:,}" if self.wanted.size is not None else "a reasonable number of"
        return DownloadError(f"{self.wanted.address} has {found} bytes instead of {promised}; tell whoever publishes "
                             "the model.", code="wrong_size")


class SpeedWatch:
    """Notices a body that only drips."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._window_end = time.monotonic() + patience.stall_window_s
        self._bytes = 0

    def add(self, count: int) -> None:
        """Count new bytes. Raises ``TemporaryError`` at the end of a window in which too few came."""
        self._bytes += count
        now = time.monotonic()
        if now < self._window_end:
            return
        if self._bytes < self._patience.stall_bytes:
            raise TemporaryError("The download has come to a halt; check the connection and try again.", code="stalled")
        self._window_end, self._bytes = now + self._patience.stall_window_s, 0


def check_free_space(folder: Path, needed: int, spare: int) -> None:
    """Refuse to begin what the disk cannot hold."""
    free = shutil.disk_usage(folder).free
    if needed > 0 and free < needed + spare:
        raise DownloadError(f"The disk of {folder} has {free // 10**6:,} MB free, but {(needed + spare) // 10**6:,} MB "
                            "are needed; make room or choose another folder for models.", code="disk_full",
                            path=str(folder), free=f"{free // 10**6:,}", needed=f"{(needed + spare) // 10**6:,}")


def disk_problem(error: OSError, folder: Path) -> DownloadError:
    """The sentence for a failed write in ``folder``."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DownloadError(f"The disk of {folder} is full; make room and try again, what was fetched is kept.",
                             code="disk_full", folder=str(folder))
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return DownloadError(f"{folder} cannot be written to; choose another folder for models or change its rights.",
                             code="not_writable", path=str(folder))
    return DownloadError(f"Writing to {folder} failed ({error.strerror or error}).", code="disk")


@contextmanager
def writing_to(folder: Path) -> Iterator[None]:
    """Whatever the system refuses inside the block becomes the sentence for a failed write in ``folder``."""
    try:
        yield
    except OSError as error:
        raise disk_problem(error, folder) from error


def _validator_of(response: httpx2.Response) -> str | None:
    """What ``If-Range`` may be used with: a strong ETag or the date of the last change."""
    tag = response.headers.get("etag", "")
    return tag if tag.startswith('"') else response.headers.get("last-modified")
