"""The demonstration: invented people, the shipped calls held open, 24 proposals in every stage.

It is created by the operations that people and the process use, at instants of the past weeks, before the worker
starts: workflows then take over where each proposal stands.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from forms import Edition, catalogue
from forms.clocks import PARIS
from service.demo.cast import Cast
from service.demo.people import PEOPLE
from service.demo.pilots import tell_pilots
from service.demo.progress import WHOLE, Act, Progress, once, tale_part
from service.demo.questions import tell_questions
from service.demo.sittings import afternoon, tell_convened, tell_held
from service.demo.tales import AMI, TALES, Until
from service.demo.teller import Teller
from service.demo.ties import tell_ties
from service.domain.actor import PROCESS
from service.identity import secrets
from service.identity.passwords import why_weak
from service.notify.outbox import GIVEN_UP
from service.operations import letter_checks, process
from service.operations.calls import publish_edition, publish_shipped
from service.operations.decisions import publish_decisions
from service.operations.letter_checks import ReadLetter, ReadLetters
from service.settings import Settings
from service.store import objects
from service.store.database import DB, execute, rows
from service.store.editions import edition
from service.views import letter_checks as letter_checks_view
from workflows.messages import Case, Close, Look

ANNOUNCED = timedelta(days=67)
OPENED = timedelta(days=60)
CLOSES = timedelta(days=45)
SAT = timedelta(days=21)
PUBLISHED = timedelta(days=15)


def accepts(password: str) -> bool:
    """Whether the accounts of the demonstration may have this password: the rule is everybody's."""
    return all(why_weak(password, person.email, person.name) is None for person in PEOPLE)


async def create(settings: Settings, password: str, now: datetime) -> list[tuple[str, str]]:
    """Create what is missing of it; returns (role, e-mail) of one account per role.

    `now` is when the demonstration ends; a run that was cut off is gone on with.
    """
    secrets.configure(settings.secret)
    store = objects.configure(settings)
    await DB.connect(settings.database_url)
    try:
        await store.ensure_bucket()
        await _tell(password, now)
        await publish_shipped(now=now)  # what a newer version brings
    finally:
        await DB.disconnect()
    return [("applicant" if one.role is None else one.role.value, one.email) for one in PEOPLE if one.shown]


async def _tell(password: str, now: datetime) -> None:
    progress = await Progress.read(now, len(TALES))
    if WHOLE in progress.told:
        return
    now = progress.now
    editions: dict[str, Edition] = {}
    calls: dict[str, UUID] = {}
    for slug in catalogue.shipped():
        opens = (now - OPENED).astimezone(PARIS).replace(hour=0, minute=0, second=0, microsecond=0)
        closes = opens + OPENED + CLOSES - timedelta(seconds=1) if slug == AMI else None  # the other one never closes
        at = now - ANNOUNCED
        published = await publish_edition(PROCESS, catalogue.read(slug), opens=opens, closes=closes, now=at)
        editions[slug], calls[slug] = await edition(published.edition), published.call
    cast = Cast(calls)
    await cast.gather(password, now - OPENED)
    await progress.tell(_parts(cast, editions, calls[AMI], now))


def _parts(cast: Cast, editions: Mapping[str, Edition], call: UUID, now: datetime) -> dict[str, Act]:
    """What there is to tell, in its order: of a call too, what its journal tells is told as it happened."""
    asked = partial(tell_questions, cast, AMI, call, now)
    parts: dict[str, Act] = {"questions": partial(asked, since=now - OPENED, until=now - SAT)}
    published = [tale for tale in TALES if tale.until is Until.PUBLISHED]
    outcomes = tuple(tale.outcome for tale in published)
    for tale in TALES:
        if tale is TALES[-1]:
            parts["ties"] = partial(tell_ties, cast, call, now)
        parts[tale_part(tale.number)] = Teller(tale, cast, editions[tale.call], now).tell
        if tale is published[-1]:
            parts["sitting"] = partial(tell_held, cast, AMI, call, afternoon(now - SAT), outcomes)
            parts["decisions"] = partial(_publish, cast, now - PUBLISHED)
            parts["pilots"] = partial(tell_pilots, cast, call, now - PUBLISHED, now)
    parts["later questions"] = partial(asked, since=now - SAT, until=now)
    parts["next sitting"] = partial(tell_convened, cast, AMI, call, now)
    parts[WHOLE] = partial(_send, now - GIVEN_UP)
    return parts


async def _send(before: datetime) -> None:
    """What was told in the past weeks went out then."""
    await execute(
        "UPDATE outbox SET sent_at = created_at, attempts = 1, gathered_at = CASE WHEN held THEN created_at END"
        " WHERE sent_at IS NULL AND created_at < {}",
        before,
    )


async def _publish(cast: Cast, at: datetime) -> None:
    """The first session's decisions, at once, and what follows of them."""
    for reader in (cast.officer(0), cast.authority):
        while found := (await letter_checks_view.letters(reader, AMI, limit=50, unchecked=True)).items:
            read = tuple(ReadLetter(one.decision, one.mark) for one in found)
            await letter_checks.check_letters(reader, AMI, ReadLetters(read), now=at)
    await once(publish_decisions, cast.authority, AMI, now=at)
    for line in await rows("SELECT id FROM proposal WHERE stage_kind = 'committee' ORDER BY reference"):
        seen = (await process.look(Look(str(line["id"]), at))).snapshot
        if seen.outcome:
            case = Case(str(line["id"]), seen.visit, seen.mark, at)
            await process.close_stage(Close(case, seen.outcome))
