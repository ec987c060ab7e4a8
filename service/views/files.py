"""Files as their readers see them: what has not been found clean is there for its sender alone."""

from collections.abc import Iterable
from uuid import UUID

from service.domain.files import StoredFile
from service.store.database import Row, rows

PASSED = frozenset({"off", "clean"})
COLUMNS = "id, field, name, size, sha256, media_type, scan, coalesce(pages, 0) AS pages"


class FileView(StoredFile, frozen=True):
    """An attachment of the proposal. `scan`: off (nothing scans files here), waiting, clean, infected, or unable (the
    scanner does not take it); `pages`: how many images of its pages there are."""

    scan: str = "off"
    pages: int = 0

    @property
    def passed(self) -> bool:
        """Others than its sender may have it."""
        return self.scan in PASSED


def file_view(line: Row) -> FileView:
    """From a row with `COLUMNS`, and perhaps others."""
    return FileView(**{name: line[name] for name in FileView.__struct_fields__})


async def working_files(proposal_id: UUID) -> tuple[FileView, ...]:
    """The present files of the form, in their order."""
    found = await rows(
        f"SELECT {COLUMNS} FROM attachment WHERE proposal = {{}} AND removed_at IS NULL AND field NOT LIKE '@%'"  # noqa: S608  our names
        " ORDER BY field, rank, added_at, id",
        proposal_id,
    )
    return tuple(map(file_view, found))


async def refused_files(proposal_id: UUID) -> tuple[FileView, ...]:
    """Those that were found infected, as long as no other one was put in their place."""
    found = await rows(
        f"SELECT {COLUMNS} FROM attachment a WHERE proposal = {{}} AND scan = 'infected' AND field NOT LIKE '@%'"  # noqa: S608
        " AND NOT EXISTS (SELECT FROM attachment b WHERE b.proposal = a.proposal AND b.field = a.field"
        "  AND b.added_at > a.added_at) ORDER BY field, added_at, id",
        proposal_id,
    )
    return tuple(map(file_view, found))


async def as_they_stand(files: Iterable[StoredFile], *, mine: bool) -> tuple[FileView, ...]:
    """Submitted files with what was found of each since; without `mine`, those that passed alone."""
    kept = tuple(files)
    if not kept:
        return ()
    lines = await rows(
        "SELECT id, scan, coalesce(pages, 0) AS pages FROM attachment WHERE id = ANY({}::uuid[])",
        [file.id for file in kept],
    )
    found = {line["id"]: line for line in lines}
    views = tuple(
        FileView(
            *(file.id, file.field, file.name, file.size, file.sha256, file.media_type),
            *(found[file.id]["scan"], found[file.id]["pages"]),
        )
        for file in kept
        if file.id in found
    )
    return views if mine else tuple(file for file in views if file.passed)
