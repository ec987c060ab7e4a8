"""What documents show: a proposal as of an entry of its journal, built for an audience and without what it may not see.

Everything is read from append-only rows up to that entry, so the same position gives the same document (D7).
"""

from datetime import date
from typing import Any
from uuid import UUID

from forms import Form, local_day, summary
from forms.call import Service
from forms.telling import blank_form
from forms.texts import filled
from reports import model, words
from reports.answers import lay_out
from reports.blank import BlankPaper
from service.domain.actor import Actor
from service.domain.documents import COLUMNS, READ, Job
from service.problems import NotFound
from service.store.database import row
from service.store.editions import edition
from service.views.asof import State, state_of
from service.views.histories import COMMITTEE, events
from service.views.opinions import outcome_name
from service.views.proposals import note_reading, readable
from service.views.scored import criteria_of, review_of, total_of

VERDICTS = {"eligible": "Éligible", "ineligible": "Non éligible", "returned": "Compléments demandés"}


async def job(actor: Actor, job_id: UUID) -> Job:
    """A document's job, for whoever may read the document. NotFound."""
    line = await row(f"SELECT {COLUMNS} FROM job WHERE id = {{}}", job_id)  # noqa: S608  our names
    if line is None:
        raise NotFound
    if line["proposal"] is None:  # a blank form, which anybody may read
        return Job(**line)
    await readable(actor, line["proposal"], READ[line["kind"]])
    if line["status"] == "done":
        await note_reading(actor, line["proposal"], line["kind"])
    return Job(**line)


async def form(edition_id: UUID) -> BlankPaper:
    """The blank form of an edition."""
    kept = await edition(edition_id)
    about = await row("SELECT number, digest, published_at FROM edition WHERE id = {}", edition_id)
    assert about is not None  # noqa: S101  read above, and never deleted
    return BlankPaper(
        call_title=kept.call.title.fr,
        service=kept.call.service.name.fr,
        contact=_contact(kept.call.service),
        number=about["number"],
        digest=about["digest"],
        published_at=about["published_at"],
        form=blank_form(kept),
    )


async def dossier(proposal_id: UUID, position: int) -> model.Dossier:
    """The committee's dossier."""
    state = await state_of(proposal_id, position)
    submitted, content = state.submitted()
    kept = state.edition
    form = state.form
    # By the form that they were given on, and by the present one where it has the field: the stricter of both.
    told = {
        field.id
        for field in form.fields
        if field.audience != "officers" and ((now := kept.form.field(field.id)) is None or now.audience != "officers")
    }
    files = [file for file in content["files"] if file["field"] in told]
    answers = {field: answer for field, answer in content["answers"].items() if field in told}
    reviews = state.reviews()
    result = summary(state.grid, [review["scores"] for _, review, _ in reviews])
    return model.Dossier(
        reference=content["reference"],
        title=content["title"],
        organisation=content["organisation"],
        call_title=kept.call.title.fr,
        service=kept.call.service.name.fr,
        lang="fr",
        drawn_for="committee",
        journal_position=position,
        journal_hash=bytes(state.entries[-1]["hash"]).hex(),
        journal_at=state.entries[-1]["at"],
        revision=submitted["number"],
        revision_digest=submitted["digest"],
        submitted_at=submitted["at"],
        edition=f"{kept.call.title.fr}, édition {state.number}",
        stage=_stage_name(state),
        answers=lay_out(form, answers, _by_field(files), "fr", today=local_day(submitted["at"])),
        attachments=_attachments(form, files),
        checklist=_checklist(state),
        criteria=criteria_of(state.grid, result, reviews),
        total=total_of(state.grid, result, reviews),
        reviews=tuple(review_of(state.grid, *review) for review in reviews),
        synthesis=_synthesis(state),
        decision=_decision(state),
        timeline=tuple(
            model.TimelineLine(event.at, event.text)
            for event in await events(proposal_id, kept, COMMITTEE, position=position)
        ),
    )


def _stage_name(state: State) -> str:
    last = state.entry("stage_closed", "proposal_submitted", "proposal_withdrawn", "withdrawal_undone")
    if last is None or last["kind"] == "proposal_withdrawn":
        return "Candidature retirée"
    stage_id = last["data"]["next"] if last["kind"] == "stage_closed" else last["data"]["stage"]
    stage = state.edition.process.stage(stage_id) if stage_id else None
    return stage.name.fr if stage else state.edition.process.status_name(last["data"]["status"]).fr


def _by_field(files: list[dict[str, Any]]) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for file in files:
        names.setdefault(file["field"], []).append(file["name"])
    return names


def _attachments(form: Form, files: list[dict[str, Any]]) -> tuple[model.AttachmentLine, ...]:
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


def _checklist(state: State) -> model.Checklist | None:
    line, content = state.last("eligibility"), state.content("eligibility")
    if line is None or content is None:
        return None
    remarks = [content["reasons"]] if content["verdict"] == "returned" else []
    for field_id, remark in content["remarks"].items():
        field = state.form.field(field_id) or state.edition.form.field(field_id)
        remarks.append(f"{field.label.fr if field else field_id} : {remark}")
    return model.Checklist(
        verdict=VERDICTS[content["verdict"]],
        items=tuple(
            model.ChecklistItem(item.text.fr, content["items"].get(item.id)) for item in state.edition.eligibility.items
        ),
        reasons=(content["reasons"],) if content["verdict"] == "ineligible" else (),
        remarks="\n\n".join(remark for remark in remarks if remark),
        at=line["at"],
    )


def _observations(state: State) -> tuple[model.Observation, ...]:
    """What the experts say to the applicant, criterion by criterion, without anybody's name or score."""
    grid = state.edition.grid
    if grid.comments != "applicant":
        return ()
    comments = [review["comments"] for _, review, _ in state.reviews()]
    asked = [*((criterion.id, criterion.name.fr) for criterion in grid.criteria), ("", "Avis général")]
    found = ((name, tuple(said[key] for said in comments if said.get(key))) for key, name in asked)
    return tuple(model.Observation(name, texts) for name, texts in found if texts)


def _synthesis(state: State) -> model.Synthesis | None:
    line, content = state.last("synthesis"), state.content("synthesis")
    if line is None or content is None:
        return None
    wanted = outcome_name(state.edition, content["recommendation"]) if content["recommendation"] else None
    return model.Synthesis(content["text"], wanted, line["at"])


def _decision(state: State) -> model.Decision | None:
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
        contact=_contact(call.service),
        submitted_at=submitted["at"],
        revision=submitted["number"],
        digest=submitted["digest"],
        files=_attachments(state.form, content["files"]),
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


def _contact(service: Service) -> str:
    """Where to write to it, under its name: without the lines of the address that only say the name again."""
    name = service.name.fr.casefold()
    address = [line for line in service.address.fr.splitlines() if line.strip().casefold() not in name]
    return "\n".join((*address, service.email))


async def letter(proposal_id: UUID, position: int) -> model.Letter:
    """The letter that tells the applicant the decision, or why the proposal is not eligible."""
    state = await state_of(proposal_id, position)
    _, content = state.submitted()
    closed = state.entry("stage_closed")
    if closed is None:
        raise NotFound("Aucune décision n’a été rendue.")
    kept = state.edition
    stage = kept.process.stage(closed["data"]["stage"])
    outcome = stage.outcome(closed["data"]["outcome"]) if stage else None
    lapsed = stage is not None and stage.kind == "submission"
    decided = None if lapsed else _decision(state)
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
        contact=_contact(call.service),
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
        observations=_observations(state) if decided else (),
    )
