"""The name of whoever a copy is for, on each of its pages: an overlay marked as an artifact, which readers aloud pass
over, so that the pages stay what they were.

As a program (`python -m reports.stamping`), it takes a line of JSON (the text) and a PDF, and gives the PDF.
"""

import sys
from html import escape
from io import BytesIO

import msgspec
import pikepdf
from weasyprint import HTML

from reports.glyphs import drawable
from reports.paper import OwnFonts

LONGEST = 110
WIDTH, HEIGHT = 180, 6  # millimetres
_POINTS = 72 / 25.4
_FROM_EDGE = 8  # millimetres from the foot of the page
_MARKED = b"/Artifact <</Type /Pagination /Subtype /Watermark>> BDC\nq %.3f 0 0 %.3f %.3f %.3f cm %s Do Q\nEMC"


def stamped(pdf: bytes, text: str) -> bytes:
    """The file, with this line at the foot of each page."""
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as document, pikepdf.open(BytesIO(_line(text))) as overlay:
        form = document.copy_foreign(overlay.pages[0].as_form_xobject())
        for page in document.pages:
            name = page.add_resource(form, pikepdf.Name.XObject)
            left = (float(page.mediabox[2]) - WIDTH * _POINTS) / 2
            put = _MARKED % (1, 1, left, _FROM_EDGE * _POINTS, str(name).encode())
            page.contents_add(document.make_stream(b"q\n"), prepend=True)
            page.contents_add(document.make_stream(b"\nQ\n" + put))
        document.save(out, deterministic_id=False)
    return out.getvalue()


def _line(text: str) -> bytes:
    """A page of one line, without tags."""
    shown = drawable(text)
    shown = shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"
    html = (
        "<style>@font-face { font-family: Text; src: url(font:text) } @font-face { font-family: World;"
        " src: url(font:world) } @font-face { font-family: Arabic; src: url(font:arabic) }"
        f"@page {{ size: {WIDTH}mm {HEIGHT}mm; margin: 0 }}"
        "p { margin: 0; text-align: center; font: 7.5pt/6mm Text, World, Arabic; color: #5a5a6b; white-space: nowrap }"
        f"</style><p>{escape(shown)}"
    )
    pdf: bytes = HTML(string=html, url_fetcher=OwnFonts(), base_url=None).write_pdf()
    return pdf


def main() -> None:
    """Read, stamp, write."""
    head = sys.stdin.buffer.readline()
    content = sys.stdin.buffer.read()
    sys.stdout.buffer.write(stamped(content, msgspec.json.decode(head, type=str)))


if __name__ == "__main__":
    main()
