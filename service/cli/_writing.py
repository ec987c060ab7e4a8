"""A file that is written whole or not at all."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

from service.stack.folder import StackError


async def write(path: Path, content: AsyncIterator[bytes]) -> None:
    """Write a new file, for whoever runs the command alone; on the disk when this returns. Raises StackError, and as
    `content`."""
    part = path.with_name(f"{path.name}.part")
    if path.exists():  # noqa: ASYNC240  a command, alone in its loop
        raise StackError(f"{path} exists already")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            async for chunk in content:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    except OSError as error:
        raise StackError(f"{path} can't be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
