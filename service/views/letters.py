"""What the applicant is sent on paper: the receipt of a submission, and the letter that tells the end.

As of an entry of the journal, as every document is.
"""

from datetime import date
from typing import Any
from uuid import UUID

from forms import Form
from forms.call import Service
from forms.texts import filled
from reports import model, words
from service.problems import NotFound
from service.views.asof import State, state_of
from service.views.opinions import outcome_name


def attachments(form: Form, files: list[dict[str, Any]]) -> tuple[model.AttachmentLine, ...]:
    return tuple(
        model.AttachmentLine(
            name=file["name"],
            size=file["size"],
            sha256=file["sha256"],
            media_type=file["media_type"],
            field_label=field.label.fr if (field := form.field(file["field"])) else "",
        )
        for file in files
    )


def observations(state: State) -> tuple[model.Observation, ...]:
    """What the experts say to the applicant, criterion by criterion, without anybody's name or score."""
    grid = state.edition.grid
    if grid.comments != "applicant":
        return ()
    comments = [review["comments"] for _, review, _ in state.reviews()]
    asked = [*((criterion.id, criterion.name.fr) for criterion in grid.criteria), ("", "Avis général")]
    found = ((name, tuple(said[key] for said in comments if said.get(key))) for key, name in asked)
    return tuple(model.Observation(name, texts) for name, texts in found if texts)


def decision(state: State) -> model.Decision | None:
    """Once published: what is pending is no part of a document that may be passed on."""
    line, content, published = state.last("decision"), state.content("decision"), state.entry("decision_published")
    if line is None or content is None or published is None or published["seq"] < line["seq"]:
        return None
    return model.Decision(
        outcome_name(state.edition, content["outcome"]),
        content["reasons"],
        content["author_name"],
        content["capacity"],
        line["at"],
        published["at"],
    )


async def receipt(proposal_id: UUID, position: int) -> model.Receipt:
    """The applicant's receipt of the last submission."""
    state = await state_of(proposal_id, position)
    submitted, content = state.submitted()
    call, facts = state.edition.call, _facts(state)
    told = state.entry("proposal_submitted", "proposal_completed", "proposal_amended", "part_submitted")
    silence = told["data"].get("silence") if told else None
    return model.Receipt(
        reference=content["reference"],
        title=content["title"],
        organisation=content["organisation"],
        recipient=state.line["owner_name"],
        call_title=call.title.fr,
        service=call.service.name.fr,
        contact=contact(call.service),
        submitted_at=submitted["at"],
        revision=submitted["number"],
        digest=submitted["digest"],
        files=attachments(state.form, content["files"]),
        silence_on=date.fromisoformat(silence) if silence else None,
        next_steps=filled(call.letters.receipt.fr, facts),
        # What silence means and how to contest it belong together: the second says "this decision".
        remedies=filled(f"{call.letters.silence.fr}\n\n{call.letters.remedies.fr}", facts),
    )


def _facts(state: State) -> dict[str, str]:
    """What the placeholders of receipt and letters stand for."""
    submitted, content = state.submitted()
    call = state.edition.call
    return {
        "reference": content["reference"],
        "title": content["title"],
        "organisation": content["organisation"],
        "call": call.title.fr,
        "service": call.service.name.fr,
        "service_email": call.service.email,
        "submitted": words.day(submitted["at"]),
    }


def contact(service: Service) -> str:
    """Where to write to it, under its name: without the lines of the address that only say the name again."""
    name = service.name.fr.casefold()
    address = [line for line in service.address.fr.splitlines() if line.strip().casefold() not in name]
    return "\n".join((*address, service.email))


async def letter(proposal_id: UUID, position: int) -> model.Letter:
    """The letter that tells the applicant the decision, or why the proposal is not eligible."""
    state = await state_of(proposal_id, position)
    _, content = state.submitted()
    closed = state.entry("stage_closed", "process_stopped")
    if closed is None:
        raise NotFound("Aucune décision n’a été rendue.")
    if closed["kind"] == "process_stopped":
        return _ending(state)
    kept = state.edition
    stage = kept.process.stage(closed["data"]["stage"])
    outcome = stage.outcome(closed["data"]["outcome"]) if stage else None
    lapsed = stage is not None and stage.kind == "submission"
    decided = None if lapsed else decision(state)
    verdict, refusal = state.last("eligibility"), state.content("eligibility")
    if decided is None and not lapsed and (verdict is None or refusal is None):
        raise NotFound("Aucune décision n’a été rendue.")
    call = kept.call
    date = (decided.published_at or decided.at) if decided else closed["at"]
    facts = {**_facts(state), "outcome": outcome.name.fr if outcome else "", "decided": words.day(date)}
    algorithms = call.letters.algorithms.fr if decided and call.letters.algorithms else ""
    return model.Letter(
        reference=content["reference"],
        title=content["title"],
        call_title=call.title.fr,
        sender=call.service.name.fr,
        service=call.service.name.fr,
        contact=contact(call.service),
        recipient=state.line["owner_name"],
        organisation=content["organisation"],
        place="Paris",
        date=date,
        subject=f"décision sur votre candidature {content['reference']}",
        outcome=outcome.name.fr if outcome else "",
        body=filled(outcome.letter.fr, facts) if outcome and outcome.letter else "",
        reasons=decided.reasons if decided else str(refusal["reasons"] if refusal and not lapsed else ""),
        author=(decided.author or "") if decided else str(verdict["author_name"] if verdict and not lapsed else ""),
        capacity=decided.capacity if decided else f"Agent chargé de l’appel, {call.service.name.fr}",
        remedies=filled(call.letters.remedies.fr, facts),
        algorithmic_mention=filled(algorithms, facts),
        observations=observations(state) if decided else (),
    )


def _ending(state: State) -> model.Letter:
    """That of a process which an officer stopped: with their reasons, and without a decision of the authority."""
    _, content = state.submitted()
    line, said = state.last("ending"), state.content("ending")
    if line is None or said is None:
        raise NotFound("Aucune décision n’a été rendue.")
    call, status = state.edition.call, state.edition.process.status_name(said["status"]).fr
    facts = {**_facts(state), "outcome": status, "decided": words.day(line["at"])}
    return model.Letter(
        reference=content["reference"],
        title=content["title"],
        call_title=call.title.fr,
        sender=call.service.name.fr,
        service=call.service.name.fr,
        contact=contact(call.service),
        recipient=state.line["owner_name"],
        organisation=content["organisation"],
        place="Paris",
        date=line["at"],
        subject=f"fin de l’examen de votre candidature {content['reference']}",
        outcome=status,
        body="Le service chargé de l’appel a mis fin à l’examen de votre candidature, pour les motifs qui suivent.",
        reasons=said["reason"],
        author=said["author_name"],
        capacity=f"Agent chargé de l’appel, {call.service.name.fr}",
        remedies=filled(call.letters.remedies.fr, facts),
    )
