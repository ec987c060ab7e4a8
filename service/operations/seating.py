"""Who is called to a sitting, when and where: what is said of it, checked."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from forms import FieldError
from service.domain.sitting import OPEN_TO, Capacity
from service.problems import Invalid
from service.store.database import rows

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
    chair and the committee of the call, its officers as secretaries. `second_of`, of a new one: the sitting that lacked
    its quorum, convened again with what is left of its agenda. `urgency`, of one that is convened already: why it is
    moved, or somebody called to it, with a shorter notice than the rules of procedure have it."""

    starts_at: datetime
    length: int = 180
    place: str = ""
    link: str = ""
    members: tuple[Seat, ...] = ()
    second_of: UUID | None = None
    urgency: str = ""


async def committee(call: UUID) -> tuple[Seat, ...]:
    """Who is called where nobody says otherwise: one of those who chair, in the chair; officers as secretaries."""
    found = await rows(
        "SELECT a.id, array_agg(r.role) AS roles FROM role r JOIN account a ON a.id = r.account"
        " AND a.disabled_at IS NULL WHERE r.call = {} AND r.role IN ('chair', 'committee', 'officer')"
        " GROUP BY a.id ORDER BY min(r.granted_at), a.id",
        call,
    )
    seats: list[Seat] = []
    for line in found:
        roles, seated = set(line["roles"]), {one.capacity for one in seats}
        if "chair" in roles:
            seats.append(Seat(line["id"], "member" if "chair" in seated else "chair"))
        else:
            seats.append(Seat(line["id"], "member" if "committee" in roles else "secretary"))
    return tuple(seats)


async def checked(call: UUID, content: SittingContent, now: datetime) -> SittingContent:
    """The same, with the committee where nobody is named. Raises Invalid."""
    seats = content.members or await committee(call)
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
    errors += await _seat_faults(call, seats)
    if errors:
        raise Invalid(errors, "La séance est à corriger.")
    return msgspec.structs.replace(content, place=place, link=link, members=seats)


async def _seat_faults(call: UUID, seats: tuple[Seat, ...]) -> list[FieldError]:
    held: dict[UUID, set[str]] = {}
    for line in await rows(
        "SELECT r.account, r.role FROM role r JOIN account a ON a.id = r.account AND a.disabled_at IS NULL"
        " WHERE r.call = {} AND r.account = ANY({})",
        *(call, [one.account for one in seats]),
    ):
        held.setdefault(line["account"], set()).add(line["role"])
    if len({one.account for one in seats}) < len(seats) or len(seats) > MOST:
        said = f"Chaque personne est convoquée une seule fois, et {MOST} au plus le sont."
        return [FieldError("members", "twice", said, f"Everybody once, {MOST} at most.")]
    if sum(one.capacity == "chair" for one in seats) > 1:
        return [FieldError("members", "chairs", "Une seule personne préside la séance.", "One chair.")]
    wrong = [one for one in seats if not held.get(one.account, set()) & {role.value for role in OPEN_TO[one.capacity]}]
    if wrong:
        said = (
            "Une personne n’a pas, dans cet appel, le rôle que demande sa qualité : présidence, comité ou instruction."
        )
        return [FieldError("members", "not_their_role", said, "A capacity that their role in the call does not allow.")]
    return []


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
