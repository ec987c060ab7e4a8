"""Every route with its right."""

import json
import re
from collections.abc import Iterator

import httpx
import pytest
from litestar.handlers import HTTPRouteHandler

from service.app import create_litestar
from service.domain.policy import Action
from service.operations.calls import PublishedEdition
from service.settings import Settings

PUBLIC = "public"
SIGNED_IN = "signed_in"
# The whole listing of the API: a route that is not here fails, and so does one that is here and nowhere else.
API = {
    "POST /api/session": PUBLIC,
    "DELETE /api/session": SIGNED_IN,
    "POST /api/tokens": SIGNED_IN,
    "GET /api/me": SIGNED_IN,
    "GET /api/sessions": SIGNED_IN,
    "DELETE /api/sessions/{session_id:uuid}": SIGNED_IN,
    "POST /api/password/reset": PUBLIC,
    "POST /api/password": PUBLIC,
    "PUT /api/password": SIGNED_IN,
    "GET /api/me/data": SIGNED_IN,
    "GET /api/me/erasure": SIGNED_IN,
    "POST /api/me/erasure": SIGNED_IN,
    "POST /api/accounts": PUBLIC,
    "POST /api/accounts/confirm": PUBLIC,
    "GET /api/accounts": Action.ACCOUNT_DISABLE,
    "POST /api/accounts/{account_id:uuid}/roles": Action.ROLE_GRANT,
    "DELETE /api/accounts/{account_id:uuid}/roles": Action.ROLE_GRANT,
    "POST /api/accounts/{account_id:uuid}/disable": Action.ACCOUNT_DISABLE,
    "POST /api/invitations": Action.ACCOUNT_INVITE,
    "POST /api/invitations/accept": PUBLIC,
    "GET /api/calls": PUBLIC,
    "GET /api/calls/{slug:str}": PUBLIC,
    "GET /api/calls/{slug:str}/steps": PUBLIC,
    "GET /api/calls/{slug:str}/criteria": PUBLIC,
    "GET /api/calls/{slug:str}/form": PUBLIC,
    "GET /api/calls/{slug:str}/form.pdf": PUBLIC,
    "GET /api/calls/{slug:str}/rules": PUBLIC,
    "GET /api/calls/{slug:str}/personal-data": PUBLIC,
    "GET /api/calls/{slug:str}/questions": PUBLIC,
    "POST /api/calls/{slug:str}/questions": Action.CALL_ASK,
    "GET /api/calls/{slug:str}/questions/all": Action.CALL_ANSWER,
    "POST /api/questions/{inquiry_id:uuid}/answer": Action.CALL_ANSWER,
    "POST /api/questions/{inquiry_id:uuid}/publication": Action.CALL_ANSWER,
    "POST /api/questions/{inquiry_id:uuid}/decline": Action.CALL_ANSWER,
    "POST /api/calls/{slug:str}/proposals": Action.DRAFT_OPEN,
    "GET /api/calls/{slug:str}/ranking": Action.CALL_RANK,
    "GET /api/calls/{slug:str}/ranking/what-if": Action.CALL_RANK,
    "GET /api/calls/{slug:str}/report": Action.CALL_REPORT,
    "GET /api/calls/{slug:str}/report.pdf": Action.CALL_REPORT,
    "GET /api/annual-report": Action.CALL_REPORT,
    "GET /api/annual-report.pdf": Action.CALL_REPORT,
    "GET /api/calls/{slug:str}/board": Action.CALL_BOARD,
    "GET /api/calls/{slug:str}/board/experts": Action.CALL_BOARD,
    "GET /api/calls/{slug:str}/board/reviews": Action.CALL_BOARD,
    "GET /api/calls/{slug:str}/mails": Action.MAIL_READ,
    "GET /api/mails": Action.MAIL_READ,
    "POST /api/mails/{mail_id:uuid}/resend": Action.MAIL_RESEND,
    "GET /api/me/mails": SIGNED_IN,
    "PUT /api/me/mails": SIGNED_IN,
    "GET /api/calls/{slug:str}/counts": Action.CALL_LIST_PROPOSALS,
    "GET /api/calls/{slug:str}/experts": Action.ACCOUNT_INVITE,
    "PUT /api/calls/{slug:str}/experts/{account_id:uuid}/limit": Action.EXPERT_MANAGE,
    "GET /api/calls/{slug:str}/experts/{account_id:uuid}/reviews": Action.EXPERT_MANAGE,
    "GET /api/experts/{account_id:uuid}/profile": SIGNED_IN,
    "PUT /api/experts/{account_id:uuid}/profile": SIGNED_IN,
    "POST /api/calls/{slug:str}/experts/import": Action.EXPERT_MANAGE,
    "GET /api/experts/imports/{roster_id:uuid}": Action.EXPERT_MANAGE,
    "DELETE /api/experts/imports/{roster_id:uuid}": Action.EXPERT_MANAGE,
    "POST /api/experts/imports/{roster_id:uuid}/apply": Action.EXPERT_MANAGE,
    "GET /api/calls/{slug:str}/teams": Action.TEAM_MANAGE,
    "POST /api/calls/{slug:str}/teams": Action.TEAM_MANAGE,
    "PUT /api/teams/{team_id:uuid}": Action.TEAM_MANAGE,
    "GET /api/calls/{slug:str}/plan": Action.CALL_PLAN,
    "GET /api/calls/{slug:str}/plan/proposals": Action.CALL_PLAN,
    "POST /api/calls/{slug:str}/plan": Action.CALL_PLAN,
    "POST /api/calls/{slug:str}/plan/application": Action.CALL_PLAN,
    "POST /api/calls/{slug:str}/plan/pins": Action.ASSIGNMENT_PROPOSE,
    "GET /api/calls/{slug:str}/bids": Action.CALL_BID,
    "PUT /api/calls/{slug:str}/bids/{proposal_id:uuid}": Action.CALL_BID,
    "DELETE /api/teams/{team_id:uuid}": Action.TEAM_MANAGE,
    "POST /api/calls/{slug:str}/publication": Action.CALL_PUBLISH_DECISIONS,
    "GET /api/calls/{slug:str}/letters": Action.CALL_CHECK_LETTERS,
    "POST /api/calls/{slug:str}/letters/checks": Action.CALL_CHECK_LETTERS,
    "GET /api/proposals/{proposal_id:uuid}/chain": Action.PROPOSAL_READ,
    "GET /api/proposals/{proposal_id:uuid}/decisions": Action.PROPOSAL_READ,
    "POST /api/proposals/{proposal_id:uuid}/correction": Action.DECISION_CORRECT,
    "POST /api/proposals/{proposal_id:uuid}/correction/abandonment": Action.DECISION_CORRECT,
    "GET /api/calls/{slug:str}/sittings": Action.SITTING_READ,
    "POST /api/calls/{slug:str}/sittings": Action.SITTING_MANAGE,
    "GET /api/sittings/{sitting_id:uuid}": Action.SITTING_READ,
    "PUT /api/sittings/{sitting_id:uuid}": Action.SITTING_MANAGE,
    "PUT /api/sittings/{sitting_id:uuid}/agenda": Action.SITTING_MANAGE,
    "POST /api/sittings/{sitting_id:uuid}/convocation": Action.SITTING_MANAGE,
    "POST /api/sittings/{sitting_id:uuid}/cancellation": Action.SITTING_MANAGE,
    "GET /api/sittings/{sitting_id:uuid}/calendar": Action.SITTING_READ,
    "GET /api/sittings/{sitting_id:uuid}/changes": Action.SITTING_READ,
    "POST /api/sittings/{sitting_id:uuid}/opening": Action.SITTING_LEAD,
    "PUT /api/sittings/{sitting_id:uuid}/attendance": Action.SITTING_LEAD,
    "PUT /api/sittings/{sitting_id:uuid}/current": Action.SITTING_LEAD,
    "POST /api/sittings/{sitting_id:uuid}/votes": Action.SITTING_LEAD,
    "POST /api/votes/{vote_id:uuid}/ballots": Action.BALLOT_CAST,
    "POST /api/votes/{vote_id:uuid}/closing": Action.SITTING_LEAD,
    "POST /api/votes/{vote_id:uuid}/annulment": Action.SITTING_LEAD,
    "POST /api/sittings/{sitting_id:uuid}/postponement": Action.SITTING_LEAD,
    "POST /api/sittings/{sitting_id:uuid}/apart": Action.BALLOT_CAST,
    "PUT /api/sittings/{sitting_id:uuid}/notes": Action.SITTING_LEAD,
    "POST /api/sittings/{sitting_id:uuid}/closing": Action.SITTING_LEAD,
    "GET /api/sittings/{sitting_id:uuid}/minutes": Action.SITTING_READ,
    "POST /api/sittings/{sitting_id:uuid}/dissent": Action.SITTING_READ,
    "POST /api/sittings/{sitting_id:uuid}/minutes/approval": Action.MINUTES_APPROVE,
    "GET /api/sittings/{sitting_id:uuid}/decisions": Action.SITTING_DECIDE,
    "POST /api/sittings/{sitting_id:uuid}/decisions": Action.SITTING_DECIDE,
    "POST /api/proposals/{proposal_id:uuid}/recusal": Action.RECUSAL_DECLARE,
    "POST /api/calls/{slug:str}/batches": Action.CALL_STEER,
    "POST /api/calls/{slug:str}/batches/foreseen": Action.CALL_STEER,
    "GET /api/calls/{slug:str}/batches": Action.CALL_STEER,
    "GET /api/batches/{batch_id:uuid}": Action.CALL_STEER,
    "POST /api/editions": Action.CALL_PUBLISH_EDITION,
    "GET /api/calls/{slug:str}/differences": PUBLIC,
    "GET /api/calls/{slug:str}/migration": Action.CALL_MIGRATE,
    "POST /api/calls/{slug:str}/migration": Action.CALL_MIGRATE,
    "GET /api/calls/{slug:str}/extensions": Action.DEADLINE_EXTEND,
    "POST /api/calls/{slug:str}/extensions": Action.DEADLINE_EXTEND,
    "POST /api/calls/{slug:str}/extensions/foreseen": Action.DEADLINE_EXTEND,
    "GET /api/drafts/discarded": SIGNED_IN,
    "GET /api/proposals": SIGNED_IN,
    "GET /api/proposals/{proposal_id:uuid}": Action.PROPOSAL_READ,
    "GET /api/proposals/{proposal_id:uuid}/answers": Action.DRAFT_SAVE,
    "PATCH /api/proposals/{proposal_id:uuid}/answers": Action.DRAFT_SAVE,
    "POST /api/proposals/{proposal_id:uuid}/attachments": Action.ATTACHMENT_ADD,
    "PUT /api/proposals/{proposal_id:uuid}/attachments": Action.ATTACHMENT_ORDER,
    "POST /api/proposals/{proposal_id:uuid}/form-seen": Action.DRAFT_SAVE,
    "POST /api/proposals/{proposal_id:uuid}/submit": Action.PROPOSAL_SUBMIT,
    "POST /api/proposals/{proposal_id:uuid}/withdraw": Action.PROPOSAL_WITHDRAW,
    "DELETE /api/proposals/{proposal_id:uuid}": Action.DRAFT_DISCARD,
    "POST /api/proposals/{proposal_id:uuid}/restore": Action.DRAFT_RESTORE,
    "POST /api/proposals/{proposal_id:uuid}/withdraw/undo": Action.WITHDRAWAL_UNDO,
    "POST /api/proposals/{proposal_id:uuid}/amendment": Action.PROPOSAL_AMEND,
    "DELETE /api/proposals/{proposal_id:uuid}/amendment": Action.PROPOSAL_AMEND,
    "GET /api/proposals/{proposal_id:uuid}/changes": Action.CHANGES_READ,
    "GET /api/proposals/{proposal_id:uuid}/thread": Action.THREAD_READ,
    "POST /api/proposals/{proposal_id:uuid}/thread": Action.THREAD_WRITE,
    "POST /api/proposals/{proposal_id:uuid}/thread/close": Action.QUESTION_CLOSE,
    "GET /api/proposals/{proposal_id:uuid}/collaborators": Action.SHARING_READ,
    "PUT /api/proposals/{proposal_id:uuid}/collaborators/{account_id:uuid}": Action.SHARING_MANAGE,
    "DELETE /api/proposals/{proposal_id:uuid}/collaborators/{account_id:uuid}": Action.SHARING_MANAGE,
    "POST /api/proposals/{proposal_id:uuid}/invitations": Action.SHARING_MANAGE,
    "DELETE /api/proposals/{proposal_id:uuid}/invitations/{invitation_id:uuid}": Action.SHARING_MANAGE,
    "POST /api/proposals/{proposal_id:uuid}/transfer": Action.SHARING_MANAGE,
    "POST /api/proposals/{proposal_id:uuid}/leave": Action.SHARING_LEAVE,
    "GET /api/shares": SIGNED_IN,
    "POST /api/shares/accept": SIGNED_IN,
    "POST /api/shares/decline": SIGNED_IN,
    "GET /api/proposals/{proposal_id:uuid}/timeline": Action.PROPOSAL_READ,
    "GET /api/proposals/{proposal_id:uuid}/journal": Action.JOURNAL_READ,
    "GET /api/proposals/{proposal_id:uuid}/place": Action.REVIEW_READ_ALL,
    "POST /api/proposals/{proposal_id:uuid}/eligibility": Action.ELIGIBILITY_ANSWER,
    "POST /api/proposals/{proposal_id:uuid}/assignments": Action.ASSIGNMENT_PROPOSE,
    "GET /api/proposals/{proposal_id:uuid}/conflicts": Action.CONFLICT_READ,
    "POST /api/proposals/{proposal_id:uuid}/conflicts/{conflict_id:uuid}/dismiss": Action.CONFLICT_DISMISS,
    "POST /api/proposals/{proposal_id:uuid}/conflicts/{conflict_id:uuid}/reinstate": Action.CONFLICT_DISMISS,
    "POST /api/proposals/{proposal_id:uuid}/conflicts/{conflict_id:uuid}/confirm": Action.CONFLICT_DISMISS,
    "GET /api/interests": SIGNED_IN,
    "POST /api/interests": SIGNED_IN,
    "DELETE /api/interests/{interest_id:uuid}": SIGNED_IN,
    "GET /api/proposals/{proposal_id:uuid}/synthesis": Action.SYNTHESIS_READ,
    "PUT /api/proposals/{proposal_id:uuid}/synthesis": Action.SYNTHESIS_SAVE,
    "POST /api/proposals/{proposal_id:uuid}/synthesis": Action.SYNTHESIS_SUBMIT,
    "GET /api/proposals/{proposal_id:uuid}/decision": Action.PROPOSAL_READ,
    "POST /api/proposals/{proposal_id:uuid}/decision": Action.DECISION_TAKE,
    "GET /api/proposals/{proposal_id:uuid}/conciliation": Action.CONCILIATION_READ,
    "POST /api/proposals/{proposal_id:uuid}/conciliation": Action.CONCILIATION_WRITE,
    "POST /api/reviews/{review_id:uuid}/confirm": Action.REVIEW_SUBMIT,
    "GET /api/proposals/{proposal_id:uuid}/steering": Action.JOURNAL_READ,
    "POST /api/proposals/{proposal_id:uuid}/steering/skip": Action.PROPOSAL_STEER,
    "POST /api/proposals/{proposal_id:uuid}/steering/back": Action.PROPOSAL_STEER,
    "POST /api/proposals/{proposal_id:uuid}/steering/reopen": Action.PROPOSAL_STEER,
    "POST /api/proposals/{proposal_id:uuid}/steering/stop": Action.PROPOSAL_STEER,
    "POST /api/proposals/{proposal_id:uuid}/steering/extend": Action.PROPOSAL_STEER,
    "POST /api/proposals/{proposal_id:uuid}/steering/reassign": Action.PROPOSAL_STEER,
    "GET /api/catalogue": PUBLIC,
    "GET /api/catalogue/{reference:str}": PUBLIC,
    "GET /api/pilots": SIGNED_IN,
    "GET /api/pilots/hindsight": SIGNED_IN,
    "GET /api/proposals/{proposal_id:uuid}/pilot": Action.PILOT_READ,
    "PUT /api/proposals/{proposal_id:uuid}/pilot": Action.PILOT_LEAD,
    "POST /api/proposals/{proposal_id:uuid}/pilot/milestones": Action.PILOT_REPORT,
    "PUT /api/milestones/{milestone_id:uuid}": Action.PILOT_REPORT,
    "POST /api/proposals/{proposal_id:uuid}/pilot/measures": Action.PILOT_REPORT,
    "POST /api/proposals/{proposal_id:uuid}/pilot/reviews": Action.PILOT_LEAD,
    "POST /api/proposals/{proposal_id:uuid}/pilot/outcome": Action.PILOT_LEAD,
    "POST /api/assignments/{assignment_id:uuid}/extend": Action.PROPOSAL_STEER,
    "GET /api/proposals/{proposal_id:uuid}/receipt.pdf": Action.RECEIPT_READ,
    "GET /api/proposals/{proposal_id:uuid}/dossier.pdf": Action.DOSSIER_READ,
    "GET /api/proposals/{proposal_id:uuid}/own-dossier.pdf": Action.DOSSIER_READ_OWN,
    "GET /api/proposals/{proposal_id:uuid}/public-dossier.pdf": PUBLIC,
    "GET /api/proposals/{proposal_id:uuid}/archive.pdf": Action.ARCHIVE_READ,
    "GET /api/proposals/{proposal_id:uuid}/bundle.zip": Action.BUNDLE_READ,
    "GET /api/calls/{slug:str}/bundle.zip": Action.CALL_BUNDLE,
    "GET /api/calls/{slug:str}/transparency.zip": Action.CALL_TRANSPARENCY,
    "GET /api/sittings/{sitting_id:uuid}/pack.pdf": Action.SITTING_READ,
    "GET /api/sittings/{sitting_id:uuid}/minutes.pdf": Action.SITTING_READ,
    "GET /api/sittings/{sitting_id:uuid}/convocation.pdf": Action.SITTING_READ,
    "GET /api/verification": PUBLIC,
    "GET /api/proposals/{proposal_id:uuid}/letter.pdf": Action.LETTER_READ,
    "GET /api/metrics": Action.SERVICE_WATCH,
    "GET /api/jobs/{job_id:uuid}": PUBLIC,
    "OPTIONS /api/proposals/{proposal_id:uuid}/uploads": PUBLIC,
    "POST /api/proposals/{proposal_id:uuid}/uploads": Action.ATTACHMENT_ADD,
    "GET /api/proposals/{proposal_id:uuid}/uploads": Action.ATTACHMENT_ADD,
    "GET /api/uploads/{upload_id:uuid}": Action.ATTACHMENT_ADD,
    "PATCH /api/uploads/{upload_id:uuid}": Action.ATTACHMENT_ADD,
    "DELETE /api/uploads/{upload_id:uuid}": Action.ATTACHMENT_ADD,
    "GET /api/attachments/{attachment_id:uuid}": Action.ATTACHMENT_READ,
    "GET /api/attachments/{attachment_id:uuid}/pages/{number:int}": Action.ATTACHMENT_READ,
    "DELETE /api/attachments/{attachment_id:uuid}": Action.ATTACHMENT_REMOVE,
    "POST /api/attachments/{attachment_id:uuid}/restore": Action.ATTACHMENT_RESTORE,
    "POST /api/assignments/{assignment_id:uuid}/reminder": Action.ASSIGNMENT_REMIND,
    "POST /api/assignments/reminders": Action.ASSIGNMENT_REMIND,
    "POST /api/assignments/{assignment_id:uuid}/accept": Action.ASSIGNMENT_ANSWER,
    "POST /api/assignments/accept": Action.ASSIGNMENT_ANSWER,
    "POST /api/assignments/{assignment_id:uuid}/decline": Action.ASSIGNMENT_ANSWER,
    "GET /api/assignments/{assignment_id:uuid}/colleagues": Action.ASSIGNMENT_DELEGATE,
    "POST /api/assignments/{assignment_id:uuid}/delegate": Action.ASSIGNMENT_DELEGATE,
    "POST /api/suggestions/{suggestion_id:uuid}/take": Action.ASSIGNMENT_PROPOSE,
    "POST /api/assignments/{assignment_id:uuid}/conflict": Action.CONFLICT_DECLARE,
    "GET /api/reviews": SIGNED_IN,
    "GET /api/reviews/{review_id:uuid}": Action.REVIEW_READ_OWN,
    "GET /api/reviews/{review_id:uuid}/standing": Action.REVIEW_READ_OWN,
    "PUT /api/reviews/{review_id:uuid}": Action.REVIEW_SAVE,
    "PATCH /api/reviews/{review_id:uuid}": Action.REVIEW_SAVE,
    "PUT /api/reviews/{review_id:uuid}/mark": Action.REVIEW_MARK,
    "POST /api/reviews/{review_id:uuid}/submit": Action.REVIEW_SUBMIT,
    "GET /api": PUBLIC,
    "GET /api/docs": PUBLIC,
    "GET /api/docs.css": PUBLIC,
    "GET /api/openapi.json": PUBLIC,
    "GET /health/live": PUBLIC,
    "GET /health/ready": PUBLIC,
}
UNDESCRIBED = {"GET /api", "GET /api/docs", "GET /api/docs.css", "GET /api/openapi.json"} | {
    "OPTIONS /api/proposals/{proposal_id:uuid}/uploads"
}


def handlers(settings: Settings) -> Iterator[tuple[str, HTTPRouteHandler]]:
    """Every route of the application: `METHOD path` and its handler."""
    for route in create_litestar(settings).routes:
        for handler in getattr(route, "route_handlers", ()):
            for method in handler.http_methods:
                if handler.handler_name != "options_handler":
                    yield f"{method} {route.path}", handler


def test_the_listing_is_the_routes(settings: Settings) -> None:
    found = {
        name: handler.opt.get("action")
        for name, handler in handlers(settings)
        if re.match(r"\w+ /(api|health)(/|$)", name)
    }
    assert found == {name: str(action) for name, action in API.items()}


def test_every_route_of_the_application_has_a_right(settings: Settings) -> None:
    known = {PUBLIC, SIGNED_IN, *(action.value for action in Action)}
    assert {
        name: handler.opt.get("action")
        for name, handler in handlers(settings)
        if handler.opt.get("action") not in known
    } == {}


@pytest.mark.parametrize("name", sorted(name for name, action in API.items() if action != PUBLIC))
async def test_nobody_gets_in_where_somebody_must_sign_in(anybody: httpx.AsyncClient, name: str) -> None:
    method, path = name.split()
    address = (
        re.sub(r"\{\w+:uuid\}", "018f6b1e-7a90-7c3e-9a51-0d6f3a2b4c5d", path)
        .replace("{slug:str}", "nowhere")
        .replace("{number:int}", "1")
    )
    answer = await anybody.request(method, address, content=b"not even read" if method != "GET" else None)
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_needed")


async def test_the_form_of_a_call_explains_itself(anybody: httpx.AsyncClient, call: PublishedEdition) -> None:
    lines = (await anybody.get("/api/calls")).json()["items"]
    assert call.slug in [line["slug"] for line in lines if line["state"] == "open"]
    shown = (await anybody.get(f"/api/calls/{call.slug}")).json()
    fields = [field for section in shown["form"]["sections"] for field in section["fields"]]
    assert len(fields) > 20
    for field in fields:
        assert field["kind"]
        assert {"fr", "en"} <= set(field["label"])
        assert isinstance(field["shape"], dict)
    assert shown["grid"]["criteria"]
    assert shown["checklist"]["items"]
    assert shown["process"]["stages"]
    json.dumps(shown)
