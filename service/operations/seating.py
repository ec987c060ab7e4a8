"""Who is called to a sitting, of which calls, when and where: what is said of it, checked."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from forms import FieldError
from service.domain.sitting import OPEN_TO, Capacity
from service.problems import Invalid
from service.store.database import execute, rows

SHORTEST, LONGEST = 15, 720  # minutes
LONGEST_PLACE, LONGEST_LINK = 300, 500
MOST = 100  # members
FURTHEST = timedelta(days=50 * 366)


class Seat(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who is called, and in which capacity: chair, member, secretary, observer."""

    account: UUID
    capacity: Capacity


class SittingContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When it begins, its length in minutes, the place or the video link, and who is called; `members` empty: the
    chair and the committee of the call, its officers as secretaries. `further`: slugs of other calls whose proposals
    are on the same agenda, in their order; None: none, or, of a sitting that there is already, those that it has; once
    it is convened they stay. `second_of`, of a new one: the sitting that lacked its quorum,
    convened again with what is left of its agenda. `urgency`, of one that is convened already: why it is moved, or
    somebody called to it, with a shorter notice than the rules of procedure have it."""

    starts_at: datetime
    length: int = 180
    place: str = ""
    link: str = ""
    members: tuple[Seat, ...] = ()
    second_of: UUID | None = None
    urgency: str = ""
    further: tuple[str, ...] | None = None


async def committee(calls: Sequence[UUID]) -> tuple[Seat, ...]:
    """Who is called where nobody says otherwise, for one call or several: one of those who chair each of them, in the
    chair; officers as secretaries."""
    found = await rows(
        "SELECT a.id, array_agg(r.role) AS roles, count(*) FILTER (WHERE r.role = 'chair') AS chairs"
        " FROM role r JOIN account a ON a.id = r.account"
        " AND a.disabled_at IS NULL WHERE r.call = ANY({}) AND r.role IN ('chair', 'committee', 'officer')"
        " GROUP BY a.id ORDER BY min(r.granted_at), a.id",
        list(calls),
    )
    seats: list[Seat] = []
    for line in found:
        if line["chairs"] == len(calls) and not any(one.capacity == "chair" for one in seats):
            seats.append(Seat(line["id"], "chair"))
        else:
            seats.append(Seat(line["id"], "member" if {"chair", "committee"} & set(line["roles"]) else "secretary"))
    return tuple(seats)


async def checked(calls: Sequence[UUID], content: SittingContent, now: datetime) -> SittingContent:
    """The same, with the committee of its calls where nobody is named. Raises Invalid."""
    seats = content.members or await committee(calls)
    place, link = " ".join(content.place.split()), content.link.strip()
    errors = []
    if content.starts_at.tzinfo is None or not now < content.starts_at < now + FURTHEST:
        errors.append(FieldError("starts_at", "past", "Donnez une date et une heure à venir.", "A time to come."))
    if not SHORTEST <= content.length <= LONGEST:
        said = f"La durée est de {SHORTEST} à {LONGEST} minutes."
        errors.append(FieldError("length", "length", said, f"{SHORTEST} to {LONGEST} minutes."))
    if len(place) > LONGEST_PLACE:
        said = f"Indiquez le lieu en {LONGEST_PLACE} caractères au plus."
        errors.append(FieldError("place", "too_long", said, f"At most {LONGEST_PLACE} characters."))
    if link and (urlsplit(link).scheme != "https" or not urlsplit(link).netloc or len(link) > LONGEST_LINK):
        said = "Donnez une adresse qui commence par https://."
        errors.append(FieldError("link", "bad_link", said, "An address that begins with https://."))
    errors += await _seat_faults(calls, seats)
    if errors:
        raise Invalid(errors, "La séance est à corriger.")
    return msgspec.structs.replace(content, place=place, link=link, members=seats)


async def _seat_faults(calls: Sequence[UUID], seats: tuple[Seat, ...]) -> list[FieldError]:
    held: dict[UUID, dict[str, int]] = {}
    for line in await rows(
        "SELECT r.account, r.role, count(*) AS calls FROM role r JOIN account a ON a.id = r.account"
        " AND a.disabled_at IS NULL WHERE r.call = ANY({}) AND r.account = ANY({}) GROUP BY 1, 2",
        *(list(calls), [one.account for one in seats]),
    ):
        held.setdefault(line["account"], {})[line["role"]] = line["calls"]
    if len({one.account for one in seats}) < len(seats) or len(seats) > MOST:
        said = f"Chaque personne est convoquée une seule fois, et {MOST} au plus le sont."
        return [FieldError("members", "twice", said, f"Everybody once, {MOST} at most.")]
    if sum(one.capacity == "chair" for one in seats) > 1:
        return [FieldError("members", "chairs", "Une seule personne préside la séance.", "One chair.")]
    wrong = [one for one in seats if not _may_sit(held.get(one.account, {}), one.capacity, len(calls))]
    if any(one.capacity == "chair" and "chair" in held.get(one.account, {}) for one in wrong):
        said = "La personne qui préside une séance commune doit présider le comité de chacun de ses appels."
        return [FieldError("members", "chair_of_all", said, "Who is in the chair chairs the committee of every call.")]
    if wrong:
        said = (
            "Une personne n’a pas, dans cet appel, le rôle que demande sa qualité : présidence, comité ou instruction."
        )
        return [FieldError("members", "not_their_role", said, "A capacity that their role in the call does not allow.")]
    return []


def _may_sit(held: Mapping[str, int], capacity: Capacity, calls: int) -> bool:
    """Whether somebody has a role for this capacity: in each of the calls to be in the chair, else in one of them.
    `held`: in how many calls they have each role."""
    return any(held.get(role.value, 0) >= (calls if capacity == "chair" else 1) for role in OPEN_TO[capacity])


def require_convenable(content: SittingContent) -> None:
    """There is somebody in the chair, and somewhere to come to."""
    errors = []
    if not any(one.capacity == "chair" for one in content.members):
        errors.append(FieldError("members", "no_chair", "Désignez qui préside la séance.", "Say who is in the chair."))
    if not (content.place or content.link):
        said = "Indiquez le lieu de la séance, ou l’adresse de la visioconférence."
        errors.append(FieldError("place", "nowhere", said, "A place or a link."))
    if errors:
        raise Invalid(errors, "La séance ne peut pas encore être convoquée.")


async def seat(sitting: UUID, seats: tuple[Seat, ...]) -> None:
    """Call these and nobody else. Whoever stays in the same capacity stays there as they were said to be, unless who
    represents them does not."""
    called = [one.account for one in seats]
    await execute("DELETE FROM sitting_member WHERE sitting = {} AND account <> ALL({})", sitting, called)
    # Nobody is in the chair in between: there is one at most.
    staying = await rows(
        "UPDATE sitting_member m SET presence = '', holder = NULL, capacity = 'observer'"
        " FROM unnest({}::uuid[], {}::text[]) AS s (account, capacity)"
        " WHERE m.sitting = {} AND m.account = s.account AND m.capacity <> s.capacity RETURNING m.account",
        *(called, [one.capacity for one in seats], sitting),
    )
    changed = {line["account"] for line in staying}
    await execute(
        "UPDATE sitting_member SET presence = '', holder = NULL WHERE sitting = {} AND holder <> ALL({})",
        *(sitting, [one for one in called if one not in changed]),
    )
    await execute(
        "INSERT INTO sitting_member (sitting, account, capacity) SELECT {}, s.account, s.capacity"
        " FROM unnest({}::uuid[], {}::text[]) AS s (account, capacity)"
        " ON CONFLICT (sitting, account) DO UPDATE SET capacity = excluded.capacity",
        *(sitting, called, [one.capacity for one in seats]),
    )
