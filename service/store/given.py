"""What people gave to a proposal so far: what a move to another edition has to fit."""

from uuid import UUID

import msgspec

from forms import FileFact
from service.domain.migration import Given
from service.store.database import row, rows
from service.store.decided import STANDING


async def given_to(proposal_id: UUID) -> Given:
    """The working answers and files of the form; of this round the submitted reviews, the synthesis, the decision."""
    answers = await rows("SELECT field, value FROM answer WHERE proposal = {} ORDER BY field", proposal_id)
    files: dict[str, list[FileFact]] = {}
    for line in await rows(
        "SELECT id, field, name, size, media_type FROM attachment"
        " WHERE proposal = {} AND removed_at IS NULL AND field NOT LIKE '@%' ORDER BY rank, added_at, id",
        proposal_id,
    ):
        fact = FileFact(str(line["id"]), line["name"], line["size"], line["media_type"])
        files.setdefault(line["field"], []).append(fact)
    reviews = await rows(
        "SELECT r.scores, r.comments FROM review r JOIN assignment a ON a.id = r.assignment"
        " JOIN proposal p ON p.id = r.proposal AND p.round = a.round"
        " WHERE r.proposal = {} AND a.status = 'done' ORDER BY a.rank",
        proposal_id,
    )
    said = await row(
        "SELECT p.round, p.part, s.recommendation AS recommended, d.outcome AS decided FROM proposal p"  # noqa: S608  our names
        " LEFT JOIN synthesis s ON s.proposal = p.id AND s.round = p.round"
        f" LEFT JOIN decision d ON d.proposal = p.id AND d.round = p.round AND {STANDING} WHERE p.id = {{}}",
        proposal_id,
    )
    return Given(
        answers={line["field"]: msgspec.json.decode(line["value"]) for line in answers},
        files=files,
        reviews=tuple((msgspec.json.decode(line["scores"]), msgspec.json.decode(line["comments"])) for line in reviews),
        recommended=(said and said["recommended"]) or "",
        decided=(said and said["decided"]) or "",
        round=said["round"] if said else 1,
        part=said["part"] if said else "",
    )
