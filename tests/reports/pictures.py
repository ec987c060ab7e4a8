"""Draw anew the pictures of documents that README shows: `python -m tests.reports.pictures`.

The documents are invented (`samples.py`, `posted.py`, `sittings.py`); the same samples give the same pictures.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2

from reports.packing import render_pack
from reports.render import (
    render_convocation,
    render_dossier,
    render_letter,
    render_minutes,
    render_receipt,
)
from reports.reporting import render_report
from tests.reports import counted, posted, samples, sittings
from tests.reports.test_pack import pack

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
DOTS = 80  # per inch: 661 pixels across an A4 page
FINER = 3  # times as many are drawn, then brought together: pdfium cuts the edge of a glyph of few pixels
COLOURS = 256  # with fewer the rare orange of a threshold turns grey

# What is drawn, and which of its pages are kept, by the name that the picture begins with.
DRAWN: dict[str, tuple[Callable[[], bytes], tuple[int, ...]]] = {
    "dossier": (lambda: render_dossier(samples.whole_dossier()), (3, 6)),
    "minutes": (lambda: render_minutes(sittings.minutes()), (1,)),
    "convocation": (lambda: render_convocation(sittings.convocation()), (1,)),
    "letter": (lambda: render_letter(posted.letter()), (1,)),
    "receipt": (lambda: render_receipt(posted.receipt()), (1,)),
    "report": (lambda: render_report(counted.report()), (1, 3)),
    "pack": (lambda: render_pack(pack()), (2,)),
}


def drawn() -> Iterator[Path]:
    """Each picture, once it is written."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, (draw, kept) in DRAWN.items():
        document = pypdfium2.PdfDocument(draw())
        for number in kept:
            if number > len(document):
                raise SystemExit(f"{name} has no page {number}")
            fine = document[number - 1].render(scale=FINER * DOTS / 72).to_pil().convert("RGB")
            page = fine.reduce(FINER)
            path = FOLDER / (f"{name}.png" if len(kept) == 1 else f"{name}-{number}.png")
            page.quantize(COLOURS).save(path, optimize=True)
            yield path


if __name__ == "__main__":
    for path in drawn():
        print(path.relative_to(FOLDER.parents[1]))  # noqa: T201
