"""Profiles as they are kept."""

from collections.abc import Collection
from uuid import UUID

import msgspec

from service.domain.profiles import Absence, Affiliation, Profile
from service.store.database import rows


async def profiles_of(accounts: Collection[UUID]) -> dict[UUID, tuple[Profile, int]]:
    """The profile of each of these accounts that has one, and its version."""
    ids = list(accounts)
    affiliations: dict[UUID, list[Affiliation]] = {}
    for line in await rows(
        "SELECT account, organisation, identifier, since, until FROM affiliation WHERE account = ANY({})"
        " ORDER BY until DESC NULLS FIRST, since DESC NULLS LAST, organisation",
        ids,
    ):
        affiliations.setdefault(line.pop("account"), []).append(Affiliation(**line))
    absences: dict[UUID, list[Absence]] = {}
    for line in await rows(
        "SELECT account, starts, ends FROM absence WHERE account = ANY({}) ORDER BY starts, ends", ids
    ):
        absences.setdefault(line.pop("account"), []).append(Absence(**line))
    found = await rows(
        "SELECT account, headline, biography, keywords, languages, most, version FROM profile WHERE account = ANY({})",
        ids,
    )
    return {
        line["account"]: (
            Profile(
                headline=line["headline"],
                biography=line["biography"],
                keywords=msgspec.json.decode(line["keywords"], type=tuple[str, ...]),
                languages=msgspec.json.decode(line["languages"], type=tuple[str, ...]),
                most=line["most"],
                affiliations=tuple(affiliations.get(line["account"], ())),
                absences=tuple(absences.get(line["account"], ())),
            ),
            line["version"],
        )
        for line in found
    }
