"""What the applicant is sent on paper: the receipt of a submission, and the letter that tells the end.

As of an entry of the journal, as every document is.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from forms import Edition, Form
from forms.call import Service
from forms.telling.french import NBSP
from forms.texts import RANKED, filled
from reports import model, words
from reports.letters import Letter, Receipt
from service.problems import NotFound
from service.store.database import Row
from service.views.asof import State, state_of
from service.views.opinions import outcome_name

GROUND = {
    "error": "pour corriger une erreur matérielle",
    "request": "à la suite de votre demande",
    "illegal": "parce que celle-ci était illégale",
    "condition": "parce qu’une condition à laquelle celle-ci était subordonnée n’est pas remplie",
    "fraud": "parce que celle-ci avait été obtenue par fraude",
}
"""On what a correction rests, as the letter says it."""


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
    comments = [grid.told(review["comments"], "applicant") for _, review, _ in state.reviews()]
    asked = [*((criterion.id, criterion.name.fr) for criterion in grid.criteria), ("", "Avis général")]
    found = ((name, tuple(said[key] for said in comments if said.get(key))) for key, name in asked)
    return tuple(model.Observation(name, texts) for name, texts in found if texts)


def decision(state: State) -> model.Decision | None:
    """Once published: what is pending is no part of a document that may be passed on."""
    found = state.decided()
    if found is None:
        return None
    line, content, published = found
    before = state.cited(content.get("cites", ""))
    return model.Decision(
        outcome_name(state.edition, content["outcome"]),
        content["reasons"],
        content["author_name"],
        content["capacity"],
        line["at"],
        published["at"],
        delegation=content.get("delegation", ""),
        replaces=before[2]["at"] if before else None,
    )


async def receipt(proposal_id: UUID, position: int) -> Receipt:
    """The applicant's receipt of the last submission."""
    state = await state_of(proposal_id, position)
    submitted, content = state.submitted()
    call, facts = state.edition.call, _facts(state)
    told = state.entry("proposal_submitted", "proposal_completed", "proposal_amended", "part_submitted")
    silence = told["data"].get("silence") if told else None
    return Receipt(
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
    """Where to write and to call, under its name: without the lines of the address that only say the name again."""
    name = service.name.fr.casefold()
    address = [line for line in service.address.fr.splitlines() if line.strip().casefold() not in name]
    phone = [f"Téléphone\u00a0: {service.phone}"] if service.phone else []
    return "\n".join((*address, *phone, service.email))


async def letter(proposal_id: UUID, position: int) -> Letter:
    """The letter that tells the applicant the decision, or why the proposal is not eligible."""
    state = await state_of(proposal_id, position)
    told = state.entry("stage_closed", "process_stopped", "decision_corrected")
    if told is None:
        raise NotFound("Aucune décision n’a été rendue.")
    if told["kind"] == "process_stopped":
        return _ending(state)
    decided = state.decided()
    if told["kind"] == "decision_corrected" and decided is not None:
        return decision_letter(state, decided[1], decided[2]["at"])
    stage = state.edition.process.stage(told["data"]["stage"])
    if decided is not None and stage is not None and stage.kind != "submission":
        return decision_letter(state, decided[1], decided[2]["at"])
    return _refusal(state, told)


def decision_letter(state: State, said: dict[str, Any], at: datetime) -> Letter:
    """The letter of a decision (the content of its revision) that is published at this instant, or would be."""
    kept, before = state.edition, state.cited(said.get("cites", ""))
    found = [one for stage in kept.process.stages if stage.kind == "committee" for one in stage.outcomes]
    outcome = next((one for one in found if one.id == said["outcome"]), None)
    facts = {**_facts(state), "outcome": outcome.name.fr if outcome else "", "decided": words.day(at)}
    same = before is not None and before[1]["outcome"] == said["outcome"]
    reference = _facts(state)["reference"]
    return _sheet(
        state,
        date=at,
        subject=(
            f"décision rectificative sur votre candidature {reference}"
            if before
            else f"décision sur votre candidature {reference}"
        ),
        outcome=facts["outcome"],
        body=filled(outcome.letter.fr, facts) if outcome and outcome.letter and not same else "",
        reasons=said["reasons"],
        author=said["author_name"],
        capacity=said["capacity"],
        delegation=said.get("delegation", ""),
        remedies=filled(kept.call.letters.remedies.fr, facts),
        algorithmic_mention=filled(algorithms_of(kept, state.round), facts),
        observations=observations(state),
        cites=_cites(state, said, before) if before else "",
        changes=said.get("changes", "") if before else "",
    )


def algorithms_of(kept: Edition, number: int) -> str:
    """The mention of algorithmic treatment: the edition's own, or else, where scores rank in this round, the usual
    one (code of relations between the public and the administration, L311-3-1)."""
    if kept.call.letters.algorithms is not None:
        return kept.call.letters.algorithms.fr
    return RANKED.fr if kept.process.review_stage(number) is not None else ""


def _cites(state: State, said: dict[str, Any], before: tuple[Row, dict[str, Any], Row]) -> str:
    """What is replaced, of when, and on what ground."""
    _, old, published = before
    named = outcome_name(state.edition, old["outcome"])
    cited = (
        f"La présente décision remplace celle du {words.day(published['at'])} («{NBSP}{named}{NBSP}»), signée par"
        f" {old['author_name']}, {GROUND[said['ground']]}."
    )
    heard = said.get("heard_on")
    if heard is None:
        return cited
    day = words.calendar_day(date.fromisoformat(heard))
    return f"{cited} Vous avez pu présenter vos observations jusqu’au {day}."


def _refusal(state: State, closed: Row) -> Letter:
    """That of a proposal that is not eligible, or whose next part never came."""
    kept = state.edition
    stage = kept.process.stage(closed["data"]["stage"])
    outcome = stage.outcome(closed["data"]["outcome"]) if stage else None
    lapsed = stage is not None and stage.kind == "submission"
    verdict, refusal = state.last("eligibility"), state.content("eligibility")
    if not lapsed and (verdict is None or refusal is None):
        raise NotFound("Aucune décision n’a été rendue.")
    name = outcome.name.fr if outcome else ""
    facts = {**_facts(state), "outcome": name, "decided": words.day(closed["at"])}
    return _sheet(
        state,
        date=closed["at"],
        subject=f"décision sur votre candidature {facts['reference']}",
        outcome=name,
        body=filled(outcome.letter.fr, facts) if outcome and outcome.letter else "",
        reasons=str(refusal["reasons"] if refusal and not lapsed else ""),
        author=str(verdict["author_name"] if verdict and not lapsed else ""),
        capacity=_officer(kept),
        delegation="" if lapsed else _delegation(kept, facts),
        remedies=filled(kept.call.letters.remedies.fr, facts),
    )


def _ending(state: State) -> Letter:
    """That of a process which an officer stopped: with their reasons, and without a decision of the authority."""
    line, said = state.last("ending"), state.content("ending")
    if line is None or said is None:
        raise NotFound("Aucune décision n’a été rendue.")
    call, status = state.edition.call, state.edition.process.status_name(said["status"]).fr
    facts = {**_facts(state), "outcome": status, "decided": words.day(line["at"])}
    return _sheet(
        state,
        date=line["at"],
        subject=f"fin de l’examen de votre candidature {facts['reference']}",
        outcome=status,
        body="Le service chargé de l’appel a mis fin à l’examen de votre candidature, pour les motifs qui suivent.",
        reasons=said["reason"],
        author=said["author_name"],
        capacity=_officer(state.edition),
        delegation=_delegation(state.edition, facts),
        remedies=filled(call.letters.remedies.fr, facts),
    )


def _officer(kept: Edition) -> str:
    return f"Agent chargé de l’appel, {kept.call.service.name.fr}"


def _delegation(kept: Edition, facts: dict[str, str]) -> str:
    """The act by which the service's agents sign, "" where the edition names none."""
    found = kept.call.letters.delegation
    return filled(found.fr, facts) if found else ""


def _sheet(state: State, **said: Any) -> Letter:
    """A letter: what every one has, and what this one says."""
    _, content = state.submitted()
    call = state.edition.call
    return Letter(
        reference=content["reference"],
        title=content["title"],
        call_title=call.title.fr,
        sender=call.service.name.fr,
        service=call.service.name.fr,
        contact=contact(call.service),
        recipient=state.line["owner_name"],
        organisation=content["organisation"],
        place=call.service.city,
        **said,
    )
