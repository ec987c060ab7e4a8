"""The text of a PDF, as it is read from it again."""

from io import BytesIO

from pypdf import PdfReader


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, with plain spaces."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def text_of(pdf: bytes) -> str:
    """The text of all pages, with plain spaces."""
    return " ".join(filter(None, pages_of(pdf)))


def in_order(text: str, parts: list[str]) -> list[str]:
    """The parts that are not found after the one before."""
    missing, place = [], 0
    for part in parts:
        found = text.find(part, place)
        if found < 0:
            missing.append(part)
        else:
            place = found
    return missing
