"""What a file is, from its content and never from its name; and what its name may look like where it is shown."""

import io
import unicodedata
import zipfile

import puremagic

from service.domain.files import shortened

UNKNOWN = "application/octet-stream"
TEXT = "text/plain"
SHORTEST_NAME = "fichier"
LONGEST_NAME = 255

_OFFICE = "application/vnd.openxmlformats-officedocument"
# What the archive must hold, beside its list of types, to be such a document; macros make another type of it.
_OOXML = {
    "word/document.xml": f"{_OFFICE}.wordprocessingml.document",
    "xl/workbook.xml": f"{_OFFICE}.spreadsheetml.sheet",
    "ppt/presentation.xml": f"{_OFFICE}.presentationml.presentation",
}
_MACROS = {
    "word/vbaProject.bin": "application/vnd.ms-word.document.macroEnabled.12",
    "xl/vbaProject.bin": "application/vnd.ms-excel.sheet.macroEnabled.12",
    "ppt/vbaProject.bin": "application/vnd.ms-powerpoint.presentation.macroEnabled.12",
}
_ODF = "application/vnd.oasis.opendocument."
# Signatures that must not be left to a vote: (offset, bytes, type).
_SIGNATURES = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"MZ", "application/vnd.microsoft.portable-executable"),
    (0, b"\x7fELF", "application/x-executable"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
)
# An "ftyp" box of these brands is MP4 video; others are pictures (HEIC, AVIF) and sound of the same family.
_MP4 = frozenset({b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash", b"MSNV"})
_MARKUP = (
    (b"<svg", "image/svg+xml"),
    (b"<!doctype html", "text/html"),
    (b"<html", "text/html"),
    (b"<script", "text/html"),
)


def media_type(head: bytes, tail: bytes, size: int) -> str:
    """The media type of a file of `size` bytes by its first and last bytes; `application/octet-stream` where unknown.

    `tail` overlaps `head` in small files. An archive is looked into by its directory, which stands in the tail.
    """
    for offset, signature, found in _SIGNATURES:
        if head.startswith(signature, offset):
            return found
    if head[4:8] == b"ftyp" and head[8:12] in _MP4:
        return "video/mp4"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _archive(head, tail, size)
    text = _text(head, size)
    if text is not None:
        return text
    return _guessed(head, tail)


def _archive(head: bytes, tail: bytes, size: int) -> str:
    if head[30:38] == b"mimetype":
        length = int.from_bytes(head[18:22], "little")
        declared = head[38 : 38 + min(length, 100)].decode("ascii", "replace")
        # Without "-template" and the like: what the incubator reads is documents.
        return declared if declared.startswith(_ODF) and declared.isprintable() else "application/zip"
    names = _names(tail, size)
    if "[Content_Types].xml" not in names:
        return "application/zip"
    for part, found in (*_MACROS.items(), *_OOXML.items()):
        if part in names:
            return found
    return "application/zip"


def _names(tail: bytes, size: int) -> frozenset[str]:
    """The names in a zip archive's directory, empty where the directory is broken or longer than the tail."""
    # The archive's offsets count from its beginning: the missing front is stood in for by a hole.
    try:
        with zipfile.ZipFile(_Holed(tail, size)) as archive:
            return frozenset(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return frozenset()


class _Holed(io.RawIOBase):
    """A file of `size` bytes of which only the end is known; the rest can be passed over, not read."""

    def __init__(self, tail: bytes, size: int) -> None:
        self._tail, self._size, self._at = tail, size, 0

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + (0, self._at, self._size)[whence]
        if self._at < 0:
            raise OSError("before the beginning")
        return self._at

    def read(self, count: int | None = -1) -> bytes:
        known_from = self._size - len(self._tail)
        if self._at < known_from:
            raise OSError("before the part that is known")
        end = self._size if count is None or count < 0 else min(self._at + count, self._size)
        found = self._tail[self._at - known_from : end - known_from]
        self._at = max(self._at, end)
        return found


def _text(head: bytes, size: int) -> str | None:
    """Plain text or markup, where the beginning is UTF-8 without control characters; None otherwise."""
    if not head:
        return TEXT if size == 0 else None
    try:
        beginning = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3 or size <= len(head):  # a character cut in two by the end of the head is fine
            return None
        beginning = head[: error.start].decode("utf-8")
    if any(ord(char) < 32 and char not in "\t\n\r\f" for char in beginning):
        return None
    lowered = beginning.lstrip("\ufeff \t\r\n").lower().encode()
    for mark, found in _MARKUP:
        if mark in lowered[:4096]:
            return found
    return "application/xml" if lowered.startswith(b"<?xml") else TEXT


def _guessed(head: bytes, tail: bytes) -> str:
    # The library takes both ends of a whole content; what lies between them makes no difference to it.
    content = head if len(head) + len(tail) <= len(head) else head + tail[-4096:]
    try:
        found = puremagic.from_string(content, mime=True)
    except (puremagic.PureError, ValueError):
        return UNKNOWN
    return str(found) or UNKNOWN


def shown_name(name: str) -> str:
    """A sender's file name, fit to be stored and shown: no path, no control or direction characters, 255 at most.

    It is data: nothing is ever opened or keyed by it.
    """
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(
        char
        for char in unicodedata.normalize("NFC", base)
        if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp", "Co")
    )
    tidy = " ".join(kept.split()).lstrip(".").strip() or SHORTEST_NAME
    return shortened(tidy, LONGEST_NAME)
