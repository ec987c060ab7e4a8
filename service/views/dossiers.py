"""The dossier of a proposal as of an entry of its journal: one table says what each audience is told of it, and what is
not told is not read into it."""

from typing import Any, cast
from urllib.parse import quote
from uuid import UUID

import msgspec

from forms import local_day, summary
from reports import model
from reports.answers import lay_out
from service.domain import dossiers as rules
from service.domain.documents import Job
from service.identity.codes import code_of
from service.store.database import Row, row, rows
from service.views.asof import State, state_of
from service.views.histories import APPLICANT, COMMITTEE, STAFF, events
from service.views.letters import attachments, decision, observations
from service.views.opinions import label, outcome_name
from service.views.scored import criteria_of, review_of, total_of

# What moves a proposal to the stage `next`, or ends its process with `status`.
MOVING = ("stage_closed", "stage_reentered", "proposal_reopened", "process_stopped", "decision_corrected")
VERDICTS = {"eligible": "Éligible", "ineligible": "Non éligible", "returned": "Compléments demandés"}


class Told(msgspec.Struct, frozen=True):
    """What an audience is told. `evaluation`: checklist, scores, reviews, synthesis; `named`: who gave and signed them;
    `files`; `thread`: what applicant and service wrote to each other; `asked`: of that the questions and their answers
    alone, without names; `talk`: what experts wrote to each other, under letters where nobody is named;
    `observations`: what experts say to the applicant; `told`: events, in words; `signed`: who took the decision."""

    told: dict[str, str]
    evaluation: bool = False
    named: bool = False
    files: bool = True
    thread: bool = False
    asked: bool = False
    talk: bool = False
    observations: bool = False
    signed: bool = True


SERVICE = "Le service chargé de l’appel"
_OWN = ("collaborator_", "invitation_", "ownership_", "draft_", "amendment_", "attachment_")
TOLD = {
    "committee": Told(COMMITTEE, evaluation=True, asked=True, talk=True),
    "officer": Told(STAFF, evaluation=True, named=True, thread=True, talk=True),
    "applicant": Told(
        {kind: text for kind, text in APPLICANT.items() if not kind.startswith(_OWN)}, thread=True, observations=True
    ),
    "public": Told(
        {kind: APPLICANT[kind] for kind in ("proposal_submitted", "decision_published", "decision_corrected")},
        files=False,
        signed=False,
    ),
}


async def dossier(proposal_id: UUID, position: int, audience: str = "committee") -> model.Dossier:
    """The dossier for an audience."""
    state, told = await state_of(proposal_id, position), TOLD[audience]
    reader = cast("model.Audience", audience)
    submitted, content = state.submitted()
    kept, form = state.edition, state.form
    fields = fields_told(state, audience)
    files = [file for file in content["files"] if file["field"] in fields]
    own = audience == "applicant"
    return model.Dossier(
        reference=content["reference"],
        title=content["title"] if _named(form.title_field, fields, audience) else "",
        organisation=content["organisation"] if _named(form.organisation_field, fields, audience) else "",
        call_title=kept.call.title.fr,
        service=kept.call.service.name.fr,
        lang="fr",
        drawn_for=reader,
        journal_position=position,
        journal_hash=bytes(state.entries[-1]["hash"]).hex(),
        journal_at=state.entries[-1]["at"],
        revision=submitted["number"],
        revision_digest=submitted["digest"],
        submitted_at=submitted["at"],
        edition=f"{kept.call.title.fr}, édition {state.number}",
        stage=_stage_name(state),
        answers=_answers(state, fields, files, reader),
        attachments=attachments(form, files) if told.files else (),
        decision=_decision(state, told),
        timeline=tuple(
            model.TimelineLine(event.at, event.text)
            for event in await events(proposal_id, kept, told.told, mine=own, position=position)
        ),
        observations=observations(state) if told.observations else (),
        clarifications=await _thread(state, told, own=own) if told.thread or told.asked else (),
        conciliation=await _talk(state, told) if told.talk else (),
        **(_evaluation(state, told) if told.evaluation else {}),
    )


async def sealed(asked: Job, address: str) -> model.Dossier:
    """The dossier of a job, with the rank kept when it was asked for, and its code. `address`: the service's."""
    assert asked.proposal is not None and asked.position is not None  # noqa: S101, PT018  the table's own rule
    told = await dossier(asked.proposal, asked.position, asked.audience)
    place = await row("SELECT rank, ranked, created_at FROM job WHERE id = {}", asked.id)
    if place is not None and place["rank"] is not None and told.total is not None:
        total = msgspec.structs.replace(told.total, rank=place["rank"], ranked=place["ranked"])
        told = msgspec.structs.replace(told, total=total, ranked_at=place["created_at"])
    code = code_of(asked.proposal, asked.kind, asked.audience, asked.position)
    return msgspec.structs.replace(told, code=code, verification=f"{address}/verifier/{quote(told.reference)}/{code}")


def _answers(
    state: State, fields: set[str], files: list[dict[str, Any]], reader: model.Audience
) -> tuple[model.AnswerSection, ...]:
    """Those of these fields. What they hang on may be told to others alone, and still decides what was asked."""
    submitted, content = state.submitted()
    day = local_day(submitted["at"])
    return lay_out(state.form, content["answers"], _by_field(files), "fr", today=day, audience=reader, told=fields)


def fields_told(state: State, audience: str) -> set[str]:
    """The questions whose answers it is told: by the form that they were given on, and by those of the edition of that
    time and of the present one where they have the field, the strictest of them."""
    later = (state.edition.form, state.present.form)
    return {
        field.id
        for field in state.form.fields
        if all(rules.tells(one, audience) for one in (field, *(form.field(field.id) for form in later)) if one)
    }


def _named(field: str, fields: set[str], audience: str) -> bool:
    """Whether it is told what the proposal, or its applicant, is called: strangers only where the form says so."""
    return audience != "public" or field in fields


def _evaluation(state: State, told: Told) -> dict[str, Any]:
    reviews = state.reviews(named=told.named)
    result = summary(state.grid, [review["scores"] for _, review, _ in reviews])
    return {
        "checklist": _checklist(state, told),
        "criteria": criteria_of(state.grid, result, reviews),
        "total": total_of(state.grid, result, reviews),
        "reviews": tuple(review_of(state.grid, *review) for review in reviews),
        "synthesis": _synthesis(state, told),
    }


def _decision(state: State, told: Told) -> model.Decision | None:
    found = decision(state)
    return found if found is None or told.signed else msgspec.structs.replace(found, author=None, delegation="")


async def _thread(state: State, told: Told, *, own: bool) -> tuple[model.Message, ...]:
    """What applicant and service wrote to each other; to the applicant no officer is named, to the committee nobody."""
    found = await rows(
        "SELECT m.side, m.text, e.at, m.question, jsonb_array_length(m.files) AS files, p.name FROM entry e"
        " JOIN message m ON m.id = (e.data ->> 'message')::uuid JOIN account p ON p.id = m.author"
        " WHERE e.stream = {} AND e.seq <= {}"
        " AND e.kind = ANY({}) ORDER BY e.seq",
        *(f"proposal:{state.line['id']}", state.position),
        ["question_asked", "question_answered", *(["message_sent"] if told.thread else [])],
    )
    return tuple(
        model.Message(
            line["at"],
            _sender(line, told, own=own),
            line["text"],
            _note(question=line["question"], files=line["files"]),
        )
        for line in found
    )


def _sender(line: Row, told: Told, *, own: bool) -> str:
    if line["side"] == "officer" and (own or not told.thread):
        return SERVICE
    return line["name"] if told.thread else "Le candidat"


def _note(*, question: bool, files: int) -> str:
    joined = f"{files} fichier{'s' if files > 1 else ''} joint{'s' if files > 1 else ''}" if files else ""
    return " ; ".join(part for part in ("Question, délai suspendu" if question else "", joined) if part)


async def _talk(state: State, told: Told) -> tuple[model.Message, ...]:
    """What the experts of the round said to each other in conciliation: with their names for officers alone."""
    found = await rows(
        "SELECT c.text, c.author, e.at, p.name, EXISTS (SELECT FROM assignment a WHERE a.proposal = c.proposal"
        " AND a.expert = c.author) AS expert FROM entry e JOIN conciliation c ON c.id = (e.data ->> 'message')::uuid"
        " JOIN account p ON p.id = c.author WHERE e.stream = {} AND e.seq <= {} AND c.round = {}"
        " AND e.kind = 'conciliation_message' ORDER BY e.seq",
        *(f"proposal:{state.line['id']}", state.position, state.round),
    )
    letters = {line["author"]: f"Évaluateur {label(number)}" for number, line in enumerate(state.counted())}

    def author(line: Row) -> str:
        if told.named or (state.open and line["expert"]):
            return str(line["name"])
        return letters.get(line["author"], "Un évaluateur") if line["expert"] else SERVICE

    return tuple(model.Message(line["at"], author(line), line["text"]) for line in found)


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


def _checklist(state: State, told: Told) -> model.Checklist | None:
    line, content = state.last("eligibility"), state.content("eligibility")
    if line is None or content is None:
        return None
    remarks = [content["reasons"]] if content["verdict"] == "returned" else []
    for field_id, remark in content["remarks"].items():
        field = state.form.field(field_id) or state.edition.form.field(field_id)
        remarks.append(f"{field.label.fr if field else field_id} : {remark}")
    return model.Checklist(
        verdict=VERDICTS[content["verdict"]],
        # An item that is asked of some proposals alone is told where it was answered.
        items=tuple(
            model.ChecklistItem(item.text.fr, content["items"].get(item.id))
            for item in state.edition.eligibility.items
            if item.shown_if is None or item.id in content["items"]
        ),
        reasons=(content["reasons"],) if content["verdict"] == "ineligible" else (),
        remarks="\n\n".join(remark for remark in remarks if remark),
        at=line["at"],
        author=line["author_name"] if told.named else None,
    )


def _synthesis(state: State, told: Told) -> model.Synthesis | None:
    line, content = state.last("synthesis"), state.content("synthesis")
    if line is None or content is None:
        return None
    wanted = outcome_name(state.edition, content["recommendation"]) if content["recommendation"] else None
    return model.Synthesis(content["text"], wanted, line["at"], line["author_name"] if told.named else None)
