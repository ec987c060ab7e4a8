"""The urn of a secret vote while it is open: how many of each, sealed; in the transaction of whoever asks."""

from uuid import UUID

from service.domain.sitting import CHOICES, Choice
from service.identity.urns import UnreadableError, seal, unseal
from service.problems import Conflict
from service.store.database import execute, row


async def begin(vote: UUID) -> None:
    """An empty one."""
    await execute("INSERT INTO urn (vote, sealed) VALUES ({}, {})", vote, seal(vote, (0, 0, 0)))


async def count(vote: UUID, choice: Choice) -> None:
    """One vote more, sealed anew whole: two states of the row do not tell which. The caller holds the vote's lock."""
    known = await counts(vote)
    votes_for, against, abstained = (known[one] + (one == choice) for one in CHOICES)
    await execute(
        "UPDATE urn SET sealed = {}, votes_for = 0, against = 0, abstained = 0 WHERE vote = {}",
        *(seal(vote, (votes_for, against, abstained)), vote),
    )


async def counts(vote: UUID) -> dict[str, int]:
    """How many of each. Raises Conflict where the installation's secret is another one by now."""
    line = await row("SELECT votes_for, against, abstained, sealed FROM urn WHERE vote = {}", vote)
    assert line is not None  # noqa: S101  it begins and ends with its vote
    plain = (line["votes_for"], line["against"], line["abstained"])  # counted before counts were sealed
    try:
        sealed = unseal(vote, bytes(line["sealed"])) if line["sealed"] else (0, 0, 0)
    except UnreadableError as error:
        raise Conflict(
            "Les voix exprimées ne sont plus lisibles : le secret du service a changé. Annulez ce scrutin et"
            " recommencez-le.",
            code="urn_unreadable",
        ) from error
    return {choice: before + since for choice, before, since in zip(CHOICES, plain, sealed, strict=True)}
