"""Which renderer drew a document: cheap to ask, so that the web process need not load the drawing library."""

from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

_HERE = Path(__file__).parent
_PARTS = (
    "weasyprint",
    "pydyf",
    "fonttools",
    "jinja2",
    "babel",
    "pikepdf",
    "pillow",
    "fontpkg-source-sans-3",
    "fontpkg-noto-sans",
    "fontpkg-ibm-plex-sans-arabic",
)


def _renderer_version() -> str:
    """A digest of all that decides what a page looks like: our files, the libraries, the fonts."""
    digest = sha256()
    for path in sorted(_HERE.rglob("*")):
        if path.suffix in {".py", ".html", ".css"}:
            digest.update(path.relative_to(_HERE).as_posix().encode() + path.read_bytes())
    for name in _PARTS:
        digest.update(f"{name} {version(name)}\n".encode())
    return digest.hexdigest()[:16]


RENDERER_VERSION: str = _renderer_version()
