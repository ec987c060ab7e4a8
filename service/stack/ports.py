"""Ports for the embedded servers.

They are taken below the range from which the system draws the local ends of outgoing connections: a server that is
started again on its port would otherwise find it used, now and then, by one of our own clients.
"""

import random
import socket
from pathlib import Path

import msgspec

LOWEST, HIGHEST = 10_000, 22_000
OFFSET = 10_000
HOST = "127.0.0.1"


def choose(names: tuple[str, ...], remembered: Path, paired: dict[str, str]) -> dict[str, int]:
    """A free port per name: those of the last run if all are still free, else new ones; written to `remembered`.

    `paired`: names whose port is that of another name plus 10000.
    """
    try:
        before = msgspec.json.decode(remembered.read_bytes(), type=dict[str, int])
    except (OSError, msgspec.MsgspecError):
        before = {}
    if set(before) == {*names, *paired} and all(is_free(port) for port in before.values()):
        return before
    chosen: dict[str, int] = {}
    draw = random.SystemRandom()
    for name in names:
        twin = next((second for second, first in paired.items() if first == name), None)
        while True:
            port = draw.randrange(LOWEST, HIGHEST)
            if port not in chosen.values() and is_free(port) and (twin is None or is_free(port + OFFSET)):
                break
        chosen[name] = port
        if twin is not None:
            chosen[twin] = port + OFFSET
    remembered.write_bytes(msgspec.json.encode(chosen))
    return chosen


def is_free(port: int) -> bool:
    """Whether a server could listen on `port` of this machine now."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HOST, port))
        except OSError:
            return False
    return True
