"""Pictures of pages: drawn of what can be drawn, in a process that ends with whatever a file does to it."""

import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from service import pictures
from service.pictures import MOST_PAGES

PDF = "application/pdf"


def pdf(pages: int, width: float = 595, height: float = 842) -> bytes:
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(width, height)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def locked() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf(1))) as document:
        document.save(out, encryption=pikepdf.Encryption(user="secret", owner="secret"))
    return out.getvalue()


def image(kind: str, size: tuple[int, int], mode: str = "RGB", orientation: int = 1) -> bytes:
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, "a camera"
    Image.new(mode, size).save(out, kind, exif=exif)
    return out.getvalue()


@pytest.mark.parametrize(
    ("make", "media_type", "sizes"),
    [
        (lambda: pdf(2), PDF, [(1240, 1755)] * 2),
        (lambda: pdf(1, 842, 595), PDF, [(1240, 877)]),
        (lambda: pdf(1, 20, 200_000), PDF, [(1, 2480)]),
        (lambda: pdf(MOST_PAGES + 1, 60, 6), PDF, [(1240, 124)] * MOST_PAGES),
        (locked, PDF, []),
        (lambda: b"%PDF-1.7\nnothing", PDF, []),
        (lambda: image("PNG", (3000, 1500), "RGBA"), "image/png", [(1240, 620)]),
        (lambda: image("JPEG", (300, 100), orientation=6), "image/jpeg", [(100, 300)]),
        (lambda: image("PNG", (20_000, 5_000), "1"), "image/png", []),  # a bomb: 100 million pixels in 12 kB
        (lambda: image("JPEG", (9, 9)), "image/png", []),
    ],
    ids=["pages", "wide", "narrow", "many", "locked", "broken", "png", "turned", "bomb", "another type"],
)
async def test_what_is_drawn(
    tmp_path: Path, make: Callable[[], bytes], media_type: str, sizes: list[tuple[int, int]]
) -> None:
    source = tmp_path / "file"
    source.write_bytes(make())
    drawn = await pictures.draw(source, tmp_path, media_type)
    found = []
    for path in drawn:
        with Image.open(path) as picture:
            assert (picture.format, dict(picture.getexif())) == ("WEBP", {})
            found.append(picture.size)
    assert found == sizes


async def test_what_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "LONGEST", 0.02)
    source = tmp_path / "file"
    source.write_bytes(pdf(40))
    assert len(await pictures.draw(source, tmp_path, PDF)) < 40
