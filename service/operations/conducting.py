"""A sitting while it lasts: who is there, what it is about now, notes, its end."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from forms import FieldError
from service.domain.actor import Actor
from service.domain.policy import Action
from service.domain.sitting import Presence, Standing, for_call, mark, presence_faults, standing
from service.operations.acting import operation
from service.operations.calling import HeldSitting, held_sitting
from service.operations.sittings import KeptSitting
from service.operations.wording import whole
from service.problems import Conflict, Invalid, NotFound, Stale
from service.store import sittings
from service.store.database import Row, execute, row, rows, value

LONGEST_NOTES = 20_000
FAULTS = {
    "no_video": "Le règlement de cet appel ne permet pas de siéger à distance.",
    "no_proxy": "Cette personne ne peut pas donner de mandat.",
    "holder_not_there": "Le mandat est donné à un membre présent ou à distance.",
    "too_many_proxies": "Ce membre détient déjà autant de mandats que le règlement le permet.",
}


class There(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How somebody is there: in the room, by video, represented by `holder`, absent, or ("") not known. `based_on`: how
    they were known to be when this was noted, the same words, or `proxy-` and the id of who held their proxy."""

    account: UUID
    presence: Presence
    holder: UUID | None = None
    based_on: str = ""

    @property
    def mark(self) -> str:
        """The same in one word."""
        return mark(self.presence, self.holder)


class Attendance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is there. Whoever is not named stays as they were."""

    members: tuple[There, ...]


class Point(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The number of the item that is examined now; None: none is."""

    number: int | None


class OfItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A proposal of the agenda."""

    proposal: UUID


class Notes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Notes on an item, or (None) on the sitting as a whole, for the minutes; based on that `version` of them (0: none
    yet)."""

    proposal: UUID | None
    text: str
    version: int


@operation
async def begin_sitting(actor: Actor, sitting_id: UUID, *, now: datetime) -> KeptSitting:
    """It begins. Repeating it changes nothing. Raises NotFound, Forbidden; Conflict unless it was convened."""
    sitting = await held_sitting(actor, sitting_id, Action.SITTING_LEAD, now)
    if sitting.line["opened_at"] is not None:
        return sitting.kept(KeptSitting)
    sitting.require_ahead()
    if not sitting.convened:
        raise Conflict("Cette séance n’est pas convoquée.", code="not_convened")
    await sitting.change(quiet=True, opened_at=now)
    await sitting.append("sitting_begun")
    return sitting.kept(KeptSitting)


@operation
async def keep_attendance(actor: Actor, sitting_id: UUID, content: Attendance, *, now: datetime) -> KeptSitting:
    """Who is there by now, and who represents whom; a line that says what it is based on changes nothing. Raises
    Invalid for what the rules of procedure do not allow; Conflict where somebody else has noted otherwise since."""
    sitting = await _convened(actor, sitting_id, now)
    called = {one.id: one for one in await sittings.called(sitting_id)}
    members = {one.id: one for one in sittings.as_members(called.values())}
    changed = _changed(content, called)
    for said in changed:
        holder = said.holder if said.presence == "proxy" else None
        members[said.account] = replace(members[said.account], presence=said.presence, holder=holder)
    faults = presence_faults(sitting.rules, members.values())
    if faults:
        raise Invalid([FieldError(f"members/{who}", code, FAULTS[code], code) for who, code in faults])
    if not changed:
        return sitting.kept(KeptSitting)
    for one in (members[said.account] for said in changed):
        await execute(
            "UPDATE sitting_member SET presence = {}, holder = {} WHERE sitting = {} AND account = {}",
            *(one.presence, one.holder, sitting_id, one.id),
        )
    await sitting.change(quiet=True)
    told = [{"account": one.id, "presence": one.presence, "holder": one.holder} for one in members.values()]
    await sitting.append("attendance_kept", members=told)
    return sitting.kept(KeptSitting)


def _changed(content: Attendance, called: Mapping[UUID, sittings.Called]) -> list[There]:
    """The lines that change something. Raises NotFound, Conflict."""
    wanted, clashes = [], []
    for said in content.members:
        known = called.get(said.account)
        if known is None:
            raise NotFound("Cette personne n’est pas convoquée à la séance.")
        now = mark(known.presence, known.holder_id)
        if said.mark in (said.based_on, now):
            continue
        wanted.append(said)
        if now != said.based_on:
            clashes.append(known.name)
    if clashes:
        raise Conflict(
            f"Quelqu’un d’autre a noté entre-temps la présence de {', '.join(clashes)}. Rien n’est enregistré :"
            " vérifiez vos choix, qui sont encore là, et enregistrez à nouveau.",
            code="attendance_changed",
        )
    return wanted


@operation
async def go_to_item(actor: Actor, sitting_id: UUID, content: Point, *, now: datetime) -> KeptSitting:
    """Everybody's screen shows this item; whoever is recused is told to leave."""
    sitting = await begun(actor, sitting_id, now)
    known = await value(
        "SELECT proposal FROM sitting_item WHERE sitting = {} AND rank = {}", sitting_id, content.number
    )
    if content.number is not None and known is None:
        raise NotFound("Ce point n’est pas à l’ordre du jour.")
    await require_no_vote(sitting)
    await sitting.change(quiet=True, current=content.number)
    await sitting.append("item_begun", number=content.number, proposal=known)
    return sitting.kept(KeptSitting)


@operation
async def postpone_item(actor: Actor, sitting_id: UUID, content: OfItem, *, now: datetime) -> KeptSitting:
    """The committee gives no opinion today: the proposal waits for another sitting; where the quorum lacks, for a
    second one that needs none."""
    sitting = await begun(actor, sitting_id, now)
    await require_no_vote(sitting)
    [line] = await items_on(sitting, (content.proposal,))
    if line["opinion"] not in ("", "postponed"):
        raise Conflict("Le comité a déjà donné son avis sur cette candidature.", code="opinion_given")
    stands = await standings(sitting, (content.proposal,))
    await execute(
        "UPDATE sitting_item i SET opinion = 'postponed', given_at = {}, visit = p.visit, lacked = {}"
        " FROM proposal p WHERE i.sitting = {} AND i.proposal = {} AND p.id = i.proposal",
        *(now, not stands[content.proposal].met, sitting_id, content.proposal),
    )
    await sitting.change(quiet=True)
    await sitting.append("item_postponed", proposal=content.proposal)
    return sitting.kept(KeptSitting)


@operation
async def keep_notes(actor: Actor, sitting_id: UUID, content: Notes, *, now: datetime) -> KeptSitting:
    """Notes for the minutes, by whoever leads the sitting, until they are approved. Stale where they have changed since
    that version."""
    sitting = await held_sitting(actor, sitting_id, Action.SITTING_LEAD, now)
    if sitting.line["opened_at"] is None or sitting.line["approved_at"] is not None:
        raise Conflict("La séance n’a pas commencé, ou son procès-verbal est approuvé.", code="no_notes")
    about = content.proposal
    [line] = [sitting.line] if about is None else await items_on(sitting, (about,))
    text = whole("text", content.text, LONGEST_NOTES)
    if line["notes_version"] != content.version:
        raise Stale(line["notes_version"])
    if about is None:
        await sitting.change(quiet=True, notes=text, notes_version=content.version + 1)
    else:
        await execute(
            "UPDATE sitting_item SET notes = {}, notes_version = notes_version + 1"
            " WHERE sitting = {} AND proposal = {}",
            *(text, sitting_id, about),
        )
        await sitting.change(quiet=True)
    await sitting.append("notes_kept", **({} if about is None else {"proposal": about}), digest=sitting.digest(text))
    return sitting.kept(KeptSitting)


@operation
async def close_sitting(actor: Actor, sitting_id: UUID, *, now: datetime) -> KeptSitting:
    """It is over: what has no opinion waits for another one, and who was there and who was recused is kept for the
    minutes. Repeating it changes nothing."""
    sitting = await held_sitting(actor, sitting_id, Action.SITTING_LEAD, now)
    if sitting.line["closed_at"] is not None:
        return sitting.kept(KeptSitting)
    require_begun(sitting)
    await require_no_vote(sitting)
    await _settle(sitting)
    await sitting.change(quiet=True, closed_at=now, current=None)
    given = await rows(
        "SELECT proposal, opinion, outcome FROM sitting_item WHERE sitting = {} AND rank IS NOT NULL ORDER BY rank",
        sitting_id,
    )
    await sitting.append("sitting_closed", opinions=given)
    return sitting.kept(KeptSitting)


async def _settle(sitting: HeldSitting) -> None:
    """Keep how it ended: who sat in it, who was recused from each item, what was left for want of quorum."""
    await execute(
        "UPDATE sitting_member m SET gone = true FROM sitting s"  # noqa: S608  our words
        f" WHERE m.sitting = {{}} AND s.id = m.sitting AND NOT {sittings.SITS}",
        sitting.id,
    )
    if len(sitting.calls) > 1:
        await execute(
            "UPDATE sitting_member m SET sat = "  # noqa: S608  our words
            f"{sittings.SAT} FROM sitting s WHERE m.sitting = {{}} AND s.id = m.sitting",
            sitting.id,
        )
    left = await rows("SELECT proposal, opinion FROM sitting_item WHERE sitting = {} AND rank IS NOT NULL", sitting.id)
    items = tuple(line["proposal"] for line in left)
    stands = await standings(sitting, items)
    recused = await sittings.recused_of(items, [one for one in await sittings.members(sitting.id) if one.votes])
    told = [
        {
            "proposal": line["proposal"],
            "away": sorted(recused.get(line["proposal"], ())),
            "lacked": not line["opinion"] and not stands[line["proposal"]].met,
        }
        for line in left
    ]
    await execute(
        "UPDATE sitting_item i SET visit = coalesce(i.visit, p.visit), away = n.away, lacked = i.lacked OR n.lacked"
        " FROM jsonb_to_recordset({}::jsonb) AS n (proposal uuid, away jsonb, lacked boolean)"
        " JOIN proposal p ON p.id = n.proposal WHERE i.sitting = {} AND i.proposal = n.proposal",
        *(msgspec.json.encode(told).decode(), sitting.id),
    )


async def standings(sitting: HeldSitting, items: tuple[UUID, ...]) -> dict[UUID, Standing]:
    """How each of these items stands, by who is there now of the committee of its call."""
    members, calls = await sittings.members(sitting.id), await sittings.call_of(items)
    recused = await sittings.recused_of(items, members)
    second = sitting.line["second_of"] is not None
    return {
        one: standing(sitting.rules, for_call(members, calls[one]), recused.get(one, frozenset()), second=second)
        for one in items
    }


async def _convened(actor: Actor, sitting_id: UUID, now: datetime) -> HeldSitting:
    sitting = await held_sitting(actor, sitting_id, Action.SITTING_LEAD, now)
    if not sitting.convened or sitting.line["cancelled_at"] is not None or sitting.line["closed_at"] is not None:
        raise Conflict("Cette séance n’est pas convoquée, ou elle est terminée.", code="not_convened")
    return sitting


async def begun(actor: Actor, sitting_id: UUID, now: datetime) -> HeldSitting:
    """A sitting under way, held for whoever leads it. Raises NotFound, Forbidden, Conflict."""
    sitting = await held_sitting(actor, sitting_id, Action.SITTING_LEAD, now)
    require_begun(sitting)
    return sitting


def require_begun(sitting: HeldSitting) -> None:
    """Raise Conflict unless it is under way."""
    if sitting.line["opened_at"] is None or sitting.line["closed_at"] is not None:
        raise Conflict("Cette séance n’est pas en cours.", code="not_begun")


async def require_no_vote(sitting: HeldSitting) -> None:
    """Raise Conflict while a vote is open."""
    found = await row("SELECT FROM vote WHERE sitting = {} AND closed_at IS NULL AND annulled_at IS NULL", sitting.id)
    if found is not None:
        raise Conflict("Un scrutin est ouvert : commencez par le clore ou l’annuler.", code="vote_open")


async def require_unconcerned(actor: Actor, proposals: Collection[UUID]) -> None:
    """Whoever has an interest in one of these proposals leads nothing of its examination (R133-12). Raises NotFound."""
    if await sittings.recusals(proposals, [actor.person]):
        raise NotFound("Vous ne prenez pas part à l’examen de cette candidature : un autre membre le conduit.")


async def items_on(sitting: HeldSitting, wanted: tuple[UUID, ...]) -> list[Row]:
    """These items; `waits`: before the committee still; `elsewhere`: another sitting gave its opinion. Raises NotFound
    for one that is none, or named twice, and for whoever leads the sitting but is recused from one."""
    await require_unconcerned(sitting.actor, wanted)
    found = await rows(
        "SELECT n.*, p.call, p.round, p.phase = 'committee' AS waits, EXISTS (SELECT FROM sitting_item i"  # noqa: S608
        f"  WHERE i.proposal = p.id AND i.sitting <> n.sitting AND {sittings.OPINION}) AS elsewhere"
        " FROM sitting_item n JOIN proposal p ON p.id = n.proposal"
        " WHERE n.sitting = {} AND n.rank IS NOT NULL AND n.proposal = ANY({}) ORDER BY n.rank",
        *(sitting.id, list(wanted)),
    )
    if not wanted or len(found) != len(wanted):
        raise NotFound("Cette candidature n’est pas à l’ordre du jour.")
    return found
