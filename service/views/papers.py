"""Minutes of a sitting and convocations to it on paper: what each reader is told, and the struct that is drawn."""

from collections.abc import Collection
from uuid import UUID

import msgspec

from forms.telling.french import listed
from reports import committee as model
from service.domain.actor import Actor
from service.domain.documents import Job
from service.domain.papers import Paper
from service.domain.sitting import VOTING
from service.problems import NotFound
from service.store.database import row
from service.store.minutes import Deliberated
from service.views.letters import contact
from service.views.minutes import MinutesView, minutes
from service.views.packs import PackAbout
from service.views.readable_sittings import readable_sitting
from service.views.sittings import SittingCall, SittingView, sitting


async def minutes_paper(actor: Actor, sitting_id: UUID) -> tuple[Paper, PackAbout]:
    """The minutes as this reader may know them now. NotFound before the sitting is over."""
    read = await readable_sitting(actor, sitting_id)
    view = await minutes(actor, sitting_id)
    told = _minutes(view, read.calls[0].content.call.service.name.fr, read.row["version"])
    return _paper("minutes", sitting_id, told), PackAbout(read.number, read.slugs)


async def convocation_paper(actor: Actor, sitting_id: UUID) -> tuple[Paper, PackAbout]:
    """By which this reader is called. NotFound for whoever is not, and where the sitting is not convened."""
    read = await readable_sitting(actor, sitting_id)
    view = await sitting(actor, sitting_id)
    if not view.capacity or view.convened_at is None or view.cancelled_at is not None:
        raise NotFound("Vous n’êtes pas convoqué à cette séance.")
    service = read.calls[0].content.call.service
    told = _convocation(actor, view, f"/comite/{view.call}/seances/{view.id}")
    told = msgspec.structs.replace(told, service=service.name.fr, contact=contact(service))
    return _paper("convocation", sitting_id, told), PackAbout(read.number, read.slugs)


def _paper(kind: str, sitting_id: UUID, told: msgspec.Struct) -> Paper:
    return Paper(kind, sitting_id, msgspec.json.encode(told).decode())


PAPERS = {"minutes": minutes_paper, "convocation": convocation_paper}


async def paper_of(job: Job, address: str) -> model.Minutes | model.Convocation:
    """That of a job. `address`: the service's, for pages that it names. NotFound."""
    found = await row("SELECT content FROM job WHERE id = {}", job.id)
    if found is None:
        raise NotFound
    if job.kind == "minutes":
        return msgspec.json.decode(found["content"], type=model.Minutes)
    told = msgspec.json.decode(found["content"], type=model.Convocation)
    return msgspec.structs.replace(told, page=f"{address}{told.page}")


def _minutes(view: MinutesView, service: str, version: int) -> model.Minutes:
    said = view.said
    plain = ("number", "convened_at", "opened_at", "closed_at", "place", "link", "urgency", "second")
    return model.Minutes(
        call_title=listed(view.titles),
        service=service,
        version=version,
        members=tuple(
            model.Attended(
                *(one.name, one.organisation, one.capacity, one.presence, one.holder, one.changes, view.sat_for(one))
            )
            for one in said.members
        ),
        items=tuple(_point(one, view) for one in said.items),
        votes=_votes(view),
        left_out=view.left_out,
        approved_at=view.approved_at,
        approved_by=view.approved_by,
        digest=view.digest,
        notes=said.notes,
        **{name: getattr(said, name) for name in plain},
    )


def _point(one: Deliberated, view: MinutesView) -> model.Point:
    return model.Point(
        number=one.number,
        proposal=str(one.proposal),
        reference=one.reference,
        title=one.title,
        organisation=one.organisation,
        opinion=one.opinion,
        outcome=view.named(one, one.outcome) if one.outcome else "",
        away=one.away,
        votes=tuple(vote.number for vote in one.votes),
        notes=one.notes,
        dissent=tuple((two.name, two.text) for two in one.dissent),
        lacked=one.lacked,
        call=view.call_of(one).title if len(view.calls) > 1 else "",
    )


def _votes(view: MinutesView) -> tuple[model.Vote, ...]:
    """Each once, with the items that it was on."""
    points: dict[int, list[int]] = {}
    known = {vote.number: (vote, view.named(item, vote.outcome)) for item in view.said.items for vote in item.votes}
    for item in view.said.items:
        for vote in item.votes:
            points.setdefault(vote.number, []).append(item.number)
    return tuple(
        model.Vote(
            number=number,
            kind=vote.kind,
            question=question,
            points=tuple(points[number]),
            votes_for=vote.figures["votes_for"],
            against=vote.figures["against"],
            abstained=vote.figures["abstained"],
            carried=vote.figures["carried"],
            casting=bool(vote.figures.get("casting")),
            uncast=vote.figures.get("silent", 0),
            ballots=vote.ballots,
            silent=vote.silent,
            members=vote.figures.get("members", 0),
            needed=vote.figures.get("needed", 0),
            voices=vote.figures.get("voters", 0),
        )
        for number, (vote, question) in sorted(known.items())
    )


def _convocation(actor: Actor, view: SittingView, page: str) -> model.Convocation:
    assert view.convened_at is not None  # noqa: S101  asked before
    me = next(one for one in view.members if one.id == actor.account)
    return model.Convocation(
        call_title=listed(view.titles),
        service="",
        contact="",
        number=view.number,
        recipient=me.name,
        organisation=me.organisation,
        capacity=me.capacity,
        convened_at=view.convened_at,
        starts_at=view.starts_at,
        length=view.length,
        place=view.place,
        link=view.link,
        urgency=view.urgency,
        second=view.second,
        chair=next((one.name for one in view.members if one.capacity == "chair"), ""),
        items=tuple(
            model.Called(one.number)
            if one.proposal is None
            else model.Called(
                *(one.number, str(one.proposal), one.reference, one.title, one.organisation, view.title_of(one.call))
            )
            for one in view.items
        ),
        rules=_rules(view, me.calls if me.capacity in VOTING else ()),
        page=page,
        calls=len(view.calls),
    )


def _rules(view: SittingView, calls: Collection[UUID]) -> tuple[str, ...]:
    """What one who is called has to know of the rules of procedure; `calls`: those whose committee they make up."""
    if not calls:
        return ()
    rules, told = view.rules, []
    told += [_quorum(one, several=len(view.calls) > 1) for one in view.calls if one.needed and one.id in calls]
    if rules.proxies and view.voters > 1:
        most = "un seul mandat" if rules.proxies == 1 else f"{rules.proxies} mandats au plus"
        told.append(f"En cas d’empêchement, vous pouvez donner mandat à un autre membre, qui en détient {most}.")
    told.append(
        "Si vous avez un intérêt personnel à l’examen d’une candidature, déclarez-le sur la page de la séance : vous ne"
        " prendrez pas part à sa délibération."
    )
    return tuple(told)


def _quorum(call: SittingCall, *, several: bool) -> str:
    on = f"Sur les candidatures de « {call.title} », le" if several else "Le"
    if call.voters == 1:
        return f"{on} comité délibère valablement si son seul membre est présent, représenté ou participe à distance."
    ways = "sont présents, représentés ou participent" if call.needed > 1 else "est présent, représenté ou participe"
    return f"{on} comité délibère valablement si {call.needed} de ses {call.voters} membres {ways} à distance."
