"""Pages of pilots: a list, and one pilot, which officers lead and its applicants report on."""

from collections.abc import Awaitable
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from forms import FieldError
from service import clock
from service.domain.actor import Actor, Role
from service.domain.evidence import FILES, field_of
from service.domain.policy import Action
from service.doors.people import SIGNED_IN, AnyRequest, actor_of
from service.doors.uploads import Place
from service.doors.waiting import caught_up
from service.operations import files, pilots
from service.operations.pilots import (
    MeasureContent,
    MilestoneContent,
    PilotContent,
    PilotEnd,
    PilotReviewContent,
)
from service.pages import piloting
from service.pages.door import faults, once, receive_file, sent_form, sentences, status_of, told_of
from service.pages.faults import Fault
from service.pages.inputs import Inputs, day_of, uuids, version_of
from service.pages.render import page, see
from service.problems import Conflict, Invalid, NotFound, Problem, SignInNeeded, Stale
from service.store.editions import edition as edition_of
from service.views import pilots as views

Answer = Response[Any]
LABELS = {
    "partner": "Partenaire public",
    "team": "Équipe",
    "indicator": "Indicateur",
    "unit": "Unité",
    "baseline": "Valeur de départ",
    "target": "Valeur visée",
    "title": "Jalon",
    "due": "Échéance",
    "reached": "Atteint le",
    "evidence": "Preuve",
    "link": "Adresse web",
    "day": "Jour",
    "value": "Valeur",
    "source": "Source",
    "verdict": "Conclusion",
    "reasons": "Motifs",
    "next_review": "Prochaine revue",
    "outcome": "Résultat",
    "lessons": "Enseignements",
}
SAID = {
    "description": "pilote",
    "jalon": "jalon",
    "mesure": "mesure",
    "preuve": "preuve-retiree",
    "revue": "revue",
    "resultat": "resultat",
}


@get("/pilotes", opt={"action": SIGNED_IN})
async def listed(request: AnyRequest) -> Answer:
    """The pilots that one may read, of a call or of all."""
    asked = request.query_params
    call, phase = asked.get("appel", "").replace("\0", ""), asked.get("phase", "")
    phase = phase if phase in piloting.PHASES else ""
    actor = actor_of(request)
    found = await views.pilots(actor, call, phase, asked.get("suite") or None)
    query = {name: asked[name] for name in ("appel", "phase") if asked.get(name)}
    context = {
        "found": found,
        "call": call,
        "phase": phase,
        "query": query,
        "further": bool(asked.get("suite")),
        "staff": actor.has(Role.AUDITOR) or bool(actor.calls(Role.OFFICER)),
    }
    return page(request, "pilot/list.html", context)


async def _page(
    request: AnyRequest, proposal_id: UUID, act: str = "", sent: Inputs | None = None, problem: Problem | None = None
) -> Answer:
    """The page. `act`: what was asked for, with what was `sent`, where it meets a problem."""
    found = await views.pilot(actor_of(request), proposal_id)
    context = {
        "pilot": found,
        "edition": await edition_of(found.edition),
        "curve": piloting.curve(views.points(found), found.baseline, found.target),
        "act": act,
        "milestone": sent.one("milestone") if sent else "",
        "files": FILES,
        "sent": sent or Inputs(),
        "described": sent if sent and act == "description" else _described(found),
        "wrong": sentences(problem),
        "problem": problem.detail if isinstance(problem, (Conflict, Stale)) else "",
    }
    errors = faults(problem, LABELS) if isinstance(problem, Invalid) else []
    if act == "piece" and problem is not None:
        told = told_of(problem)
        context |= {"sentences": told, "problem": ""}
        errors = [Fault(one, "Fichier", f"fichier-{context['milestone']}") for one in told]
    status = status_of(problem)
    return page(request, "pilot/pilot.html", context, status=status, errors=errors)


def _described(found: views.PilotView) -> Inputs:
    numbers = {"baseline": found.baseline, "target": found.target}
    typed = {name: "" if at is None else f"{at:g}".replace(".", ",") for name, at in numbers.items()}
    plain = {"partner": found.partner, "team": found.team, "indicator": found.indicator, "unit": found.unit}
    return Inputs([*plain.items(), *typed.items()])


@get("/pilotes/{proposal_id:uuid}", opt={"action": Action.PILOT_READ})
async def pilot(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """One pilot."""
    return await _page(request, proposal_id)


@post(
    "/pilotes/{proposal_id:uuid}/jalons/{milestone_id:uuid}/pieces",
    opt={"action": Action.PILOT_REPORT},
    request_max_body_size=None,
)
async def attach_evidence(request: AnyRequest, proposal_id: FromPath[UUID], milestone_id: FromPath[UUID]) -> Answer:
    """A file that shows that a milestone was reached."""
    try:
        await receive_file(request, Place(proposal_id, field_of(milestone_id)))
    except (NotFound, SignInNeeded):
        raise
    except Problem as problem:
        return await _page(request, proposal_id, "piece", Inputs([("milestone", str(milestone_id))]), problem)
    return see(f"/pilotes/{proposal_id}#jalon-{milestone_id}", "preuve")


@post("/pilotes/{proposal_id:uuid}/{act:str}", opt={"action": Action.PILOT_REPORT})
async def act_on_pilot(request: AnyRequest, proposal_id: FromPath[UUID], act: FromPath[str]) -> Answer:
    """Describe it, add a milestone or say that it was reached, measure, record a review or the outcome."""
    sent = await sent_form(request)
    if act not in SAID:
        raise NotFound
    try:
        with once(sent, act):
            await _done(actor_of(request), proposal_id, act, sent)
    except (Invalid, Conflict, Stale) as problem:
        return await _page(request, proposal_id, act, sent, problem)
    await caught_up(proposal_id)
    return see(f"/pilotes/{proposal_id}", SAID[act])


def _done(actor: Actor, proposal_id: UUID, act: str, sent: Inputs) -> Awaitable[object]:
    """The operation that a form asks for. Raises Invalid where a day or a number cannot be read."""
    now = clock.now()
    match act:
        case "description":
            content = PilotContent(
                **{name: _text(sent, name) for name in ("partner", "team", "indicator", "unit")},
                baseline=_number(sent, "baseline", optional=True),
                target=_number(sent, "target", optional=True),
            )
            return pilots.describe_pilot(actor, proposal_id, content, version_of(sent.one("version")), now=now)
        case "jalon":
            reached = _day(sent, "reached") if sent.one("reached") else None
            shown = (_text(sent, "evidence"), _text(sent, "link"))
            milestone = MilestoneContent(_text(sent, "title"), _day(sent, "due"), reached, *shown)
            which = uuids([sent.one("milestone")])
            return (
                pilots.report_milestone(actor, which[0], milestone, now=now)
                if which
                else pilots.plan_milestone(actor, proposal_id, milestone, now=now)
            )
        case "preuve":
            return files.remove_attachment(actor, _id(sent, "file"), now=now)
        case "mesure":
            measured = MeasureContent(_day(sent, "day"), _number(sent, "value") or 0.0, _text(sent, "source"))
            return pilots.add_measure(actor, proposal_id, measured, now=now)
        case "revue":
            following = _day(sent, "next_review") if sent.one("next_review") else None
            review = PilotReviewContent(sent.one("phase"), sent.one("verdict"), _text(sent, "reasons"), following)
            return pilots.hold_review(actor, proposal_id, review, now=now)
        case _:
            return pilots.end_pilot(actor, proposal_id, PilotEnd(sent.one("outcome"), _text(sent, "lessons")), now=now)


def _id(sent: Inputs, name: str) -> UUID:
    found = uuids([sent.one(name)])
    if not found:
        raise NotFound
    return found[0]


def _text(sent: Inputs, name: str) -> str:
    return sent.one(name).replace("\r\n", "\n").strip()


def _day(sent: Inputs, name: str) -> date:
    found = day_of(sent.one(name))
    if found is None:
        said = "Indiquez un jour, par exemple 18/12/2026."
        raise Invalid([FieldError(name, "required", said, "Give a day.")])
    return found


def _number(sent: Inputs, name: str, *, optional: bool = False) -> float | None:
    """A number as French types it. Raises Invalid."""
    typed = "".join(sent.one(name).split()).replace("\u202f", "").replace(",", ".").removesuffix("%")
    if not typed and optional:
        return None
    try:
        return float(typed)
    except ValueError:
        said = "Indiquez un nombre, par exemple 12,5."
        raise Invalid([FieldError(name, "required", said, "Give a number.")]) from None


routes = [listed, pilot, attach_evidence, act_on_pilot]
