"""Lines that are put on pages which are drawn already: each a form of its own, without tags."""

from collections.abc import Iterator, Sequence
from html import escape
from io import BytesIO

import pikepdf
from weasyprint import HTML

from reports.paper import OwnFonts, undated
from reports.syntax import Writer, ref

MM = 72 / 25.4
"""Points."""
_STYLE = (
    "@font-face {{ font-family: Text; src: url(font:text) }} @font-face {{ font-family: World; src: url(font:world) }}"
    " @font-face {{ font-family: Arabic; src: url(font:arabic) }} @page {{ size: {wide}mm {high}mm; margin: 0 }}"
    " body {{ margin: 0 }} p {{ margin: 0; text-align: {align}; font: {size}pt/{high}mm Text, World, Arabic;"
    " color: #5a5a6b; white-space: nowrap; break-after: page }}"
)


def small(lines: Sequence[str], wide: float, high: float, *, align: str = "center", size: float = 7.5) -> bytes:
    """A page of so many millimetres for each line, without tags."""
    style = _STYLE.format(wide=wide, high=high, align=align, size=size)
    html = f"<style>{style}</style>" + "".join(f"<p>{escape(line)}</p>" for line in lines)
    pdf: bytes = HTML(string=html, url_fetcher=OwnFonts(), base_url=None).write_pdf(finisher=undated)
    return pdf


def forms(to: Writer, pdf: bytes) -> Iterator[int]:
    """Its pages, written as forms."""
    with pikepdf.open(BytesIO(pdf)) as document:
        by = to.take(int(document.trailer.Size)) - 1
        apart = {"/ObjStm", "/XRef", "/Catalog", "/Pages", "/Page"}
        drawn = {page.obj.Contents.objgen for page in document.pages} | {document.trailer.Info.objgen}
        for item in document.objects:
            kind = str(item.get("/Type")) if isinstance(item, pikepdf.Dictionary | pikepdf.Stream) else ""
            if kind not in apart and item.objgen not in drawn:
                to.copy(item, by)
        for page in document.pages:
            box = bytes(page.mediabox.unparse())
            told = b"/Type /XObject /Subtype /Form /BBox %s /Resources %s"
            yield to.add_stream(told % (box, ref(by + page.obj.Resources.objgen[0])), page.obj.Contents.read_bytes())
