"""Packs of a sitting: one for each set of recusals, ready before it, gone with a proposal that is deleted."""

from uuid import UUID

from service import housekeeping
from service.domain.actor import Actor
from service.operations import documents, recusals
from service.operations.disposing import dispose
from service.operations.recusals import Recusal
from service.store.database import rows, transaction
from service.views import packs
from tests.operations.sitting_case import DAY, SITS, Committee


async def read(actor: Actor, sitting: UUID) -> list[UUID | None]:
    """What is in somebody's pack, by the numbers of the agenda."""
    content, _ = await packs.contents(actor, sitting)
    assert [one.number for one in content.items] == list(range(1, len(content.items) + 1))
    return [one.proposal for one in content.items]


async def jobs(sitting: UUID) -> set[UUID]:
    """Those of the packs."""
    return {line["id"] for line in await rows("SELECT id FROM job WHERE sitting = {}", sitting)}


async def test_members_with_the_same_recusals_share_one(database: None) -> None:
    case = await Committee.gather(3)
    first, second, _ = case.proposals
    for member, proposal in ((1, first), (2, first), (3, second)):
        await recusals.recuse(case.members[member], proposal, Recusal("Un proche."), now=case.now)
    sitting = (await case.convened()).id

    await housekeeping.ready_packs(SITS - 5 * DAY)
    assert await jobs(sitting) == set()
    await housekeeping.ready_packs(SITS - 2 * DAY)
    ready = await jobs(sitting)
    assert len(ready) == 3

    everything = await read(case.chair, sitting)
    assert set(everything) == set(case.proposals)
    missing = [first, first, second, None]
    for reader, out in zip(case.members[1:], missing, strict=True):
        assert await read(reader, sitting) == [None if one == out else one for one in everything]
        content, _ = await packs.contents(reader, sitting)
        assert (await documents.ask_paper(reader, content, now=SITS)).id in ready
    await housekeeping.ready_packs(SITS - DAY)
    assert await jobs(sitting) == ready

    # Recused since: another one, without that item. The old one stays for those who read it.
    await recusals.recuse(case.members[4], first, Recusal(), now=case.now)
    content, _ = await packs.contents(case.members[4], sitting)
    assert first not in [one.proposal for one in content.items]
    # Whatever holds the dossier of a deleted proposal goes with it.
    holding = {
        line["id"]
        for line in await rows("SELECT id, content::text AS told FROM job WHERE sitting = {}", sitting)
        if str(second) in line["told"]
    }
    assert 0 < len(holding) < len(await jobs(sitting))
    left = await jobs(sitting) - holding
    async with transaction():
        await dispose(second, SITS)
        assert await jobs(sitting) == left
