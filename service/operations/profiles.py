"""What is known of an expert: by themselves, or by the officers of a call where they are one."""

from datetime import datetime
from uuid import UUID

import msgspec

from forms import FieldError
from service.domain import policy
from service.domain.actor import Actor
from service.domain.policy import Action
from service.domain.profiles import MOST_AT_ONCE, Profile, checked
from service.operations.acting import operation
from service.operations.holding import call_named, refuse
from service.operations.persons import locked, record
from service.operations.rechecking import locked_person, recheck_person
from service.problems import Invalid, NotFound, Stale
from service.store.database import execute, rows, value
from service.store.ids import uuid7


class SavedProfile(msgspec.Struct, frozen=True):
    """The version to send with the next save (If-Match)."""

    account: UUID
    version: int


class LimitedExpert(msgspec.Struct, frozen=True):
    """How many proposals of the call the expert gets at most; None: no limit."""

    account: UUID
    call: str
    most: int | None


@operation
async def save_profile(
    actor: Actor, account_id: UUID, content: Profile, version: int, *, now: datetime
) -> SavedProfile:
    """Save a profile whole. Raises NotFound for whoever may not, Stale where it was saved since `version` (0: never),
    Invalid with every fault."""
    await require_known(actor, account_id)
    holding = await locked_person(actor, account_id, now)
    present = await value("SELECT version FROM profile WHERE account = {}", account_id) or 0
    if present != version:
        raise Stale(present)
    plain, errors = checked(content)
    if errors:
        raise Invalid(errors, "Le profil est à corriger.")
    await write_profile(account_id, plain, now)
    await record(account_id, "profile_saved", actor, now, version=version + 1)
    await recheck_person(account_id, holding, now)
    return SavedProfile(account_id, version + 1)


async def write_profile(account: UUID, profile: Profile, now: datetime) -> None:
    """Write a checked profile in the place of what there is. The account is locked."""
    parts = [msgspec.json.encode(one).decode() for one in (profile.keywords, profile.terms(), profile.languages)]
    await execute(
        "INSERT INTO profile (account, headline, biography, keywords, terms, languages, most, search, saved_at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}) ON CONFLICT (account) DO UPDATE SET headline = excluded.headline,"
        " biography = excluded.biography, keywords = excluded.keywords, terms = excluded.terms,"
        " languages = excluded.languages, most = excluded.most, search = excluded.search,"
        " version = profile.version + 1, saved_at = excluded.saved_at",
        *(account, profile.headline, profile.biography, *parts, profile.most, profile.searched(), now),
    )
    await execute("DELETE FROM affiliation WHERE account = {}", account)
    for one in profile.affiliations:
        await execute(
            "INSERT INTO affiliation (id, account, organisation, identifier, since, until)"
            " VALUES ({}, {}, {}, {}, {}, {})",
            *(uuid7(now), account, one.organisation, one.identifier, one.since, one.until),
        )
    await execute("DELETE FROM absence WHERE account = {}", account)
    for absence in profile.absences:
        await execute(
            "INSERT INTO absence (id, account, starts, ends) VALUES ({}, {}, {}, {})",
            *(uuid7(now), account, absence.starts, absence.ends),
        )


@operation
async def limit_expert(actor: Actor, slug: str, account_id: UUID, most: int | None, *, now: datetime) -> LimitedExpert:
    """Say how many proposals of a call an expert gets at most; None: as many as need them. What they hold already
    stays. Raises NotFound for whoever is no expert of the call, Invalid below zero."""
    call = await call_named(slug)
    refuse(policy.why_not_on_call(actor, Action.EXPERT_MANAGE, call["id"]))
    if most is not None and not 0 <= most <= MOST_AT_ONCE:
        said = f"Indiquez un nombre de 0 à {MOST_AT_ONCE}, ou rien."
        raise Invalid([FieldError("most", "out_of_range", said, f"0 to {MOST_AT_ONCE}, or nothing.")])
    await locked(account_id)
    changed = await rows(
        "UPDATE role SET most = {} WHERE account = {} AND call = {} AND role = 'expert' RETURNING id",
        *(most, account_id, call["id"]),
    )
    if not changed:
        raise NotFound("Cette personne n’est pas évaluatrice de cet appel.")
    await record(account_id, "expert_limited", actor, now, call=call["id"], most=most)
    return LimitedExpert(account_id, slug, most)


async def require_known(actor: Actor, account_id: UUID) -> None:
    """Raise NotFound unless the profile is one's own, or of an expert of a call that one runs."""
    if actor.process or actor.account == account_id:
        return
    for line in await rows("SELECT call FROM role WHERE account = {} AND role = 'expert'", account_id):
        if policy.why_not_on_call(actor, Action.EXPERT_MANAGE, line["call"]) is None:
            return
    raise NotFound
