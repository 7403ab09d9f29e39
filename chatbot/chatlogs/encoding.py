"""Finds out how a file's bytes encode text, and decodes them without ever failing.

The order of trust: a byte order mark, the pattern of NUL bytes that UTF-16 leaves, valid UTF-8, then the old code
page of the phone's region. Single bad bytes inside UTF-8 are read as Windows-1252, which is what they nearly always
are: a line pasted from an old program.
"""

from __future__ import annotations

import codecs

HEAD_BYTES = 1 << 16
"""How much of a file is looked at to decide."""

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
          (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_BAD_BYTES_AS_CP1252 = "chatlogs_cp1252"
_CONTROL_BYTES = frozenset(range(32)) - frozenset(b"\t\n\r\x0b\x0c\x1b") - {0, 26}


def _decode_bad_bytes(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start:error.end]
    return "".join(bytes([byte]).decode("cp1252", "ignore") or "\ufffd" for byte in bad), error.end


codecs.register_error(_BAD_BYTES_AS_CP1252, _decode_bad_bytes)


def detect_encoding(head: bytes) -> str:
    """Name the codec for a file that starts with ``head`` (at most ``HEAD_BYTES`` are looked at)."""
    head = head[:HEAD_BYTES]
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    wide = _utf16_without_mark(head)
    if wide:
        return wide
    try:
        # A head may end inside a character, which the incremental decoder forgives.
        codecs.getincrementaldecoder("utf-8")().decode(head)
        return "utf-8"
    except UnicodeDecodeError:
        return _code_page(head)


def error_handler(encoding: str) -> str:
    """The error handler that goes with ``encoding``."""
    return _BAD_BYTES_AS_CP1252 if encoding.startswith("utf-8") else "replace"


def is_binary(head: bytes) -> bool:
    """True if ``head`` cannot be text in any encoding that we read."""
    if any(head.startswith(mark) for mark, _ in _MARKS) or _utf16_without_mark(head):
        return False
    sample = head[:8192]
    controls = sum(byte in _CONTROL_BYTES for byte in sample)
    return controls * 50 > len(sample) or sample.count(0) * 10 > len(sample)


def _utf16_without_mark(head: bytes) -> str | None:
    """Western text in UTF-16 has a NUL in every second byte; no other text has."""
    sample = head[:4096]
    if len(sample) < 8:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > half * 0.4 and even < half * 0.05:
        return "utf-16-le"
    if even > half * 0.4 and odd < half * 0.05:
        return "utf-16-be"
    return None


def _code_page(head: bytes) -> str:
    """UTF-8 with a few bad bytes stays UTF-8; else the region's code page whose text looks least like noise."""
    bad = len(head.decode("utf-8", "ignore").encode("utf-8"))
    lost = len(head) - bad
    wide = sum(byte >= 0x80 for byte in head)
    if lost * 4 < wide:
        return "utf-8"
    for name in ("shift_jis", "gb18030", "big5", "cp949"):
        if _is_plausible_east_asian(head, name):
            return name
    return "cp1252"


def _is_plausible_east_asian(head: bytes, name: str) -> bool:
    """True if the bytes are valid in ``name`` and most of what is not ASCII becomes common letters of its script."""
    try:
        text = codecs.getincrementaldecoder(name)().decode(head)
    except UnicodeDecodeError:
        return False
    letters = [char for char in text if char > "\x7f"]
    common = sum("\u3040" <= char <= "\u30ff" or "\u4e00" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7a3"
                 or "\u3000" <= char <= "\u303f" or "\uff00" <= char <= "\uff5e" for char in letters)
    # Pairs of accented Latin letters (rare) would also be valid here, so several in a row are asked for.
    return len(letters) >= 4 and common > 0.95 * len(letters) and _has_run(text, 3)


def _has_run(text: str, length: int) -> bool:
    run = 0
    for char in text:
        run = run + 1 if char > "\u2fff" else 0
        if run >= length:
            return True
    return False
