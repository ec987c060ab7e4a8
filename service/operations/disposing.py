"""Deleting a proposal whole. Its journal stays: identifiers, without what they pointed to."""

from datetime import datetime
from uuid import UUID

import msgspec

from service.domain.files import key_of, page_key
from service.domain.packs import PackContent
from service.domain.personal import OF_PROPOSAL
from service.operations.uploads import rest_of
from service.store.database import Row, execute, execute_each, rows

# Whoever wrote reviews, joint ones too.
_AUTHORS = "SELECT DISTINCT a.expert FROM review r JOIN assignment a ON a.review = r.id"


def pseudonym(account: UUID) -> str:
    """The name of whoever has none any more."""
    return f"Personne {account.hex[:8]}"


async def dispose(proposal_id: UUID, now: datetime) -> None:
    """Delete a proposal, whose lock is held, with everything that hangs on it; its objects follow after the commit.

    Whoever was erased before and whose name stood only on these reviews becomes a pseudonym.
    """
    await _doom_objects(proposal_id, now)
    experts = [line["expert"] for line in await rows(f"{_AUTHORS} WHERE r.proposal = {{}}", proposal_id)]
    await execute("SELECT set_config('alliance.disposing', {}, true)", str(proposal_id))
    for table in OF_PROPOSAL:
        await execute(f"DELETE FROM {table} WHERE proposal = {{}}", proposal_id)  # noqa: S608  our names
    await execute("DELETE FROM outbox WHERE about = {}", proposal_id)
    await execute("DELETE FROM proposal WHERE id = {}", proposal_id)
    await execute("SELECT set_config('alliance.disposing', '', true)")
    for expert in experts:
        await forget_name(expert)


async def forget_name(account: UUID) -> None:
    """Put a pseudonym in the place of an erased person's name, unless a review that is kept bears it."""
    await execute(
        "UPDATE account SET name = {} WHERE id = {} AND email = ''"
        " AND NOT EXISTS (SELECT FROM review WHERE expert = account.id)"
        " AND NOT EXISTS (SELECT FROM assignment WHERE expert = account.id AND review IS NOT NULL)",
        *(pseudonym(account), account),
    )


async def doom_uploads(sender: UUID, now: datetime) -> None:
    """Give up what somebody was sending."""
    await _doom(await rows("DELETE FROM upload WHERE sender = {} RETURNING id, handle, received", sender), now)


async def _doom_objects(proposal_id: UUID, now: datetime) -> None:
    files = await rows("SELECT id, coalesce(pages, 0) AS pages FROM attachment WHERE proposal = {}", proposal_id)
    keys = [key_of(line["id"]) for line in files]
    keys += [page_key(line["id"], number + 1) for line in files for number in range(line["pages"])]
    jobs = await rows("SELECT id FROM job WHERE proposal = {}", proposal_id)
    # Packs and other papers of a sitting that tell of it are drawn again without it.
    jobs += await rows(
        "DELETE FROM job WHERE sitting IS NOT NULL"
        " AND content -> 'items' @> jsonb_build_array(jsonb_build_object('proposal', {}::text))"
        " RETURNING id, kind, content, renderer",
        str(proposal_id),
    )
    keys += sorted({key for line in jobs if line.get("kind") == "pack" for key in _parts(line, proposal_id)})
    keys += [f"document/{line['id']}" for line in jobs]
    await _note([(key, "", now) for key in keys])
    await _doom(await rows("SELECT id, handle, received FROM upload WHERE proposal = {}", proposal_id), now)


def _parts(pack: Row, proposal_id: UUID) -> list[str]:
    """Where the dossier of a pack may be kept, drawn by itself."""
    content = msgspec.json.decode(pack["content"], type=PackContent)
    return [one.part(pack["renderer"]) for one in content.items if one.proposal == proposal_id]


async def _doom(uploads: list[dict[str, object]], now: datetime) -> None:
    for line in uploads:
        id_ = UUID(str(line["id"]))
        rest = rest_of(id_, int(str(line["received"])))
        await _note([(key_of(id_), str(line["handle"]), now), (rest, "", now)])


async def _note(doomed: list[tuple[str, str, datetime]]) -> None:
    await execute_each(
        "INSERT INTO disposal (key, handle, since) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING", doomed
    )
