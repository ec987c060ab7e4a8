"""All that a PDF library finds in a file: pages, metadata, bookmarks, alternative texts, links, and what is joined."""

import ctypes
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
from pypdfium2 import raw


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


def spoken(pdf: bytes, lang: str) -> str:
    """What the parts of a file say that are marked as of this language, page by page, squeezed."""
    drawn = pypdfium2.PdfDocument(pdf)
    try:
        return squeezed(" ".join(_in_language(page, lang) for page in drawn))
    finally:
        drawn.close()


def _in_language(page: pypdfium2.PdfPage, lang: str) -> str:
    tree = raw.FPDF_StructTree_GetForPage(page.raw)
    roots = [
        raw.FPDF_StructTree_GetChildAtIndex(tree, index) for index in range(raw.FPDF_StructTree_CountChildren(tree))
    ]
    marked = {number for root in roots if root for number in _marked(root, lang, inside=False)}
    text = page.get_textpage()
    said = " ".join(
        _text(one, text) for one in page.get_objects() if raw.FPDFPageObj_GetMarkedContentID(one.raw) in marked
    )
    text.close()
    raw.FPDF_StructTree_Close(tree)
    return said


def _marked(element: Any, lang: str, *, inside: bool) -> Iterator[int]:
    """The numbers of the marked contents of an element that are of this language."""
    room = ctypes.create_string_buffer(64)
    length = raw.FPDF_StructElement_GetLang(element, room, 64)
    own = room.raw[: max(length - 2, 0)].decode("utf-16-le")
    inside = own == lang if own else inside
    for index in range(raw.FPDF_StructElement_CountChildren(element)):
        number = raw.FPDF_StructElement_GetChildMarkedContentID(element, index)
        child = raw.FPDF_StructElement_GetChildAtIndex(element, index)
        if number >= 0 and inside:
            yield number
        if child:
            yield from _marked(child, lang, inside=inside)


def _text(one: Any, page: pypdfium2.PdfTextPage) -> str:
    if one.type != raw.FPDF_PAGEOBJ_TEXT:
        return ""
    length = raw.FPDFTextObj_GetText(one.raw, page.raw, None, 0)
    room = ctypes.create_string_buffer(length)
    raw.FPDFTextObj_GetText(one.raw, page.raw, ctypes.cast(room, ctypes.POINTER(ctypes.c_ushort)), length)
    return room.raw[: max(length - 2, 0)].decode("utf-16-le", errors="replace")
