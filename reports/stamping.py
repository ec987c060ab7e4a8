"""The name of whoever a copy is for, on each of its pages: an overlay marked as an artifact, which readers aloud pass
over, so that the pages stay what they were.

As a program (`python -m reports.stamping`), it takes a line of JSON (the text) and a PDF, and gives what follows that:
a copy of thousands of pages is its pages and where the line stands on each, so nothing else of it is read or written.
"""

import re
import sys
from io import BytesIO

import msgspec
import pikepdf

from reports.glyphs import drawable
from reports.overlay import MM, forms, small
from reports.syntax import Writer, ref, reference

LONGEST = 110
WIDTH, HEIGHT = 180, 6  # millimetres
_FROM_EDGE = 8  # millimetres from the foot of the page
_MARKED = b"\nQ\n/Artifact <</Type /Pagination /Subtype /Watermark>> BDC\nq 1 0 0 1 %.3f %.3f cm /Stamp Do Q\nEMC"
_BEFORE = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*$")


def stamped(pdf: bytes, text: str) -> bytes:
    """The file, with this line at the foot of each page."""
    return pdf + stamp(pdf, text)


def stamp(pdf: bytes, text: str) -> bytes:
    """What makes it so, when it follows the file."""
    before = _BEFORE.search(pdf, max(len(pdf) - 100, 0))
    assert before is not None  # noqa: S101  it is one of ours
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as document:
        to = Writer(out, position=len(pdf), free=int(document.trailer.Size))
        (line,) = forms(to, small([_that_fits(text)], WIDTH, HEIGHT))
        begun, feet, named = to.add_stream(b"", b"q\n"), dict[float, int](), set[tuple[int, int]]()
        for page in document.pages:
            wide = float(page.mediabox[2])
            if wide not in feet:
                feet[wide] = to.add_stream(b"", _MARKED % ((wide - WIDTH * MM) / 2, _FROM_EDGE * MM))
            own = page.obj.Contents
            drawn = list(own) if isinstance(own, pikepdf.Array) else [own]
            page.obj.Contents = pikepdf.Array([reference(begun), *drawn, reference(feet[wide])])
            to.copy(page.obj, 0)
            if page.obj.Resources.objgen not in named:
                named.add(page.obj.Resources.objgen)
                page.obj.Resources.XObject.Stamp = reference(line)
                to.copy(page.obj.Resources, 0)
        root, info = (ref(one.objgen[0]) for one in (document.Root, document.trailer.Info))
        key = bytes(document.trailer.ID[0]).hex().encode()
    to.end(b"/Root %s /Info %s /ID [<%s> <%s>] /Prev %s" % (root, info, key, key, before[1]))
    return out.getvalue()


def _that_fits(text: str) -> str:
    shown = drawable(text)
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"


def main() -> None:
    """Read, stamp, write."""
    head = sys.stdin.buffer.readline()
    content = sys.stdin.buffer.read()
    sys.stdout.buffer.write(stamp(content, msgspec.json.decode(head, type=str)))


if __name__ == "__main__":
    main()
