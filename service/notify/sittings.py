"""What the mails of a sitting say: as it is when they leave, with its event for calendars."""

from collections.abc import Sequence
from uuid import UUID

from forms.telling.french import NBSP, listed
from service.domain.invites import Event
from service.notify.dates import moment
from service.notify.facts import Outdated
from service.notify.mails import Mail
from service.settings import Settings
from service.store.database import Row, row, rows
from service.store.editions import edition
from service.store.sittings import CALLS, SITS, calls_of

TO_MEMBERS = (Mail.SITTING_CONVENED, Mail.SITTING_CHANGED, Mail.SITTING_REMINDED)


async def told_of_sitting(settings: Settings, mail: Mail, sitting: UUID, queued: Row) -> dict[str, object]:
    """The facts of a mail about a sitting. Outdated where it no longer holds for its reader."""
    found = await row(
        "SELECT s.*, c.slug,"  # noqa: S608  our words
        f" EXISTS (SELECT FROM sitting_member m WHERE m.sitting = s.id AND m.account = {{}} AND {SITS}) AS called"
        " FROM sitting s JOIN call c ON c.id = s.call WHERE s.id = {}",
        *(queued["account"], sitting),
    )
    if found is None:
        raise Outdated("the sitting is gone")
    cancelled = found["cancelled_at"] is not None
    if mail in TO_MEMBERS and (cancelled or not found["called"]):
        raise Outdated("the sitting was cancelled, or the person is not called any more")
    if mail is Mail.SITTING_CANCELLED and not cancelled and found["called"]:
        raise Outdated("the person is called again")
    if mail is Mail.OFFICER_SITTING and (cancelled or found["convened_at"] is not None):
        raise Outdated("the sitting was convened or cancelled")
    titles = await _titles(sitting)
    facts: dict[str, object] = {
        "sitting": sitting,
        "starts": moment(found["starts_at"]),
        "length": found["length"],
        "place": found["place"],
        "room": found["link"],
        "number": found["number"],
        "of_calls": ("de l’appel " if len(titles) == 1 else "des appels ") + _named(titles),
        "second": found["second_of"] is not None,
        "cancelled": cancelled,
        "reason": found["reason"],
    }
    if mail is not Mail.OFFICER_SITTING:
        facts["event"] = event_of(settings, found, titles, queued["email"], over=mail is Mail.SITTING_CANCELLED)
    return facts


async def _titles(sitting: UUID) -> list[str]:
    """Of the calls that a sitting is of."""
    found = {
        line["call"]: line["id"]
        for line in await rows(
            "SELECT DISTINCT ON (e.call) e.call, e.id FROM edition e JOIN sitting s"  # noqa: S608  our words
            f" ON s.id = {{}} AND e.call IN {CALLS} ORDER BY e.call, e.number DESC",
            sitting,
        )
    }
    return [(await edition(found[one])).call.title.fr for one in await calls_of(sitting)]


def _named(titles: Sequence[str]) -> str:
    return listed([f"«{NBSP}{one}{NBSP}»" for one in titles])


def event_of(settings: Settings, sitting: Row, titles: Sequence[str], reader: str, *, over: bool = False) -> Event:
    """A convened sitting in its reader's calendar; `over`: not any more."""
    return Event(
        id=sitting["id"],
        sequence=sitting["sequence"],
        changed_at=sitting["cancelled_at"] or sitting["convened_at"] or sitting["created_at"],
        starts_at=sitting["starts_at"],
        length=sitting["length"],
        summary=f"Comité : {listed(titles)}, séance n°\u00a0{sitting['number']}",
        place=sitting["place"],
        link=sitting["link"],
        page=f"{settings.address}/comite/{sitting['slug']}/seances/{sitting['id']}",
        sender=settings.mail_from,
        reader=reader,
        cancelled=over,
    )
