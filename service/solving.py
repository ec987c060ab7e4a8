"""A plan made in a process of its own: it takes a processor for up to a minute, a gigabyte, and libraries that nobody
else needs.

That process is this module run as a program: a problem as JSON in, the plan as JSON out. It sees no setting and no
secret, and has limits of memory and time.
"""

import asyncio
import os
import resource
import sys
from pathlib import Path

import msgspec

from service.domain.plans import Plan, Problem

LONGEST = 300.0  # seconds
MOST_CPU = 280  # seconds
MOST_MEMORY = 4 * 1024**3  # bytes of address space, of which the libraries take a good part
LAST = 10  # niceness
# One thread each: what the libraries do with arrays is the least part, and every thread reserves memory.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}


class SolvingError(Exception):
    """The program failed, died or did not end."""


async def solve(problem: Problem) -> Plan:
    """The best plan of a problem. Raises SolvingError."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-X", f"pycache_prefix={sys.pycache_prefix or ''}", "-m", __name__),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=Path(__file__).parent.parent,
        env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), **ONE_THREAD},
    )
    try:
        async with asyncio.timeout(LONGEST):
            said, _ = await process.communicate(await asyncio.to_thread(msgspec.json.encode, problem))
    except TimeoutError as error:
        raise SolvingError(f"the plan took more than {LONGEST:.0f} s") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise SolvingError(f"the program ended with {process.returncode}")
    return await asyncio.to_thread(msgspec.json.decode, said, type=Plan)


def main() -> None:
    """Read, solve, write, within the limits."""
    os.nice(LAST)
    for which, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_CPU),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(which, (most, most))
    from service.domain.matching import make_plan

    problem = msgspec.json.decode(sys.stdin.buffer.read(), type=Problem)
    sys.stdout.buffer.write(msgspec.json.encode(make_plan(problem)))


if __name__ == "__main__":
    main()
