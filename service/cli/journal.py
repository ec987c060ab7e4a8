"""`alliance journal`: prove that the record is whole."""

import argparse
import sys
from collections.abc import Coroutine
from pathlib import Path


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The subcommands and their options."""
    parser = subparsers.add_parser("journal", help="verify the hash-chained journal, or write its anchor")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    verify = actions.add_parser("verify", help="recompute every chain; exit status 1 where one does not hold")
    verify.add_argument("--anchor", type=Path, help="also compare with an anchor written earlier")
    verify.set_defaults(
        run=lambda arguments: _run(_verify(arguments.anchor.read_bytes() if arguments.anchor else None))
    )
    anchor = actions.add_parser("anchor", help="write the heads of all chains and their digest to a file")
    anchor.add_argument("file", type=Path, help="a new file, to be kept outside the database")
    anchor.set_defaults(run=lambda arguments: _run(_anchor(arguments.file)))


def _run(work: Coroutine[None, None, int]) -> int:
    import asyncio

    from service.cli._running import current_settings
    from service.store.database import DB

    settings = current_settings()

    async def connected() -> int:
        await DB.connect(settings.database_url)
        try:
            return await work
        finally:
            await DB.disconnect()

    return asyncio.run(connected())


async def _verify(anchor: bytes | None) -> int:
    from service.store import journal

    streams = await journal.streams()
    breaks = [found for stream in streams for found in await journal.verify(stream)]
    if anchor is not None:
        breaks += await journal.verify_anchor(journal.read_anchor(anchor))
    for found in breaks:
        print(f"{found.stream} entry {found.seq}: {found.what}", file=sys.stderr)
    print(f"{len(streams)} chains, {'all whole' if not breaks else f'{len(breaks)} faults'}")
    return 1 if breaks else 0


def _write(file: Path, content: bytes) -> None:
    with file.open("xb") as out:
        out.write(content)


async def _anchor(file: Path) -> int:
    import asyncio

    from service import clock
    from service.store import journal

    anchor = await journal.anchor(clock.now())
    await asyncio.to_thread(_write, file, journal.anchor_json(anchor))
    print(f"{len(anchor.heads)} chains, digest {anchor.digest}, written to {file}")
    return 0
