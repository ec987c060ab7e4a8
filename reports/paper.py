"""HTML in, PDF out: PDF/A-3a and PDF/UA-1 in one file, the same bytes for the same input, no file and no network."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from importlib.resources import files
from io import BytesIO

import pydyf
from fontTools.ttLib import TTFont
from weasyprint import HTML, Attachment, Document
from weasyprint.css import ColorProfile
from weasyprint.urls import URLFetcher, URLFetcherResponse

from reports.enclosed import Enclosure
from reports.glyphs import FONTS

# PDF/A wants every property of the metadata declared; the one of PDF/UA is not in its list.
_UA_MARKER = b"""
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
  xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
  xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
 <pdfuaid:part>1</pdfuaid:part>
 <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
  <pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
  <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
  <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
  <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
   <pdfaProperty:name>part</pdfaProperty:name>
   <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
   <pdfaProperty:category>internal</pdfaProperty:category>
   <pdfaProperty:description>Part of ISO 14289 that the file conforms to</pdfaProperty:description>
  </rdf:li></rdf:Seq></pdfaSchema:property>
 </rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""


class OwnFonts(URLFetcher):  # type: ignore[misc]
    """Serves `font:` addresses from our packages and `data:` ones; everything else is refused."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if url.startswith("font:") and (path := FONTS.get(url.removeprefix("font:"))):
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": "font/ttf"})
        return super().fetch(url, headers)


def print_pdf(html: str, at: datetime, enclosures: Sequence[Enclosure] = ()) -> bytes:
    """Lay out a page of ours, dated `at`. The identifier of the file is the digest of what it shows."""
    digest = sha256(html.encode())
    for enclosure in enclosures:
        digest.update(enclosure.content)
    page = HTML(string=html, url_fetcher=OwnFonts(), base_url=None)
    laid_out = page.render(pdf_variant="pdf/a-3a", color_profiles={"screen": _srgb()}, output_intent="screen")
    return _written(laid_out, digest.digest()[:16], at, enclosures)


def _written(whole: Document, identifier: bytes, at: datetime, enclosures: Sequence[Enclosure]) -> bytes:
    pdf: bytes = whole.write_pdf(
        pdf_variant="pdf/a-3a",
        pdf_identifier=identifier,
        output_intent="screen",
        attachments=[_attachment(enclosure, at) for enclosure in enclosures],
        finisher=undated,
    )
    return pdf


def _srgb() -> ColorProfile:
    """The library's own profile, read here because the library leaves the file open."""
    profile = (files("weasyprint.pdf") / "sRGB2014.icc").read_bytes()
    return ColorProfile(BytesIO(profile), "sRGB2014.icc", "relative-colorimetric", ("r", "g", "b"))


def _attachment(enclosure: Enclosure, at: datetime) -> Attachment:
    return Attachment(
        file_obj=BytesIO(enclosure.content),
        name=enclosure.name,
        description=enclosure.description,
        created=at,
        modified=at,
        relationship=enclosure.relationship,
    )


def undated(_document: object, pdf: pydyf.PDF) -> None:
    """What the library leaves out, and without the hour at which it was drawn."""
    for item in pdf.objects:
        if isinstance(item, pydyf.Dictionary) and item.get("S") == "/Art":
            # The library tells no language of a part: articles are what is written in English, and nothing else.
            item["S"], item["Lang"] = "/Div", pydyf.String("en")
        elif isinstance(item, pydyf.Stream):
            if item.extra.get("Subtype") == "/XML":
                item.stream = [_with_ua_marker(b"".join(item.stream))]
            elif "Length1" in item.extra:
                item.stream = [_without_date(item.stream[0])]


def _with_ua_marker(packet: bytes) -> bytes:
    """The marker goes inside the one RDF element that is there: checkers read no second one."""
    head, end, tail = packet.rpartition(b"</rdf:RDF>")
    return head + _UA_MARKER + end + tail


def _without_date(font: bytes) -> bytes:
    """A variable font frozen for this document bears the hour of its freezing: give it that of its making."""
    with TTFont(BytesIO(font), recalcTimestamp=False, recalcBBoxes=False) as face:
        face["head"].modified = face["head"].created
        out = BytesIO()
        face.save(out)
    return out.getvalue()
