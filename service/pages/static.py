"""Style sheets, scripts, fonts and pictures: the design system's from its wheel, ours from this package.

Their addresses change with their content, so browsers keep them for a year; text is compressed once per process.
"""

import functools
import gzip
import hashlib
import importlib.util
from pathlib import Path

from litestar import Response, get
from litestar.params import FromPath

from service.doors.people import PUBLIC, AnyRequest
from service.problems import NotFound

OURS = Path(__file__).parent / "static"
KINDS = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".woff": "font/woff",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".webmanifest": "application/manifest+json",
}
COMPRESSED = frozenset({".css", ".js", ".svg", ".webmanifest"})
FOREVER = "public, max-age=31536000, immutable"


@functools.cache
def _theme() -> Path:
    """The design system's files inside the installed wheel, found without importing its Python code."""
    found = importlib.util.find_spec("dsfr")
    if found is None or found.origin is None:
        raise RuntimeError("the wheel django-dsfr, which carries the design system's files, is not installed")
    return Path(found.origin).parent / "static" / "dsfr" / "dist"


@functools.cache
def folders() -> dict[str, Path]:
    """The two folders that are served, by the name that stands in their addresses."""
    theme = _theme()
    version = (theme.parent / "dsfr_version").read_text().strip()
    digest = hashlib.sha256()
    for path in sorted(OURS.rglob("*")):
        if path.is_file():
            digest.update(path.read_bytes())
    return {f"dsfr-{version}": theme, f"alliance-{digest.hexdigest()[:12]}": OURS}


def address(path: str) -> str:
    """The address of one of our files, or of the design system's: `dsfr/<path in its folder>`."""
    theme, ours = folders()
    return f"/statique/{theme}/{path.removeprefix('dsfr/')}" if path.startswith("dsfr/") else f"/statique/{ours}/{path}"


@functools.lru_cache(maxsize=512)
def _read(folder: str, path: str) -> tuple[bytes, bytes | None, str]:
    """Content, compressed content where that is worth it, and media type. Raises NotFound outside the two folders."""
    root = folders().get(folder)
    if root is None or "\0" in path:
        raise NotFound
    file = (root / path.lstrip("/")).resolve()
    kind = KINDS.get(file.suffix)
    if kind is None or not file.is_relative_to(root.resolve()) or not file.is_file():
        raise NotFound
    content = file.read_bytes()
    small = gzip.compress(content, 9, mtime=0) if file.suffix in COMPRESSED and len(content) > 512 else None
    return content, small, kind


@get(
    "/statique/{folder:str}/{path:path}",
    opt={"action": PUBLIC, "nobody": True},
    include_in_schema=False,
    sync_to_thread=True,
)
def static_file(request: AnyRequest, folder: FromPath[str], path: FromPath[str]) -> Response[bytes]:
    """One file, compressed for who accepts it."""
    content, small, kind = _read(folder, path)
    headers = {"Cache-Control": FOREVER, "Vary": "Accept-Encoding"}
    if small is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(small, media_type=kind, headers={**headers, "Content-Encoding": "gzip"})
    return Response(content, media_type=kind, headers=headers)
