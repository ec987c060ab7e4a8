"""The data folder of one installation: made, checked, held by one `up` at a time; its generated secrets."""

import fcntl
import os
import secrets
import stat
from pathlib import Path

import msgspec


class StackError(Exception):
    """Why the servers can't run, in one line for a person."""


class Keys(msgspec.Struct, frozen=True):
    """Secrets drawn at the first start; the file that holds them is readable by its owner alone."""

    id: str
    postgres_admin: str
    postgres: str
    s3_access: str
    s3_secret: str
    s3_inner: str
    service: str

    @staticmethod
    def draw() -> "Keys":
        """New ones."""
        return Keys(
            id=secrets.token_hex(6),
            postgres_admin=secrets.token_hex(24),
            postgres=secrets.token_hex(24),
            s3_access=secrets.token_hex(10).upper(),
            s3_secret=secrets.token_hex(24),
            s3_inner=secrets.token_hex(32),
            service=secrets.token_hex(32),
        )


class DataFolder:
    """`hold` makes the folder if need be and keeps others out of it until `release`."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.run = self.path / "run"
        self.logs = self.path / "logs"
        self.mail = self.path / "mail"
        self._lock: int | None = None

    def hold(self) -> None:
        """Raises StackError when the folder can't be written or another `up` holds it."""
        try:
            if not self.path.exists():
                # As root PostgreSQL runs under a user of its own, who must get through, not list.
                self.path.mkdir(parents=True)
                self.path.chmod(0o711 if os.geteuid() == 0 else 0o700)
            for part in (self.run, self.logs, self.mail):
                part.mkdir(mode=0o700, exist_ok=True)
            self._lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StackError(
                f"the data folder {self.path} can't be written ({error.strerror}): "
                "make it writable, or choose another one with ALLIANCE_DATA"
            ) from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(self._lock, 20, 0).decode(errors="replace").strip()
            os.close(self._lock)
            self._lock = None
            raise StackError(
                f"the data folder {self.path} is in use by another `alliance up`"
                f"{f' (process {holder})' if holder else ''}: stop it first, or choose another one with ALLIANCE_DATA"
            ) from error
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        """Let others in."""
        if self._lock is not None:
            os.ftruncate(self._lock, 0)
            os.close(self._lock)
            self._lock = None

    def keys(self) -> Keys:
        """The secrets of this folder, drawn at the first call ever. Raises StackError when the file is damaged."""
        file = self.path / "secrets.json"
        if not file.exists():
            keys = Keys.draw()
            write_private(file, msgspec.json.format(msgspec.json.encode(keys), indent=2))
            return keys
        try:
            return msgspec.json.decode(file.read_bytes(), type=Keys)
        except (OSError, msgspec.MsgspecError) as error:
            raise StackError(f"{file} can't be read ({error}): restore it from a backup of the data folder") from error


def write_private(file: Path, content: bytes) -> None:
    """Replace `file` by `content`, whole or not at all, readable by its owner alone."""
    fresh = file.with_name(file.name + ".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(file)


def open_to_others(path: Path) -> bool:
    """Whether any user of this machine can get through every folder above `path` (as they are: nothing is changed)."""
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in path.resolve().parents)
