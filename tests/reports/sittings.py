"""The sitting at which the invented proposal was examined, on paper."""

from collections.abc import Iterable
from datetime import UTC, datetime

from msgspec import structs

from reports.committee import Attended, Called, Convocation, Minutes, Point, Vote
from reports.pack import Item, Member, Pack
from tests.reports.samples import CALL, DIGEST, SERVICE


def minutes(**changes: object) -> Minutes:
    """The minutes of a sitting that gave its opinion on many proposals at once, and on two by themselves."""
    sat = datetime(2025, 6, 2, 12, 5, tzinfo=UTC)
    many = tuple(
        Point(i, f"p{i}", f"AMI-2025-{i:04d}", f"Projet {i}", "Coopérative Lumen", "retained", "Pilote", votes=(1,))
        for i in range(1, 9)
    )
    ballots = (("Anne Exemple", "for"), ("Bruno Exemple", "against"), ("Zoé Exemple", "abstain"))
    whole = Minutes(
        call_title=CALL,
        service=SERVICE,
        number=2,
        version=14,
        convened_at=datetime(2025, 5, 26, 8, 0, tzinfo=UTC),
        opened_at=sat,
        closed_at=datetime(2025, 6, 2, 15, 40, tzinfo=UTC),
        place="Salle 4",
        link="https://video.example/comite",
        urgency="",
        second=False,
        members=(
            Attended("Anne Exemple", "Direction du numérique", "chair", "room"),
            Attended("Bruno Exemple", "Agence des communes", "member", "video"),
            Attended("Chloé Exemple", "", "member", "proxy", "Anne Exemple"),
            Attended("Zoé Exemple", "Université de Test", "member", "room"),
            Attended("Camille Exemple", SERVICE, "secretary", "room"),
        ),
        items=(
            *many,
            Point(
                *(10, "p10", "AMI-2025-0042", "Lumen, l’aide au tri des demandes des usagers", "Coopérative Lumen"),
                *("not_retained", "Écartée", ("Bruno Exemple",), (2,), "Le comité demande un audit.\n\nPuis un essai."),
                (("Zoé Exemple", "Le coût est sous-estimé."), ("Chloé Exemple", "")),
            ),
            Point(11, "p11", "AMI-2025-0043", "Projet reporté", "Institut Exemple", "postponed"),
        ),
        votes=(
            Vote(
                *(1, "sealed", "Pilote", tuple(range(1, 9)), 2, 1, 1),
                *(True, False, ballots, (), 4, 2, 4),
            ),
            Vote(2, "secret", "Pilote", (10,), 1, 1, 0, carried=False, casting=True, members=4, needed=2, voices=3),
        ),
        left_out=1,
        approved_at=datetime(2025, 6, 4, 9, 30, tzinfo=UTC),
        approved_by="Anne Exemple",
        digest=DIGEST,
    )
    return structs.replace(whole, **changes)


def public_minutes() -> Minutes:
    """What everybody is told of the same: what is retained by its name, the others by their references."""
    known = minutes()
    items = tuple(
        structs.replace(one, proposal="", notes="", dissent=tuple((name, "") for name, _ in one.dissent))
        for one in known.items
        if one.opinion != "postponed"
    )
    told = tuple(one if one.opinion == "retained" else structs.replace(one, title="", organisation="") for one in items)
    present = tuple(structs.replace(one, organisation="", changes=()) for one in known.members)
    return minutes(link="", urgency="", version=0, members=present, items=told, left_out=1, public=True)


def convocation() -> Convocation:
    """By which a member is called to the same sitting, who is recused from an item."""
    return Convocation(
        call_title=CALL,
        service=SERVICE,
        contact="1, place de l’Exemple\n75000 Paris\nami-ia@dinum.example",
        number=2,
        recipient="Bruno Exemple",
        organisation="Agence des communes",
        capacity="member",
        convened_at=datetime(2025, 5, 26, 8, 0, tzinfo=UTC),
        starts_at=datetime(2025, 6, 2, 12, 0, tzinfo=UTC),
        length=180,
        place="Salle 4",
        link="https://video.example/comite",
        urgency="Le pilote commence en juillet.",
        second=False,
        chair="Anne Exemple",
        items=(
            Called(1, "p1", "AMI-2025-0001", "Projet 1", "Coopérative Lumen"),
            Called(2),
            Called(3, "p3", "AMI-2025-0003", "Projet 3", "Institut Exemple"),
        ),
        rules=(
            "Le comité délibère valablement si 2 de ses 4 membres sont présents ou représentés.",
            "En cas d’empêchement, vous pouvez donner mandat à un autre membre, qui en détient un seul.",
        ),
        page="https://alliance.example/comite/ami-2025/seances/018f6b1e",
    )


def pack(items: Iterable[Item]) -> Pack:
    """What a member is given before the same sitting."""
    return Pack(
        call_title=CALL,
        service=SERVICE,
        number=2,
        starts_at=datetime(2025, 6, 2, 12, 0, tzinfo=UTC),
        length=180,
        place="Salle 4",
        link="",
        members=(Member("Dominique Exemple", "Direction", "Présidence"),),
        items=tuple(items),
        at=datetime(2025, 6, 1, 8, 0, tzinfo=UTC),
    )
