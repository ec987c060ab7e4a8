"""The real clamd, with one signature of our own: that of the test file of all antivirus programs."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.house import free_port

PROGRAM = "/usr/sbin/clamd"
MOST, LARGEST = "1M", "600K"  # of what it takes, of what it looks at
# In two halves: a scanner of the machine that runs the tests is not to find it here.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@contextmanager
def clamd() -> Iterator[str]:
    """Its `host:port`, for as long as it runs."""
    folder, port = Path(tempfile.mkdtemp(prefix="alliance-clamd-")), free_port()
    (folder / "eicar.ndb").write_text(f"Eicar-Test:0:*:{EICAR.hex()}\n")
    (folder / "clamd.conf").write_text(
        f"DatabaseDirectory {folder}\nTCPSocket {port}\nTCPAddr 127.0.0.1\nForeground yes\nStreamMaxLength {MOST}\n"
        f"MaxFileSize {LARGEST}\nAlertExceedsMax yes\n"
    )
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([PROGRAM, "-c", str(folder / "clamd.conf")], stdout=log, stderr=log)
    try:
        _wait(port, process, folder / "log")
        yield f"127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder)


def _wait(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    import socket

    until = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if process.poll() is not None or time.monotonic() > until:
                raise AssertionError(f"clamd did not start: {log.read_text()}") from None
            time.sleep(0.05)
        else:
            return
