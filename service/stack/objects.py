"""An S3 server from its wheel (SeaweedFS, all parts in one process).

Its inner file ports ask for signed tokens (security.toml), so other users of the machine can't read objects over HTTP.
Its inner gRPC ports have no such lock: on a machine shared with people who must not see the files, use the production
set-up. It does not flush what it acknowledges: whoever stores through it calls `service.store.flush` afterwards.
"""

import asyncio
import io
import json
import os
import sys
from pathlib import Path

from service.stack.folder import DataFolder, Keys, write_private
from service.stack.probe import get
from service.stack.processes import Command, Part
from service.store.flush import syncfs

REGION, BUCKET, PROBE = "us-east-1", "alliance", "probe"
PORTS = (
    "s3.port",
    "s3.port.grpc",
    "master.port",
    "master.port.grpc",
    "volume.port",
    "volume.port.grpc",
    "filer.port",
    "filer.port.grpc",
    "admin.port",
)
# Its inner worker looks for the administration there, whatever the option says.
PAIRED = {"admin.port.grpc": "admin.port"}


class ObjectStore(Part):
    """One account, one bucket."""

    name, title = "objects", "Object store"

    def __init__(self, folder: DataFolder, keys: Keys, ports: dict[str, int]) -> None:
        super().__init__(folder)
        self.keys = keys
        self.ports = {name: ports[name] for name in (*PORTS, *PAIRED)}
        self.place = folder.path / "objects"
        self.data = self.place / "data"

    @property
    def url(self) -> str:
        """The address of the S3 service."""
        return f"http://127.0.0.1:{self.ports['s3.port']}"

    async def prepare(self) -> None:
        self.place.mkdir(mode=0o700, exist_ok=True)
        self.data.mkdir(mode=0o700, exist_ok=True)
        # Options of the last run would come back; a .sdx cut by a power failure hides every object of its volume.
        for stale in (self.data / "mini.options", *self.place.glob("*.sock"), *self.data.rglob("*.sdx")):
            stale.unlink(missing_ok=True)
        account = {
            "name": "alliance",
            "credentials": [{"accessKey": self.keys.s3_access, "secretKey": self.keys.s3_secret}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }
        write_private(self.place / "s3.json", json.dumps({"identities": [account]}).encode())
        sections = ("jwt.signing", "jwt.signing.read", "jwt.filer_signing", "jwt.filer_signing.read")
        tokens = "".join(f'[{section}]\nkey = "{self.keys.s3_inner}"\n' for section in sections)
        write_private(self.place / "security.toml", tokens.encode())

    def command(self) -> Command:
        return Command(
            argv=(
                str(Path(sys.prefix) / "bin" / "weed"),
                "mini",
                f"-dir={self.data}",
                "-ip=127.0.0.1",
                "-ip.bind=127.0.0.1",
                *(f"-{name}={port}" for name, port in self.ports.items()),
                "-s3.port.iceberg=0",
                "-s3.port.lance=0",
                "-s3.config=s3.json",
                "-s3.localSocket=s3.sock",
                "-filer.localSocket=filer.sock",
                "-master.telemetry=false",
                # Or else it waits ten seconds and more for the other masters of its last run; it was alone.
                "-master.resumeState=false",
                "-admin.ui=false",
                "-webdav=false",
                "-volume.preStopSeconds=0",
                f"-bucket={BUCKET},{PROBE}",
            ),
            folder=self.place,
            environ={
                "HOME": str(self.place),
                "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
                # Half the memory after large uploads. A memory limit near what it needs makes it collect without
                # end: a tenth of a core while idle.
                "GOGC": "20",
                "GOMEMLIMIT": "400MiB",
            },
        )

    async def answers(self) -> bool:
        """Whether an object can be stored: the S3 door opens before there is a volume behind it."""
        status, _ = await get(self.ports["s3.port"], "/healthz")
        return status == 200 and await asyncio.to_thread(self._stores)

    def _stores(self) -> bool:
        import urllib3
        from minio import Minio
        from minio.error import S3Error

        client = Minio(
            f"127.0.0.1:{self.ports['s3.port']}",
            access_key=self.keys.s3_access,
            secret_key=self.keys.s3_secret,
            secure=False,
            region=REGION,
            http_client=urllib3.PoolManager(timeout=3, retries=False),
        )
        try:
            client.put_object(PROBE, "probe", io.BytesIO(b"probe"), 5)
        except (S3Error, urllib3.exceptions.HTTPError):
            return False
        return True

    async def settle(self) -> None:
        await asyncio.to_thread(syncfs, self.place)
