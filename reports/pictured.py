"""The pages of the files that go with a dossier, as pictures behind it: those of others have no tags, and fonts and
colours that no archive takes."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path

from PIL import Image

from reports.pack import Item
from reports.paper import print_pdf
from reports.render import template
from reports.sheet import Sheet

WIDEST, HIGHEST = 1000, 1400
"""Pixels of one: 150 dots per inch on the page that it is put on."""
QUALITY = 70


def render_pieces(item: Item, pictures: Mapping[str, Sequence[Path]]) -> bytes:
    """Those of an item, as PDF whose pages have no number yet. pictures: by the id of each file."""
    told, sheet = item.dossier, Sheet(f"point-{item.number:03d}-pieces-")
    assert told is not None  # noqa: S101  it is read
    pieces = [(one, [_embedded(each) for each in pictures[one.id]]) for one in item.pieces if pictures.get(one.id)]
    html = template("pieces.html").render(d=told, number=item.number, pieces=pieces, sheet=sheet)
    return print_pdf(html, told.submitted_at, sheet.enclosures)


def _embedded(picture: Path) -> str:
    out = BytesIO()
    with Image.open(picture) as image:
        small = image.convert("RGB")
        small.thumbnail((WIDEST, HIGHEST))
        small.save(out, "JPEG", quality=QUALITY)
    return f"data:image/jpeg;base64,{b64encode(out.getvalue()).decode()}"
