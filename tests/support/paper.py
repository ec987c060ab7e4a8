"""All that a PDF library finds in a file: pages, metadata, bookmarks, alternative texts, links, and what is joined."""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2


@lru_cache(maxsize=4)
def whole(pdf: bytes) -> str:
    """Every text of the file, without what lines and narrow columns put between letters; PDF in it are read too."""
    return squeezed(" ".join(_texts(pdf)))


def squeezed(text: str) -> str:
    """Letters and digits alone: a word that is broken on paper is found."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text)))


def _texts(pdf: bytes) -> Iterator[str]:
    drawn = pypdfium2.PdfDocument(pdf)
    try:
        for page in drawn:
            text = page.get_textpage()
            yield text.get_text_range()
            text.close()
            page.close()
    finally:
        drawn.close()
    with pikepdf.open(BytesIO(pdf)) as document:
        for name, file in document.attachments.items():
            content = file.get_file().read_bytes()
            yield f"{name} {file.description} "
            yield from _texts(content) if content.startswith(b"%PDF") else [content.decode(errors="replace")]
        for one in document.objects:
            if isinstance(one, pikepdf.Stream) and one.get("/Type") == "/Metadata":
                yield one.read_bytes().decode()
            yield from _strings(one)


def _strings(value: Any) -> Iterator[str]:
    """The strings of an object, as far as it is no other one's."""
    if isinstance(value, pikepdf.String):
        yield str(value)
    elif isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        for key in value.keys():  # noqa: SIM118  an object of that library is not iterated by its keys
            yield from _direct(value[key])
    elif isinstance(value, pikepdf.Array):
        for one in value:
            yield from _direct(one)


def _direct(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, pikepdf.Object) and not value.is_indirect:
        yield from _strings(value)
