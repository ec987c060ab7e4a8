"""Files as their readers see them: what has not been found clean is there for its sender alone."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec

from service.domain import evidence
from service.domain.files import QUARANTINE, StoredFile
from service.store.database import Row, rows

PASSED = frozenset({"off", "clean"})
COLUMNS = "id, field, name, size, sha256, media_type, scan, coalesce(pages, 0) AS pages"


class FileView(StoredFile, frozen=True):
    """An attachment of the proposal. `scan`: off (nothing scans files here), waiting, clean, infected, or unable (the
    scanner does not take it); `pages`: how many images of its pages there are. One that others than its reader have
    sent, and that was not found clean, has neither name nor digest."""

    scan: str = "off"
    pages: int = 0

    @property
    def passed(self) -> bool:
        """Others than its sender may have it."""
        return self.scan in PASSED


class RemovedFile(FileView, frozen=True, kw_only=True):
    """One that was removed, or replaced, and can be taken back until it is deleted."""

    deleted_at: datetime


class WithheldFiles(msgspec.Struct, frozen=True):
    """Submitted files of a field that their reader is not given, and why: `scan` is waiting, unable or infected. So a
    document that is being scanned is not taken for a missing one."""

    field: str
    scan: str
    count: int


class ToldFiles(msgspec.Struct, frozen=True):
    """Submitted files as their reader may know them, and how many more there are."""

    files: tuple[FileView, ...] = ()
    withheld: tuple[WithheldFiles, ...] = ()


def file_view(line: Row) -> FileView:
    """From a row with `COLUMNS`, and perhaps others."""
    return FileView(**{name: line[name] for name in FileView.__struct_fields__})


def _known_to(file: FileView, reader: UUID | None, sender: UUID | None) -> FileView:
    """What a file's name says may be its sender's alone, as the file is."""
    return file if file.passed or reader == sender else msgspec.structs.replace(file, name="", sha256="")


async def working_files(proposal_id: UUID, reader: UUID | None) -> tuple[FileView, ...]:
    """The present files of the form, in their order."""
    found = await rows(
        f"SELECT {COLUMNS}, added_by FROM attachment"  # noqa: S608  our names
        " WHERE proposal = {} AND removed_at IS NULL AND field NOT LIKE '@%' ORDER BY field, rank, added_at, id",
        proposal_id,
    )
    return tuple(_known_to(file_view(line), reader, line["added_by"]) for line in found)


async def refused_files(proposal_id: UUID, reader: UUID | None) -> tuple[FileView, ...]:
    """Those that were found infected, as long as no other one was added to their field since they were."""
    found = await rows(
        f"SELECT {COLUMNS}, added_by FROM attachment a"  # noqa: S608  our names
        " WHERE proposal = {} AND scan = 'infected' AND field NOT LIKE '@%'"
        " AND NOT EXISTS (SELECT FROM attachment b WHERE b.proposal = a.proposal AND b.field = a.field"
        "  AND b.added_at > a.removed_at) ORDER BY field, added_at, id",
        proposal_id,
    )
    return tuple(_known_to(file_view(line), reader, line["added_by"]) for line in found)


async def removed_files(proposal_id: UUID, reader: UUID | None, now: datetime) -> tuple[RemovedFile, ...]:
    """Those of the form that can be taken back, the last one first."""
    found = await rows(
        f"SELECT {COLUMNS}, added_by, removed_at FROM attachment"  # noqa: S608  our names
        " WHERE proposal = {} AND removed_at >= {} AND scan <> 'infected' AND field NOT LIKE '@%'"
        " ORDER BY field, removed_at DESC, id",
        *(proposal_id, now - QUARANTINE),
    )
    return tuple(
        RemovedFile(
            **msgspec.structs.asdict(_known_to(file_view(line), reader, line["added_by"])),
            deleted_at=line["removed_at"] + QUARANTINE,
        )
        for line in found
    )


async def evidence_files(proposal_id: UUID) -> dict[UUID, list[tuple[FileView, UUID]]]:
    """The present files of each milestone of a pilot, each with who has added it."""
    found = await rows(
        f"SELECT {COLUMNS}, added_by FROM attachment"  # noqa: S608  our names
        " WHERE proposal = {} AND field LIKE '@%' AND removed_at IS NULL ORDER BY added_at, id",
        proposal_id,
    )
    files: dict[UUID, list[tuple[FileView, UUID]]] = {}
    for line in found:
        milestone = evidence.milestone_of(line["field"])
        if milestone is not None:
            files.setdefault(milestone, []).append((file_view(line), line["added_by"]))
    return files


async def as_they_stand(files: Iterable[StoredFile], reader: UUID | None, *, mine: bool) -> ToldFiles:
    """Submitted files with what was found of each since; without `mine`, those that passed, and what else there is."""
    kept = tuple(files)
    if not kept:
        return ToldFiles()
    lines = await rows(
        "SELECT id, scan, coalesce(pages, 0) AS pages, added_by FROM attachment WHERE id = ANY({}::uuid[])",
        [file.id for file in kept],
    )
    found = {line["id"]: line for line in lines}
    views = tuple(
        _known_to(
            FileView(**msgspec.structs.asdict(file), scan=line["scan"], pages=line["pages"]), reader, line["added_by"]
        )
        for file in kept
        if (line := found.get(file.id)) is not None
    )
    if mine:
        return ToldFiles(views)
    others = Counter((file.field, file.scan) for file in views if not file.passed)
    withheld = tuple(WithheldFiles(field, scan, count) for (field, scan), count in others.items())
    return ToldFiles(tuple(file for file in views if file.passed), withheld)
