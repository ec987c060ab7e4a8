"""What was said of a sitting before it begins outlives its changes: who is there, what is examined apart."""

from uuid import UUID

import pytest

from service.operations import conducting, sittings, voting
from service.operations.conducting import Attendance, OfItem, There
from service.operations.seating import Seat, SittingContent
from service.operations.sittings import AgendaContent
from service.store.database import rows
from tests.operations.sitting_case import DAY, SITS, Committee

pytestmark = pytest.mark.usefixtures("database")


async def there(sitting: UUID) -> dict[UUID, tuple[str, str, UUID | None]]:
    found = await rows("SELECT account, capacity, presence, holder FROM sitting_member WHERE sitting = {}", sitting)
    return {line["account"]: (line["capacity"], line["presence"], line["holder"]) for line in found}


async def test_an_agenda_in_another_order_keeps_what_is_examined_apart() -> None:
    case = await Committee.gather(3)
    kept = await case.convened()
    a, b, c = case.proposals
    await voting.take_apart(case.members[1], kept.id, OfItem(b), now=case.now)
    [line] = await rows("SELECT version FROM sitting WHERE id = {}", kept.id)
    content = AgendaContent((c, b), (a,))
    await sittings.order_agenda(case.officer, kept.id, content, line["version"], now=case.now)
    found = await rows("SELECT proposal, rank, apart FROM sitting_item WHERE sitting = {}", kept.id)
    assert {one["proposal"]: (one["rank"], one["apart"]) for one in found} == {
        c: (1, False),
        b: (2, True),
        a: (None, False),
    }


async def test_whoever_stays_in_their_capacity_stays_as_they_were_said_to_be() -> None:
    case = await Committee.gather(1)
    kept = await case.convened()
    chair, one, two, three, leaving = (member.person for member in case.members)
    said = (There(one, "video"), There(two, "proxy", one), There(three, "proxy", leaving), There(leaving, "room"))
    await conducting.keep_attendance(case.officer, kept.id, Attendance((There(chair, "room"), *said)), now=case.now)
    [line] = await rows("SELECT version FROM sitting WHERE id = {}", kept.id)
    seats = (Seat(chair, "chair"), *(Seat(member, "member") for member in (one, two, three)))
    moved = SittingContent(SITS + DAY, 90, "Salle 5", "", seats)
    await sittings.change_sitting(case.officer, kept.id, moved, line["version"], now=case.now)
    assert await there(kept.id) == {
        chair: ("chair", "room", None),
        one: ("member", "video", None),
        two: ("member", "proxy", one),
        three: ("member", "", None),  # who represented them is not called any more
    }
