"""What a killed parent may have left running, found by process id and start time, never by name; and ended whole."""

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil


def start_mark(pid: int) -> str:
    """What tells this process from any other that ever had its id: boot and start in clock ticks; '' if none runs."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] == "Z" else f"{boot} {fields[19]}"


def stop_leftover(mark: Path, stop_signal: signal.Signals, patience: float = 5.0) -> None:
    """Stop what the pid file `mark` names, if that very process still runs, and what it left in its session."""
    try:
        said, _, since = mark.read_text(encoding="ascii").strip().partition(" ")
        pid = int(said)
    except (OSError, ValueError):
        return
    if since and start_mark(pid) == since:
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(pid)
            family = [process, *process.children(recursive=True)]
            process.send_signal(stop_signal)
            psutil.wait_procs([process], timeout=patience)
            for member in family:
                if member.is_running():
                    kill_tree(member.pid)
            psutil.wait_procs(family, timeout=patience)
    elif not start_mark(pid) and since.startswith(Path("/proc/sys/kernel/random/boot_id").read_text().strip()):
        for member in members(pid):
            kill_tree(member)
    mark.unlink(missing_ok=True)


def members(session: int) -> Iterator[int]:
    """Processes of a session whose leader is gone."""
    for pid in psutil.pids():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.getsid(pid) == session:
                yield pid


def kill_tree(pid: int) -> None:
    """SIGKILL to a process, its session's group and all its descendants."""
    victims: list[psutil.Process] = []
    with contextlib.suppress(psutil.Error):
        leader = psutil.Process(pid)
        victims = [leader, *leader.children(recursive=True)]
    for victim in victims:
        with contextlib.suppress(psutil.Error):
            victim.kill()
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
