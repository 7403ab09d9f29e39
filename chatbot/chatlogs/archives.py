"""Zip and tar files read member by member in memory, with guards against harmful ones.

A member is refused when its name leads out of the archive, when it is a link or a device, when it is encrypted, or
when it grows far beyond what text can be packed to. The stated sizes are not trusted: bytes are counted as they come.
"""

from __future__ import annotations

import io
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from chatbot.chatlogs.problems import UnsafeArchive
from chatbot.chatlogs.sources import Source

MEMBER_LIMIT = 200_000
"""Files in one archive; a phone's export with all its pictures has some ten thousands."""
BYTES_LIMIT = 8 << 30
"""Unpacked bytes of one member."""
RATIO_LIMIT = 120
"""Unpacked to packed bytes. Chat text packs to a fifth, very repetitive JSON to a fiftieth."""
RATIO_FREE_BYTES = 8 << 20
"""The ratio is looked at only beyond so many bytes: tiny members may pack to nearly nothing."""

_ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError)


def is_zip(head: bytes) -> bool:
    """True for the signature of a zip file, also an empty one."""
    return head[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def is_tar(head: bytes) -> bool:
    """True for the signature of a tar file, plain or compressed with gzip."""
    return head[257:262] == b"ustar" or head[:3] == b"\x1f\x8b\x08"


def zip_sources(path: Path, refused: list[str], open_archives: ExitStack) -> Iterator[Source]:
    """The safe members of a zip file. One sentence for each kind of refusal is added to ``refused``.

    The archive stays open until ``open_archives`` is closed: a phone's export has thousands of members.
    """
    try:
        archive = open_archives.enter_context(zipfile.ZipFile(path))
        members = archive.infolist()
    except (OSError, *_ZIP_ERRORS) as error:
        raise UnsafeArchive(f"{path.name} is a damaged zip file; export or copy it again.") from error
    _check_count(path.name, len(members))
    for member in members:
        if member.is_dir():
            continue
        problem = _zip_problem(member)
        if problem:
            _refuse(refused, path.name, problem)
        else:
            yield Source(member.filename, member.file_size, _zip_opener(path.name, archive, member))


def tar_sources(path: Path, refused: list[str], open_archives: ExitStack) -> Iterator[Source]:
    """The safe members of a tar file, as ``zip_sources``."""
    try:
        archive = open_archives.enter_context(tarfile.open(path, "r:*"))  # noqa: SIM115
        members = _tar_members(archive, path)
    except (tarfile.TarError, OSError, *_ZIP_ERRORS) as error:
        raise UnsafeArchive(f"{path.name} is a damaged tar file; export or copy it again.") from error
    for member in members:
        if member.isdir():
            continue
        problem = _tar_problem(member)
        if problem:
            _refuse(refused, path.name, problem)
        else:
            yield Source(member.name, member.size, _tar_opener(path, archive, member))


def _tar_members(archive: tarfile.TarFile, path: Path) -> list[tarfile.TarInfo]:
    members = []
    packed = path.stat().st_size
    for member in archive:
        members.append(member)
        _check_count(path.name, len(members))
        # Walking a gzip-ed tar unpacks it on the way, so the guard must stand here too.
        if archive.offset > max(RATIO_FREE_BYTES, packed * RATIO_LIMIT):
            raise UnsafeArchive(f"{path.name} unpacks to far more than a chat export does; it was not read.")
    return members


def _check_count(name: str, count: int) -> None:
    if count > MEMBER_LIMIT:
        raise UnsafeArchive(f"{name} holds more than {MEMBER_LIMIT:,} files, which no chat export does; "
                            "it was not read.")


def _refuse(refused: list[str], archive: str, problem: str) -> None:
    sentence = f"{archive}: {problem}"
    if sentence not in refused:
        refused.append(sentence)


def _leads_outside(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return name.startswith(("/", "\\")) or ".." in parts or (len(parts[0]) > 1 and parts[0][1] == ":")


def _zip_problem(member: zipfile.ZipInfo) -> str | None:
    if _leads_outside(member.filename):
        return "a file whose name leads out of the archive was not read."
    mode = member.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "a link was not read."
    if member.flag_bits & 1:
        return "an encrypted file was not read; unpack it with its password and choose the result."
    return None


def _tar_problem(member: tarfile.TarInfo) -> str | None:
    if _leads_outside(member.name):
        return "a file whose name leads out of the archive was not read."
    return None if member.isreg() else "a link or special file was not read."


def _zip_opener(archive_name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Callable[[], BinaryIO]:
    def open_member() -> BinaryIO:
        try:
            stream = archive.open(member)
        except (OSError, *_ZIP_ERRORS) as error:
            raise UnsafeArchive(_damaged(archive_name, member.filename)) from error
        return _GuardedStream(stream, archive_name, member.filename, member.compress_size)
    return open_member


def _tar_opener(path: Path, archive: tarfile.TarFile, member: tarfile.TarInfo) -> Callable[[], BinaryIO]:
    def open_member() -> BinaryIO:
        try:
            stream = archive.extractfile(member)
        except (tarfile.TarError, OSError, *_ZIP_ERRORS) as error:
            raise UnsafeArchive(_damaged(path.name, member.name)) from error
        assert stream is not None, "only regular members are opened"
        return _GuardedStream(stream, path.name, member.name, path.stat().st_size)
    return open_member


def _damaged(archive: str, member: str) -> str:
    return f"{member} in {archive} is damaged from some point on; what came before it was read."


class _GuardedStream(io.RawIOBase):
    """Hands bytes on while they stay believable."""

    def __init__(self, stream: BinaryIO, archive_name: str, name: str, packed: int) -> None:
        super().__init__()
        self._stream = stream
        self._archive_name, self._name = archive_name, name
        self._limit = min(BYTES_LIMIT, max(RATIO_FREE_BYTES, packed * RATIO_LIMIT))
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._stream.read(len(buffer))
        except (tarfile.TarError, OSError, *_ZIP_ERRORS) as error:
            raise UnsafeArchive(_damaged(self._archive_name, self._name)) from error
        self._count += len(data)
        if self._count > self._limit:
            raise UnsafeArchive(f"{self._name} in {self._archive_name} unpacks to far more than a chat export does; "
                                "reading stopped there.")
        buffer[:len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()
