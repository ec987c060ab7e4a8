"""Small files of every kind, made here."""

import io
import zipfile

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\0" * 40
MP4 = b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + b"\0" * 40
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
PROGRAM = b"MZ\x90\0" + b"\0" * 200
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
TEXT = "Une note, accentuée.\n".encode()
BINARY = bytes(range(256)) * 3
OFFICE = "application/vnd.openxmlformats-officedocument"


def archive(*names: str, first: tuple[str, bytes] | None = None, filler: int = 0) -> bytes:
    """A zip archive with entries of these names; `first`: an uncompressed entry at its beginning."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        if first is not None:
            made.writestr(zipfile.ZipInfo(first[0]), first[1])
        for name in names:
            made.writestr(name, f"<{name}/>")
        if filler:
            made.writestr(zipfile.ZipInfo("media/big.bin"), b"\x5a" * filler)
    return out.getvalue()


DOCX = archive("[Content_Types].xml", "_rels/.rels", "word/document.xml")
BIG_DOCX = archive("[Content_Types].xml", "_rels/.rels", "word/document.xml", filler=400_000)
DOCM = archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")
XLSX = archive("[Content_Types].xml", "xl/workbook.xml")
PPTX = archive("[Content_Types].xml", "ppt/presentation.xml")
ODT = archive("content.xml", first=("mimetype", b"application/vnd.oasis.opendocument.text"))
ODS = archive("content.xml", first=("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"))
EPUB = archive("content.xml", first=("mimetype", b"application/epub+zip"))
ZIP = archive("word/document.xml")

TYPES = {
    "pdf": (PDF, "application/pdf"),
    "png": (PNG, "image/png"),
    "jpeg": (JPEG, "image/jpeg"),
    "mp4": (MP4, "video/mp4"),
    "docx": (DOCX, f"{OFFICE}.wordprocessingml.document"),
    "big docx": (BIG_DOCX, f"{OFFICE}.wordprocessingml.document"),
    "docm": (DOCM, "application/vnd.ms-word.document.macroEnabled.12"),
    "xlsx": (XLSX, f"{OFFICE}.spreadsheetml.sheet"),
    "pptx": (PPTX, f"{OFFICE}.presentationml.presentation"),
    "odt": (ODT, "application/vnd.oasis.opendocument.text"),
    "ods": (ODS, "application/vnd.oasis.opendocument.spreadsheet"),
    "epub": (EPUB, "application/zip"),
    "zip": (ZIP, "application/zip"),
    "broken zip": (DOCX[:-30], "application/zip"),
    "ole": (OLE, "application/x-ole-storage"),
    "program": (PROGRAM, "application/vnd.microsoft.portable-executable"),
    "svg": (SVG, "image/svg+xml"),
    "html": (HTML, "text/html"),
    "html after a mark": ("\ufeff\n <HTML>".encode(), "text/html"),
    "text": (TEXT, "text/plain"),
    "text cut inside a character": (("é" * 5000).encode(), "text/plain"),
    "empty": (b"", "text/plain"),
    "not utf-8": ("é".encode("latin-1") * 10, "application/octet-stream"),
}
