"""What documents show: a proposal as of an entry of its journal, built for an audience and without what it may not see.

Everything is read from append-only rows up to that entry, so the same position gives the same document (D7).
"""

from typing import Any
from uuid import UUID

from forms import local_day, summary
from forms.telling import blank_form
from reports import model
from reports.answers import lay_out
from reports.blank import BlankPaper
from service.domain.actor import Actor
from service.domain.documents import COLUMNS, READ, Job
from service.problems import NotFound
from service.store.database import row
from service.store.editions import edition
from service.views.asof import State, state_of
from service.views.histories import COMMITTEE, events
from service.views.letters import attachments, contact, decision, letter, receipt
from service.views.opinions import outcome_name
from service.views.readable import note_reading, readable
from service.views.scored import criteria_of, review_of, total_of

__all__ = ["dossier", "form", "job", "letter", "receipt"]

# What moves a proposal to the stage `next`, or ends its process with `status`.
MOVING = ("stage_closed", "stage_reentered", "proposal_reopened", "process_stopped")
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
        contact=contact(kept.call.service),
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
        attachments=attachments(form, files),
        checklist=_checklist(state),
        criteria=criteria_of(state.grid, result, reviews),
        total=total_of(state.grid, result, reviews),
        reviews=tuple(review_of(state.grid, *review) for review in reviews),
        synthesis=_synthesis(state),
        decision=decision(state),
        timeline=tuple(
            model.TimelineLine(event.at, event.text)
            for event in await events(proposal_id, kept, COMMITTEE, position=position)
        ),
    )


def _stage_name(state: State) -> str:
    last = state.entry(*MOVING, "proposal_submitted", "proposal_withdrawn", "withdrawal_undone")
    if last is None or last["kind"] == "proposal_withdrawn":
        return "Candidature retirée"
    stage_id = last["data"]["next"] if last["kind"] in MOVING else last["data"]["stage"]
    stage = state.edition.process.stage(stage_id) if stage_id else None
    return stage.name.fr if stage else state.edition.process.status_name(last["data"]["status"]).fr


def _by_field(files: list[dict[str, Any]]) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for file in files:
        names.setdefault(file["field"], []).append(file["name"])
    return names


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


def _synthesis(state: State) -> model.Synthesis | None:
    line, content = state.last("synthesis"), state.content("synthesis")
    if line is None or content is None:
        return None
    wanted = outcome_name(state.edition, content["recommendation"]) if content["recommendation"] else None
    return model.Synthesis(content["text"], wanted, line["at"])
