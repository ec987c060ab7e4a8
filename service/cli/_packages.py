"""Packages for the archives, in a folder: `REFERENCE-N.zip`, and beside it the SHA-256 that `sha256sum -c` reads."""

import hashlib
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from uuid import UUID

from service.domain.retention import Due
from service.stack.folder import StackError


async def write(folder: Path, due: Due, now: datetime) -> str:
    """Write one package, on the disk when this returns; its SHA-256. Raises StackError, and as `package`."""
    from service.domain.actor import PROCESS
    from service.views.retention import package

    path = folder / due.package
    part, digest = path.with_name(f"{path.name}.part"), hashlib.sha256()
    try:
        folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240  a command, alone in its loop
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            async for chunk in await package(PROCESS, due, now):
                file.write(chunk)
                digest.update(chunk)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
        # Last: a package without it was cut short, and is written again.
        with _sums(path).open("w") as sums:
            sums.write(f"{digest.hexdigest()}  {path.name}\n")
            sums.flush()
            os.fsync(sums.fileno())
        # Their names as well: a later run deletes on the strength of them.
        names = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(names)
        finally:
            os.close(names)
    except OSError as error:
        raise StackError(f"{path} can't be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
    return digest.hexdigest()


def whole(folder: Path, dues: Iterable[Due]) -> dict[UUID, str]:
    """The packages that are there, of the proposals as they are now, and whose bytes are those that were written."""
    found = {}
    for due in dues:
        path = folder / due.package
        if due.reference and path.is_file() and _sums(path).is_file():
            said = _sums(path).read_text().split(" ")[0]
            with path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() == said:
                    found[due.proposal] = said
    return found


def _sums(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")
