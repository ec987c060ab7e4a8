"""`alliance call`: a call as data, from its five files: check, look at it, publish an edition, compare, migrate."""

import argparse
from collections.abc import Coroutine
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
    preview = acts.add_parser("preview", help="serve the pages of a call from its files; keeps nothing")
    _folder(preview)
    preview.add_argument("--port", type=int, default=8010, metavar="PORT")
    preview.set_defaults(run=lambda arguments: serve(arguments.folder, arguments.port))
    diff = acts.add_parser("diff", help="tell what two editions differ in, and what moving proposals would come to")
    diff.add_argument("call", metavar="CALL", help="its slug, for instance ami-2025")
    diff.add_argument("old", type=int, metavar="OLD", help="number of an edition")
    diff.add_argument("new", type=int, metavar="NEW")
    diff.set_defaults(run=lambda arguments: run(compare(arguments.call, arguments.old, arguments.new)))
    migrate = acts.add_parser(
        "migrate",
        help="move drafts onto another edition, keeping every answer; tells what no longer fits; safe to repeat",
    )
    migrate.add_argument("call", metavar="CALL")
    migrate.add_argument("--to", type=int, required=True, metavar="N", help="number of the edition")
    migrate.add_argument("--open", action="store_true", help="also the proposals that are in a stage")
    migrate.add_argument("--dry-run", action="store_true", help="only tell")
    migrate.set_defaults(
        run=lambda arguments: run(move(arguments.call, arguments.to, open_too=arguments.open, dry=arguments.dry_run))
    )
    export = acts.add_parser(
        "transparency", help="write what everybody may know of a call into a ZIP of open formats, by written rules"
    )
    export.add_argument("call", metavar="CALL", help="its slug, for instance ami-2025")
    export.add_argument("--to", type=Path, metavar="FILE", help="default: transparency-CALL.zip; must not exist yet")
    export.set_defaults(run=lambda arguments: run(disclose(arguments.call, arguments.to)))


def _folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="with call.toml, form.toml and the three others")


def run(work: Coroutine[None, None, int]) -> int:
    """Do one thing on the running service; its own exit status, or 1 where it is refused."""
    from service.cli._acting import act

    status = 0

    async def noted() -> None:
        nonlocal status
        status = await work

    return act(noted()) or status


async def compare(call: str, old: int, new: int) -> int:
    """Tell every difference of two editions, then what of the drafts and open proposals would no longer fit."""
    from service.cli._migration import foreseen, told
    from service.domain.actor import PROCESS
    from service.views.editions import comparison

    print("\n".join(told((await comparison(PROCESS, call, old, new)).differences)))
    print("\n".join(await foreseen(call, new)))
    return 0


async def move(call: str, to: int, *, open_too: bool, dry: bool) -> int:
    """Move proposals one by one; exit status 1 where one could not be."""
    from service.cli._migration import migrate

    return await migrate(call, to, open_too=open_too, dry=dry)


async def disclose(call: str, to: Path | None) -> int:
    """Write the transparency export; exit status 1 where a document in it can't be drawn."""
    from service.cli._transparency import export

    return await export(call, to or Path(f"transparency-{call}.zip"))


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
    from service.cli._folder import parsed
    from service.preview.study import read_folder

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


def serve(folder: Path, port: int) -> int:
    """Serve the preview of a folder on loopback until it is stopped. Raises StackError for a port that is taken."""
    import uvicorn

    from service.cli.web import listen
    from service.preview.app import create_preview
    from service.preview.study import Study, read_folder

    read_folder(folder)
    study = Study(folder.resolve())
    with listen("127.0.0.1", port) as listening:
        print(f"The pages of {folder}: http://127.0.0.1:{port} (stop with Ctrl-C; nothing is kept)", flush=True)
        config = uvicorn.Config(
            create_preview(study, port), lifespan="off", log_config=None, access_log=False, server_header=False
        )
        uvicorn.Server(config).run([listening])
    return 0
