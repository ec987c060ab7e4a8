"""Erasing a person (GDPR, article 17): what nothing obliges to keep goes now, the rest with its file."""

from datetime import datetime
from typing import NoReturn
from uuid import UUID

import msgspec

from forms import FieldError
from service.domain import naming
from service.domain.actor import Actor
from service.domain.conflicts import Rule
from service.domain.retention import KeptFile
from service.identity import passwords, throttling
from service.notify.mails import Mail
from service.operations.acting import operation
from service.operations.disposing import dispose, doom_uploads, forget_name
from service.operations.holding import held
from service.operations.persons import locked, signed_in
from service.operations.telling import tell_owner
from service.problems import Conflict, Invalid, NotFound
from service.store import journal
from service.store.database import execute, rows, transaction, value
from service.store.due import kept_files

_OPENING = ("session", "ticket", "identity")


class Erased(msgspec.Struct, frozen=True):
    """What became of a person's data: drafts deleted, files kept and until when, reviews that keep the name."""

    account: UUID
    drafts: int
    kept: tuple[KeptFile, ...]
    reviews: int


async def erase_own(actor: Actor, password: str, *, now: datetime) -> Erased:
    """The same by the person, who shows that the session is theirs by their password. Raises Invalid, TooMany too."""
    account = signed_in(actor)
    await throttling.count({throttling.key("erase", str(account)): throttling.PERSON}, now)
    if not await passwords.matches(await value("SELECT password_hash FROM account WHERE id = {}", account), password):
        wrong = "Le mot de passe n’est pas celui-ci."
        raise Invalid([FieldError("password", "wrong_password", wrong, "This is not your password.")])
    return await erase_person(actor, account, now=now)


@operation
async def erase_person(actor: Actor, account_id: UUID, *, now: datetime) -> Erased:
    """Close an account for good and erase what nothing obliges to keep. Repeating it changes nothing.

    For the person, or whoever runs the service. Raises NotFound; Conflict while a proposal of theirs is being examined,
    a draft is shared, a review is awaited or they hold a role.
    """
    return await _erase(actor, account_id, now)


class _TakenBack(Exception):  # noqa: N818  no error
    def __init__(self, erased: Erased) -> None:
        self.erased = erased


async def foresee_erasure(actor: Actor, account_id: UUID, *, now: datetime) -> Erased:
    """What erasing would do, told without doing it, and refused alike: it is done, and taken back."""

    async def erased() -> NoReturn:
        raise _TakenBack(await _erase(actor, account_id, now))

    try:
        async with transaction():
            await erased()
    except _TakenBack as foreseen:
        return foreseen.erased


async def _erase(actor: Actor, account_id: UUID, now: datetime) -> Erased:
    if not (actor.process or actor.account == account_id):
        raise NotFound
    found = await rows(
        "SELECT id, owner, reference, status, edition, stage_kind FROM proposal WHERE owner = {} OR id IN"
        " (SELECT proposal FROM collaborator WHERE account = {}) ORDER BY id FOR UPDATE",
        *(account_id, account_id),
    )
    own = [proposal for proposal in found if proposal["owner"] == account_id]
    line = await locked(account_id)
    # Proposals are locked before accounts, so one may have been opened between the two and is not locked.
    if await value("SELECT count(*) FROM proposal WHERE owner = {}", account_id) != len(own):
        raise Conflict(
            "Une candidature vient d’être ouverte ou transmise : renouvelez votre demande.", code="just_opened"
        )
    if line["email"]:
        await _require_erasable(actor, account_id, own)
    drafts = [proposal["id"] for proposal in own if proposal["status"] == "draft"]
    for draft in drafts:
        await dispose(draft, now)
    if line["email"]:
        await _leave(actor, account_id, now)
        await _close(account_id, line["email"], now)
    kept = await kept_files(account_id)
    reviews: int = await value("SELECT count(*) FROM assignment WHERE expert = {} AND review IS NOT NULL", account_id)
    if line["email"] or drafts:
        said = {"account": account_id, "drafts": drafts, "kept": [file.reference for file in kept], "reviews": reviews}
        await journal.append("system", "person_erased", actor, now, said)
    return Erased(account_id, len(drafts), kept, reviews)


async def _require_erasable(actor: Actor, account: UUID, own: list[dict[str, object]]) -> None:
    examined = [str(line["reference"]) for line in own if line["stage_kind"] != ""]
    if examined:
        raise Conflict(
            f"Une candidature est en cours d’examen ({', '.join(examined)}) : retirez-la, ou attendez la décision,"
            " puis renouvelez votre demande.",
            code="being_examined",
        )
    shared = await value(
        "SELECT count(*) FROM collaborator k JOIN proposal p ON p.id = k.proposal"
        " WHERE p.owner = {} AND p.status = 'draft'",
        account,
    )
    if shared:
        raise Conflict(
            "D’autres personnes écrivent sur un de vos brouillons : cédez-le à l’une d’elles, ou mettez fin à leur"
            " accès, puis renouvelez votre demande.",
            code="shared_draft",
        )
    awaited = await value(
        "SELECT count(*) FROM assignment WHERE expert = {} AND status IN ('invited', 'accepted')", account
    )
    if awaited:
        raise Conflict(
            "Une évaluation vous est confiée : rendez-la ou déclinez-la, puis renouvelez votre demande.",
            code="review_awaited",
        )
    if not actor.process and await value("SELECT count(*) FROM role WHERE account = {}", account):
        raise Conflict(
            "Ce compte a un rôle dans l’instruction : demandez d’abord à l’administration du service de le retirer.",
            code="role_held",
        )


async def _leave(actor: Actor, account: UUID, now: datetime) -> None:
    """End the person's part in what others own, in the journal of each."""
    joined = await rows("DELETE FROM collaborator WHERE account = {} RETURNING proposal", account)
    for proposal in sorted(line["proposal"] for line in joined):
        left = await held(actor, proposal, now)
        await left.append("collaborator_left", account=account)
        await tell_owner(left, Mail.SHARE_LEFT, f"left-{left.line['last_seq']}")


async def _close(account: UUID, email: str, now: datetime) -> None:
    await doom_uploads(account, now)
    for table in (*_OPENING, "role", "profile", "affiliation", "absence", "team_member", "silence", "interest", "tie"):
        await execute(f"DELETE FROM {table} WHERE account = {{}}", account)  # noqa: S608  our names
    await execute("DELETE FROM mark WHERE expert = {}", account)
    await execute("DELETE FROM bid WHERE expert = {}", account)
    await execute("DELETE FROM share WHERE inviter = {} OR email = {}", account, email)
    await execute("DELETE FROM outbox WHERE account = {} OR email = {}", account, email)
    await execute(
        "UPDATE inquiry SET text = '', reason = '', salt = ''::bytea,"
        " closed_at = CASE state WHEN 'waiting' THEN {} ELSE closed_at END,"
        " state = CASE state WHEN 'waiting' THEN 'declined' ELSE state END WHERE asker = {}",
        *(now, account),
    )
    await execute("UPDATE suggestion SET name = '', email = '' WHERE email = {}", email)
    await execute(  # the place of a line stays: it is counted
        "UPDATE roster SET lines = (SELECT jsonb_agg(CASE WHEN line ->> 'email' = {} THEN 'null' ELSE line END"
        " ORDER BY place) FROM jsonb_array_elements(lines) WITH ORDINALITY AS l (line, place))"
        " WHERE lines @> jsonb_build_array(jsonb_build_object('email', {}::text))",
        *(email, email),
    )
    await _forget_conflicts(account, email)
    await execute("DELETE FROM idempotency WHERE scope = {} AND result IS NOT NULL", str(account))
    await execute(
        "UPDATE account SET email = '', organisation = '', password_hash = NULL, salt = ''::bytea,"
        " disabled_at = coalesce(disabled_at, {}) WHERE id = {}",
        *(now, account),
    )
    await forget_name(account)


async def _forget_conflicts(account: UUID, email: str) -> None:
    """What was found of the person stays, without what it rested on: neither words nor keys of theirs are left."""
    await execute(
        "UPDATE conflict SET reason = '', dismissal = '', value = CASE rule WHEN {} THEN value ELSE id::text END"
        " WHERE expert = {}",
        *(Rule.APPLICANT.value, account),
    )
    name = naming.person(await value("SELECT name FROM account WHERE id = {}", account))
    await execute(
        "DELETE FROM trace WHERE (kind = 'email' AND value = {}) OR (kind = 'person' AND value = {} AND field = '')",
        *(email, name),
    )
