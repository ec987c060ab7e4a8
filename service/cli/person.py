"""`alliance person`: what is held on somebody, for whoever answers their requests."""

import argparse
from pathlib import Path
from uuid import UUID

from service.cli._acting import act
from service.cli._words import many


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The subcommand and its own subcommands."""
    parser = subparsers.add_parser("person", help="give or erase what is held on a person (GDPR, articles 15 and 17)")
    acts = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    export = acts.add_parser("export", help="write everything that is held on a person into a ZIP: JSON and files")
    export.add_argument("address", metavar="ADDRESS", help="e-mail address of the account")
    export.add_argument("--to", type=Path, metavar="FILE", help="default: ADDRESS.zip; must not exist yet")
    export.set_defaults(run=lambda arguments: act(_export(arguments.address, arguments.to)))
    erase = acts.add_parser(
        "erase", help="close an account for good and erase what nothing obliges to keep; tells what is kept, until when"
    )
    erase.add_argument("address", metavar="ADDRESS")
    erase.add_argument("--dry-run", action="store_true", help="only tell what would be erased and kept")
    erase.set_defaults(run=lambda arguments: act(_erase(arguments.address, dry=arguments.dry_run)))


async def account_at(address: str) -> UUID:
    """The account of an address. Raises NotFound."""
    from service.domain.actor import PROCESS
    from service.identity.addresses import normalised
    from service.views.members import account

    return (await account(PROCESS, normalised(address) or address)).id


async def _export(address: str, to: Path | None) -> None:
    from service import clock
    from service.cli._running import current_settings
    from service.cli._writing import write
    from service.domain.actor import PROCESS
    from service.store import objects
    from service.views.personal import personal_data

    account = await account_at(address)
    objects.configure(current_settings())
    path = to or Path(f"{address.replace('/', '_')}.zip")
    await write(path, await personal_data(PROCESS, account, clock.now()))
    print(f"{path}: {path.stat().st_size} bytes")


async def _erase(address: str, *, dry: bool) -> None:
    from service import clock
    from service.domain.actor import PROCESS
    from service.operations.erasing import erase_person, foresee_erasure

    done = await (foresee_erasure if dry else erase_person)(PROCESS, await account_at(address), now=clock.now())
    print(f"{address} {'would be' if dry else 'is'} erased; {many(done.drafts, 'draft')} deleted")
    for file in done.kept:
        until = f"until {file.until:%Y-%m-%d}" if file.until else "as its call has no rule of retention"
        print(f"{file.reference} is kept {until}")
    if done.reviews:
        keep = "review keeps its" if done.reviews == 1 else "reviews keep their"
        print(f"{done.reviews} {keep} author's name until the proposal is deleted")
