"""`alliance call`: a call as data, from its five files: check, look at it, publish an edition, compare, migrate."""

import argparse
from pathlib import Path


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The subcommand and its own subcommands."""
    parser = subparsers.add_parser("call", help="check, preview and publish a call from its files; compare editions")
    acts = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    check = acts.add_parser("check", help="tell every fault of a call's files, or what they describe")
    _folder(check)
    check.set_defaults(run=lambda arguments: checked(arguments.folder))
    schemas = acts.add_parser("schemas", help="write the JSON Schemas of the five files, for editors")
    schemas.add_argument("folder", type=Path, metavar="FOLDER", help="where to write them; made if it is not there")
    schemas.set_defaults(run=lambda arguments: write_schemas(arguments.folder))
    publish = acts.add_parser("publish", help="publish the next edition of a call (the first one of a new call)")
    _folder(publish)
    publish.set_defaults(run=lambda arguments: published(arguments.folder))


def _folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="with call.toml, form.toml and the three others")


def checked(folder: Path) -> int:
    """Tell what the files of a folder describe; exit status 1, and every fault, where they are no call."""
    from service.cli._folder import parsed, summary

    edition = parsed(folder)
    if edition is None:
        return 1
    print("\n".join(summary(edition)))
    return 0


def write_schemas(folder: Path) -> int:
    """Write the five schemas, over those of an older version."""
    import msgspec

    from forms.schemas import schema_name, schemas
    from service.stack.folder import StackError

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, schema in schemas().items():
            content = msgspec.json.format(msgspec.json.encode(schema), indent=2)
            (folder / schema_name(file)).write_bytes(content + b"\n")
            print(f"{folder / schema_name(file)}: begin {file} with  #:schema ./{folder.name}/{schema_name(file)}")
    except OSError as error:
        raise StackError(f"{error.filename} can't be written: {error.strerror}") from error
    return 0


def published(folder: Path) -> int:
    """Publish the files of a folder; exit status 1 where they are no call, or another call's prefix is theirs."""
    from service.cli._acting import act
    from service.cli._folder import parsed, read_folder

    if parsed(folder) is None:
        return 1
    return act(_publish(read_folder(folder)))


async def _publish(files: dict[str, bytes]) -> None:
    from service import clock
    from service.domain.actor import PROCESS
    from service.operations.calls import publish_edition

    made = await publish_edition(PROCESS, files, now=clock.now())
    said = "is published" if made.new else "is the same: nothing was published"
    print(f"{made.slug}: edition {made.number} {said}")
