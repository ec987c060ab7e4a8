"""Pictures of the pages of a file, drawn in a process of its own: whatever the file does to it ends there.

That process is this file run as a program. It sees no setting and no secret, and has limits of memory, time and output.
"""

import asyncio
import os
import resource
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

PDF = "application/pdf"
MOST_PAGES = 40
WIDEST, HIGHEST = 1240, 2480  # pixels of a picture: an A4 page at 150 dots per inch
MOST_PIXELS = 80_000_000  # of an image that is looked at
QUALITY = 80
LONGEST = 90.0  # seconds
MOST_CPU = 60  # seconds
MOST_MEMORY = 1024**3  # bytes
LARGEST = 8_000_000  # bytes of one picture
LAST = 10  # niceness


async def draw(source: Path, folder: Path, media_type: str) -> list[Path]:
    """Draw the first pages of a file into a folder, as WebP. Returns them in order: as many as could be drawn."""
    program = [sys.executable, "-I", "-X", f"pycache_prefix={sys.pycache_prefix or ''}", __file__]
    process = await asyncio.create_subprocess_exec(
        *(*program, str(source), str(folder), media_type),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        env={"PATH": os.environ.get("PATH", "/usr/bin:/bin")},
    )
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST):
                await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return await asyncio.to_thread(_drawn, folder)


def _drawn(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.webp"))


def main(source: str, folder: str, media_type: str) -> None:
    """Draw, within the limits. A page is there when it is whole."""
    os.nice(LAST)
    for which, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_CPU),
        (resource.RLIMIT_FSIZE, LARGEST),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(which, (most, most))
    pages = _pages(source) if media_type == PDF else _image(source, media_type.removeprefix("image/").upper())
    for number, page in enumerate(pages, 1):
        unfinished = Path(folder) / "unfinished"
        page.save(unfinished, "WEBP", quality=QUALITY)
        unfinished.replace(Path(folder) / f"{number:03d}.webp")


def _pages(source: str) -> Iterator["Image.Image"]:
    import pypdfium2

    document = pypdfium2.PdfDocument(source)
    for number in range(min(len(document), MOST_PAGES)):
        page = document[number]
        width, height = page.get_size()
        scale = min(WIDEST / max(width, 1), HIGHEST / max(height, 1))
        yield page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
        page.close()


def _image(source: str, kind: str) -> Iterator["Image.Image"]:
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2  # it refuses twice as many
    with Image.open(source, formats=(kind,)) as image:
        image.draft("RGB", (WIDEST, HIGHEST))
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((WIDEST, HIGHEST))
        # Of the file nothing but what is seen goes on: no place, no camera, no comment.
        clean = Image.new("RGB", upright.size, "white")
        seen = upright.convert("RGBA")
        clean.paste(seen, mask=seen)
        yield clean


if __name__ == "__main__":
    main(*sys.argv[1:])
