"""Sittings before they begin: prepared, put in order, convened in time, changed, cancelled; who is told, who is not."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from reports.committee import Convocation
from service.domain.actor import Actor, Role
from service.notify.facts import Outdated
from service.notify.letters import compose
from service.operations import documents, recusals, sittings
from service.operations.courses import look_at_call, take_step
from service.operations.recusals import Recusal
from service.operations.seating import Seat, SittingContent
from service.operations.sittings import AgendaContent, Cancelling, Convening
from service.problems import Conflict, Forbidden, Invalid, NotFound, Stale
from service.settings import Settings
from service.store import journal
from service.store.database import execute, row, rows
from service.views import papers
from service.views import sittings as views
from tests.operations.sitting_case import DAY, SITS, START, Committee, entries
from tests.process.call import Trial
from tests.support.people import person
from workflows.messages import LookAtCall, TakeStep

pytestmark = pytest.mark.usefixtures("database")


async def shown(actor: Actor, sitting: UUID) -> list[tuple[UUID | None, bool]]:
    """The agenda as somebody reads it."""
    return [(one.proposal, one.recused) for one in (await views.sitting(actor, sitting)).items]


async def mails(sitting: UUID) -> list[tuple[str, int]]:
    """The mails of a sitting: how many of each."""
    found = await rows(
        "SELECT template, count(*) AS n FROM outbox WHERE data ->> 'sitting' = {} GROUP BY 1 ORDER BY 1", str(sitting)
    )
    return [(line["template"], line["n"]) for line in found]


async def test_a_sitting_from_its_preparation_to_its_convocation() -> None:
    case = await Committee.gather()
    first, second, third = case.proposals
    chair, one, two, *_ = case.members
    kept = await case.prepared()
    found = await views.sitting(case.officer, kept.id)
    assert [(m.capacity, m.name) for m in found.members][:2] == [("chair", chair.name), ("member", "Membre 1")]
    assert (found.state, found.voters, found.needed, found.short) == ("prepared", 5, 3, False)
    assert [item.proposal for item in found.items] == [first, second, third]
    with pytest.raises(NotFound):
        await views.sitting(one, kept.id)  # nobody is told yet
    assert (await views.sitting(chair, kept.id)).state == "prepared"

    # The agenda follows what waits, in the order in which the recused go out least.
    await recusals.recuse(one, first, Recusal("Un proche."), now=case.now)
    await recusals.recuse(two, first, Recusal(), now=case.now)
    fourth = await case.waiting("Projet 4")
    assert [one for one, _ in await shown(case.officer, kept.id)] == [second, third, fourth, first]
    with pytest.raises(NotFound):
        await recusals.recuse(one, first, Recusal(), now=case.now)  # it does not exist for them any more

    ordered = await sittings.order_agenda(
        case.officer, kept.id, AgendaContent((third,), (second,)), kept.version, now=case.now
    )
    assert [one for one, _ in await shown(case.officer, kept.id)] == [third, fourth, first]
    convened = await sittings.convene_sitting(case.officer, kept.id, Convening(), ordered.version, now=case.now)
    await case.waiting("Projet 5")  # too late for this one
    assert await shown(one, kept.id) == [(third, False), (fourth, False), (None, True)]
    assert await shown(case.members[3], kept.id) == [(third, False), (fourth, False), (first, False)]
    assert await entries(kept.id) == ["sitting_opened", "agenda_ordered", "sitting_convened"]
    assert await mails(kept.id) == [("sitting_convened", 6)]
    assert convened.sequence == 0
    assert await journal.verify(f"sitting:{kept.id}") == []

    # On paper, each is called in their name, and told no more of the agenda than on the page.
    paper, _ = await papers.convocation_paper(one, kept.id)
    told = await papers.paper_of(await documents.ask_paper(one, paper, now=case.now), "https://alliance.test")
    assert isinstance(told, Convocation)
    assert (told.recipient, told.capacity, told.chair) == (one.name, "member", chair.name)
    assert [item.proposal for item in told.items] == [str(third), str(fourth), ""]
    assert told.page == f"https://alliance.test/comite/{case.trial.slug}/seances/{kept.id}"
    for called in (two, case.officer):
        assert (await papers.convocation_paper(called, kept.id))[0].mark != paper.mark
    with pytest.raises(NotFound):
        await papers.convocation_paper(await person((Role.AUDITOR, None)), kept.id)  # who may read, and is not called

    # What another sitting has on its agenda waits for no second one.
    other = await case.prepared(SITS + 30 * DAY)
    waiting = [one for one, _ in await shown(case.officer, other.id)]
    assert second in waiting
    assert not {first, third, fourth} & set(waiting)
    await sittings.cancel_sitting(case.officer, kept.id, Cancelling("Grève."), now=case.now)
    with pytest.raises(NotFound):
        await papers.convocation_paper(one, kept.id)
    assert {first, third, fourth} <= {one for one, _ in await shown(case.officer, other.id)}


async def test_changes_of_a_convened_sitting_are_told_with_their_event(settings: Settings) -> None:
    case = await Committee.gather(1)
    kept = await case.convened()
    leaving, new = case.members[4], await person((Role.COMMITTEE, case.trial.call))
    seats = (
        Seat(case.chair.person, "chair"),
        *(Seat(one.person, "member") for one in (*case.members[1:4], new)),
        Seat(case.officer.person, "secretary"),
    )
    moved = SittingContent(SITS + DAY, 90, "Salle 5, étage 2", "", seats)
    changed = await sittings.change_sitting(case.officer, kept.id, moved, kept.version, now=case.now)
    assert (changed.version, changed.sequence) == (kept.version + 1, 1)
    assert await mails(kept.id) == [("sitting_cancelled", 1), ("sitting_changed", 5), ("sitting_convened", 7)]

    async def event(to: Actor, mail: str) -> str:
        queued = await row("SELECT * FROM outbox WHERE account = {} AND template = {}", to.person, mail)
        assert queued is not None
        message = await compose(settings, queued, case.now)
        part = next(one for one in message.iter_attachments())
        assert part.get_content_type() == "text/calendar"
        said: str = part.get_content()
        return said.replace("\r\n ", "")

    lines = (await event(case.chair, "sitting_changed")).splitlines()
    domain = settings.mail_from.rpartition("@")[2]
    for wanted in (
        "METHOD:REQUEST",
        f"UID:sitting-{kept.id}@{domain}",
        "SEQUENCE:1",
        "DTSTART:20440429T080000Z",
        "DTEND:20440429T093000Z",
        "LOCATION:Salle 5\\, étage 2",
        "STATUS:CONFIRMED",
    ):
        assert wanted in lines
    assert {"METHOD:CANCEL", f"UID:sitting-{kept.id}@{domain}"} <= set(
        (await event(leaving, "sitting_cancelled")).split()
    )
    with pytest.raises(Outdated):
        await event(leaving, "sitting_convened")
    assert "SEQUENCE:1" in await event(new, "sitting_convened")

    await sittings.cancel_sitting(case.officer, kept.id, Cancelling("Grève."), now=case.now)
    again = await sittings.cancel_sitting(case.officer, kept.id, Cancelling("Grève."), now=case.now)
    assert again.sequence == 2
    told = (await event(case.chair, "sitting_cancelled")).splitlines()
    assert {"METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:2"} <= set(told)
    with pytest.raises(Outdated):
        await event(case.chair, "sitting_changed")
    with pytest.raises(Conflict):
        await sittings.change_sitting(case.officer, kept.id, moved, again.version, now=case.now)


async def test_what_may_not_be_convened() -> None:
    case = await Committee.gather(1)
    close = START + 4 * DAY
    kept = await case.prepared(close)
    with pytest.raises(Invalid) as short:
        await sittings.convene_sitting(case.officer, kept.id, Convening(), kept.version, now=case.now)
    assert [one.code for one in short.value.errors] == ["short_notice"]
    with pytest.raises(Stale):
        await sittings.convene_sitting(case.officer, kept.id, Convening("Urgent."), kept.version + 1, now=case.now)
    for stranger, refusal in (
        (case.chair, Forbidden),
        (case.trial.experts[0], NotFound),
        (case.trial.applicant, NotFound),
    ):
        with pytest.raises(refusal):
            await sittings.convene_sitting(stranger, kept.id, Convening("Urgent."), kept.version, now=case.now)
    await sittings.convene_sitting(case.officer, kept.id, Convening("Urgent."), kept.version, now=case.now)

    def content(**changes: object) -> SittingContent:
        plain = SittingContent(SITS, 120, "Salle 4", "", (Seat(case.members[1].person, "member"),))
        return msgspec.structs.replace(plain, **changes)

    faults = {
        "past": content(starts_at=START - DAY),
        "length": content(length=5),
        "bad_link": content(link="javascript:alert(1)"),
        "twice": content(members=(Seat(case.chair.person, "chair"), Seat(case.chair.person, "member"))),
        "not_their_role": content(members=(Seat(case.members[1].person, "chair"),)),
    }
    for code, wrong in faults.items():
        with pytest.raises(Invalid) as found:
            await sittings.open_sitting(case.officer, case.trial.slug, wrong, now=case.now)
        assert [one.code for one in found.value.errors] == [code]
    # Nothing to examine, nowhere to come to, nobody in the chair.
    bare = await sittings.open_sitting(case.officer, case.trial.slug, content(place=""), now=case.now)
    for item in (case.proposals[0], uuid4()):
        with pytest.raises(Invalid):
            await sittings.order_agenda(case.officer, bare.id, AgendaContent((item,)), bare.version, now=case.now)
    with pytest.raises(Invalid) as nowhere:
        await sittings.convene_sitting(case.officer, bare.id, Convening(), bare.version, now=case.now)
    assert [one.code for one in nowhere.value.errors] == ["no_chair", "nowhere"]


async def test_a_convened_sitting_that_is_moved_or_takes_members_needs_its_notice_again() -> None:
    case = await Committee.gather(1)
    kept = await case.convened()
    new = await person((Role.COMMITTEE, case.trial.call))
    seats = (Seat(case.chair.person, "chair"), Seat(case.members[1].person, "member"))
    soon, elsewhere = START + 3 * DAY, SittingContent(SITS, 60, "Salle 5", "", seats)

    async def change(at: datetime, content: SittingContent) -> tuple[str, str]:
        """What is refused, or the urgency that is kept."""
        case.at = at
        version = (await views.sitting(case.officer, kept.id)).version
        try:
            await sittings.change_sitting(case.officer, kept.id, content, version, now=case.now)
        except Invalid as refused:
            return refused.errors[0].path, refused.errors[0].code
        return "", (await views.sitting(case.officer, kept.id)).urgency

    late = SITS - 2 * DAY
    added = msgspec.structs.replace(elsewhere, members=(*seats, Seat(new.person, "member")))
    for at, content, expected in (
        (START, msgspec.structs.replace(elsewhere, starts_at=soon), ("urgency", "short_notice")),
        (START, msgspec.structs.replace(elsewhere, starts_at=SITS + DAY), ("", "")),
        (START, elsewhere, ("", "")),
        (late, msgspec.structs.replace(elsewhere, place="Salle 6"), ("", "")),  # neither: told as any change
        (late, added, ("urgency", "short_notice")),
        (late, msgspec.structs.replace(added, urgency="Quorum."), ("", "Quorum.")),
        (late, added, ("", "Quorum.")),
        (late, msgspec.structs.replace(added, starts_at=SITS + DAY, urgency="Grève."), ("", "Quorum.\nGrève.")),
    ):
        assert await change(at, content) == expected

    other = await case.prepared(SITS + 3 * DAY)
    late = SITS + 3 * DAY
    with pytest.raises(Invalid) as past:
        await sittings.convene_sitting(case.officer, other.id, Convening("Urgent."), other.version, now=late)
    assert [one.code for one in past.value.errors] == ["empty", "past"]


async def go_on(call: str, now: datetime) -> None:
    """Let a call do what it does by itself until then."""
    course = await look_at_call(LookAtCall(call, now))
    while course.at is not None and course.at <= now:
        course = await take_step(TakeStep(call, course.step, course.at, now))


async def test_a_committee_of_no_day_has_a_sitting_prepared_when_something_waits_and_none_is_planned() -> None:
    case = await Committee.gather(0)
    call, officer, slug = str(case.trial.call), case.officer, case.trial.slug
    monday = datetime(2044, 4, 11, 6, tzinfo=UTC)  # eight o’clock at Paris

    async def prepared(now: datetime) -> list[tuple[str, str, list[tuple[str, int]]]]:
        """The sittings of the call at an instant: when each begins, its state, the mails about it."""
        case.at = now
        for _ in range(2):  # whatever is asked again changes nothing
            await go_on(call, now)
        found = (await views.sittings(officer, slug)).items
        ordered = sorted(found, key=lambda one: one.number)
        return [(one.starts_at.isoformat()[:16], one.state, await mails(one.id)) for one in ordered]

    await case.waiting("Projet 1")
    assert await prepared(START + timedelta(hours=2)) == []  # an officer may still plan it
    closed = "UPDATE account SET disabled_at = {} WHERE id = ANY({})"
    await execute(closed, START, [one.person for one in case.members])
    assert await prepared(monday) == []  # nobody could sit
    await execute(closed, None, [one.person for one in case.members])
    # Convened on Tuesday at the latest, with five days of notice; then comes Easter.
    first = ("2044-04-19T12:00", "prepared", [("officer_sitting", 1)])
    assert await prepared(monday) == [first]
    await case.waiting("Projet 2")
    assert await prepared(monday + DAY) == [first]
    # Once it is over without an opinion on everything, the next one; not on what lacked the quorum.
    over = monday + 9 * DAY
    await execute(
        "UPDATE sitting SET convened_at = {}, opened_at = {}, closed_at = {} WHERE call = {}",
        *(monday, over, over, case.trial.call),
    )
    await execute(
        "INSERT INTO sitting_item (sitting, proposal, rank, lacked, visit) SELECT s.id, p.id, 1, true, p.visit"
        " FROM sitting s JOIN proposal p ON p.call = s.call WHERE s.call = {}",
        case.trial.call,
    )
    assert len(await prepared(over + DAY)) == 1
    await case.waiting("Projet 3")
    assert (await prepared(over + DAY))[1:] == [], "not before the next morning"
    [_, second] = await prepared(over + 2 * DAY)
    assert second[1:] == ("prepared", [("officer_sitting", 1)])
    # One that is cancelled is not opened again: officers have it in hand.
    latest = max((await views.sittings(officer, slug)).items, key=lambda one: one.number)
    await sittings.cancel_sitting(officer, latest.id, Cancelling(""), now=case.now)
    await case.waiting("Projet 4")
    assert [state for _, state, _ in await prepared(over + 9 * DAY)] == ["closed", "cancelled"]


async def test_a_committee_of_every_month_has_its_sitting_prepared_and_recalled() -> None:
    edits = [("process.toml", 'duration = "P30D"', 'duration = "monthly:2TU/5wd"')]
    case = await Committee.gather(0)
    case.trial = await Trial.publish(START, edits=edits)
    call = str(case.trial.call)
    await go_on(call, START)
    [found] = (await views.sittings(case.officer, case.trial.slug)).items
    # The second Tuesday of April is the 12th, two working days after this call opened: too soon.
    assert (found.state, found.starts_at.isoformat(), found.length) == ("prepared", "2044-05-10T12:00:00+00:00", 180)
    assert await mails(found.id) == [("officer_sitting", 1)]
    await case.waiting("Projet")
    told = await views.sitting(case.officer, found.id)
    content = SittingContent(found.starts_at, 60, "Salle 1", "", tuple(Seat(m.id, m.capacity) for m in told.members))
    changed = await sittings.change_sitting(case.officer, found.id, content, told.version, now=case.now)
    await sittings.convene_sitting(case.officer, found.id, Convening(), changed.version, now=case.now)
    before = found.starts_at - timedelta(days=1)
    for now in (before - timedelta(hours=1), before):
        await go_on(call, now)
        expected = [("sitting_reminded", 2)] if now == before else []
        assert [one for one in await mails(found.id) if one[0] == "sitting_reminded"] == expected
