"""Problems of who reviews what: proposals and experts by number, and any problem at all."""

from uuid import UUID

from hypothesis import strategies as st

from service.domain.plans import (
    Bid,
    Expert,
    Pair,
    Place,
    Plan,
    Problem,
    Subject,
    Team,
    Weights,
    Wish,
)


def proposal(number: int) -> UUID:
    return UUID(int=number)


def expert(number: int) -> UUID:
    return UUID(int=1000 + number)


def seats(plan: Plan) -> set[tuple[UUID, UUID]]:
    return {(line.proposal, line.taker) for line in plan.lines if line.place is Place.SEAT}


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    chance = draw(st.randoms(use_true_random=False))
    proposals, experts = chance.randint(1, 7), chance.randint(1, 6)
    words = ["santé", "énergie", "justice", "sol", "forêt"]
    languages = [(), ("fr",), ("en",), ("fr", "en")]

    def told() -> dict[str, object]:
        return {
            "keywords": tuple(chance.sample(words, chance.randint(0, 3))),
            "languages": chance.choice(languages),
            "text": " ".join(chance.choices(words, k=chance.randint(0, 6))),
        }

    def pairs(most: int) -> tuple[Pair, ...]:
        # Some name what is not there: a proposal that was withdrawn, an expert who left.
        some = [(chance.randint(0, proposals), chance.randint(0, experts)) for _ in range(chance.randint(0, most))]
        return tuple(Pair(proposal(p), expert(e)) for p, e in some)

    people = [
        Expert(expert(n), chance.choice([None, 0, 1, 2, 3]), chance.randint(0, 2), **told())  # type: ignore[arg-type]
        for n in range(experts)
    ]
    teams = []
    if chance.random() < 0.3 and experts > 1:
        teams = [Team(UUID(int=5000 + n), tuple(one.id for one in people[n::3])) for n in range(2)]
    placed = {member for one in teams for member in one.members}
    ids = [*(one.id for one in teams), *(one.id for one in people if one.id not in placed)]
    return Problem(
        proposals=tuple(
            Subject(
                proposal(n),
                chance.randint(0, 3),
                held=tuple(chance.sample(ids, chance.randint(0, 1))),
                **told(),  # type: ignore[arg-type]
            )
            for n in range(proposals)
        ),
        experts=tuple(people),
        teams=tuple(teams),
        conflicts=pairs(6),
        bans=pairs(3),
        pins=tuple(Pair(pair.proposal, chance.choice(ids)) for pair in pairs(4)),
        wishes=tuple(Wish(pair.proposal, pair.taker, chance.choice(list(Bid))) for pair in pairs(6)),
        reserves=chance.randint(0, 2),
        weights=Weights(balance=chance.choice([0.0, 1.0])),
    )


def subject(number: int, wanted: int = 1, **told: object) -> Subject:
    return Subject(proposal(number), wanted, **told)  # type: ignore[arg-type]
