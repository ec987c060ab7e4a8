"""The committee's sittings: the one that examined the first proposals, and the one that is convened for what waits."""

from datetime import datetime, time, timedelta
from uuid import UUID

from forms import Calendar
from forms.clocks import PARIS, works
from service.demo.cast import Cast
from service.demo.progress import once
from service.demo.teller import CAPACITY, DELEGATION, TEXTS
from service.domain.actor import Actor
from service.domain.sitting import Choice
from service.operations import conducting, minutes, sittings, votes, voting
from service.operations.conducting import Attendance, Notes, Point, There
from service.operations.decisions import DecisionContent, take_decision
from service.operations.minutes import Disagreement
from service.operations.recusals import Recusal, recuse
from service.operations.seating import SittingContent
from service.operations.sittings import AgendaContent, Convening, KeptSitting
from service.operations.votes import NewVote
from service.operations.voting import Ballot
from service.store.database import rows, value

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
PLACE, LINK = "Salle des Tilleuls, 12 rue des Archives, Valmorin", "https://video.demo.test/comite"
NOTES = (
    "Le comité relève la maturité de la solution et l’engagement du partenaire. Il demande que l’hébergement soit"
    " précisé avant la mise en service."
)
OPENING = "La présidence rappelle le règlement intérieur et l’obligation de se déporter en cas d’intérêt."
DISSENT = "L’effet attendu sur les délais me paraît surestimé tant qu’il n’a pas été mesuré."
RECUSED = "J’ai conseillé cet organisme l’an dernier."


def afternoon(day: datetime) -> datetime:
    """Two o’clock on that day, or on the next one on which people work."""
    local = datetime.combine(day.astimezone(PARIS).date(), time(14), PARIS)
    while not works(local.date(), Calendar()):
        local += DAY
    return local


async def tell_held(cast: Cast, slug: str, call: UUID, begins: datetime, outcomes: tuple[str, ...]) -> None:
    """The first sitting, on what is before the committee by then, each item with its outcome; then the decisions that
    the authority takes after it. One member is recused from an item, another is represented."""
    found = await rows("SELECT id FROM proposal WHERE call = {} AND phase = 'committee' ORDER BY reference", call)
    wanted = dict(zip((line["id"] for line in found), outcomes, strict=True))
    chair, (first, second, third) = cast.chair, cast.committee
    *_, apart, last = wanted
    kept = await _convene(cast.officer(1), slug, begins, begins - 6 * DAY, ())
    await once(recuse, second, apart, Recusal(RECUSED), now=begins - 2 * DAY)
    await conducting.begin_sitting(chair, kept.id, now=begins)
    room = (chair, first, second, cast.officer(0))
    there = (*(There(one.person, "room") for one in room), There(third.person, "proxy", first.person))
    away = There(cast.officer(1).person, "video")
    await once(conducting.keep_attendance, cast.officer(0), kept.id, Attendance((*there, away)), now=begins)
    at = begins
    for line in await rows("SELECT proposal, rank FROM sitting_item WHERE sitting = {} ORDER BY rank", kept.id):
        at += 10 * MINUTE
        await once(conducting.go_to_item, chair, kept.id, Point(line["rank"]), now=at)
        voters = [first] if line["proposal"] == apart else [first, second]
        at += 8 * MINUTE
        await _vote(chair, voters, kept.id, line["proposal"], wanted[line["proposal"]], third.person, at)
    await once(conducting.keep_notes, cast.officer(1), kept.id, Notes(next(iter(wanted)), NOTES, 0), now=at)
    await once(conducting.keep_notes, cast.officer(1), kept.id, Notes(None, OPENING, 0), now=at)
    await conducting.close_sitting(chair, kept.id, now=at + 5 * MINUTE)
    noted = await once(minutes.mention_dissent, second, kept.id, Disagreement(last, DISSENT), now=at + DAY / 8)
    await minutes.approve_minutes(chair, kept.id, noted.version, now=at + DAY)
    for proposal, outcome in wanted.items():
        content = DecisionContent(outcome, TEXTS["reasons"][outcome], CAPACITY, DELEGATION)
        await once(take_decision, cast.authority, proposal, content, 0, now=at + DAY)


async def tell_convened(cast: Cast, slug: str, call: UUID, now: datetime) -> None:
    """The next one, on what waits now and is not decided yet."""
    decided = await rows(
        "SELECT DISTINCT p.id FROM proposal p JOIN decision d ON d.proposal = p.id AND d.round = p.round"
        " WHERE p.call = {} AND p.phase = 'committee' ORDER BY p.id",
        call,
    )
    await _convene(cast.officer(1), slug, afternoon(now + 12 * DAY), now, tuple(line["id"] for line in decided))


async def _convene(
    officer: Actor, slug: str, begins: datetime, now: datetime, left_out: tuple[UUID, ...]
) -> KeptSitting:
    kept = await once(sittings.open_sitting, officer, slug, SittingContent(begins, 180, PLACE, LINK), now=now)
    if left_out:
        kept = await once(sittings.order_agenda, officer, kept.id, AgendaContent((), left_out), kept.version, now=now)
    return await once(sittings.convene_sitting, officer, kept.id, Convening(), kept.version, now=now)


async def _vote(  # noqa: PLR0917  a vote has many sides
    chair: Actor, members: list[Actor], sitting: UUID, proposal: UUID, outcome: str, absent: UUID, at: datetime
) -> None:
    """All for it but the second member, who abstains on the reserve; the first one votes for whoever is absent too."""
    vote = await once(votes.open_vote, chair, sitting, NewVote(outcome, (proposal,)), now=at - MINUTE)
    if await value("SELECT closed_at IS NOT NULL FROM vote WHERE id = {}", vote.id):
        return
    given = {line["account"] for line in await rows("SELECT account FROM voter WHERE vote = {}", vote.id)}
    for one in (chair, *members):
        choice: Choice = "abstain" if outcome == "reserve" and one is members[-1] else "for"
        if one.person not in given:
            await voting.cast_ballot(one, vote.id, Ballot(choice), now=at)
    if absent not in given:
        await voting.cast_ballot(members[0], vote.id, Ballot("for", absent), now=at)
    await votes.close_vote(chair, vote.id, now=at + MINUTE)
