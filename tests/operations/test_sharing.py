"""Proposals that several people write: who gets in, who is told, what ends, and what never happens twice."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from service.domain.actor import PROCESS, Actor, Role
from service.identity import secrets
from service.operations import (
    accounts,
    assignments,
    collaborators,
    drafts,
    joining,
    process,
    sharing,
    submissions,
    threads,
    withdrawals,
)
from service.operations.drafts import Change
from service.operations.sharing import MOST, MOST_A_DAY, Level
from service.operations.threads import MessageContent
from service.problems import Conflict, Forbidden, Invalid, NotFound, Problem, SignInNeeded
from service.settings import Settings
from service.store.database import rows, value
from service.views import asof, lists, proposals
from service.views import sharing as views
from service.views.lists import Filters
from tests.process.call import Trial, kinds
from tests.support.people import person
from workflows.messages import Look

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def configured(settings: Settings) -> None:
    secrets.configure(settings.secret)


@pytest.fixture
async def trial() -> Trial:
    return await Trial.publish(NOW, experts=2)


async def invite(trial: Trial, proposal: UUID, to: Actor, level: Level = "writer", at: datetime = NOW) -> str:
    """The secret that the mail brings."""
    invited = await sharing.invite_collaborator(trial.applicant, proposal, to.email, level, now=at)
    return secrets.derive("share", invited.id)


async def join(trial: Trial, proposal: UUID, level: Level = "writer", at: datetime = NOW) -> Actor:
    somebody = await person()
    await joining.join_proposal(somebody, await invite(trial, proposal, somebody, level, at), now=at)
    return somebody


async def told(proposal: UUID, actor: Actor) -> list[str]:
    """The mails about a proposal that were queued for somebody."""
    found = await rows(
        "SELECT template FROM outbox WHERE email = {} AND data ->> 'proposal' = {}",
        *(actor.email, str(proposal)),
    )
    return sorted(line["template"] for line in found)


async def test_a_link_alone_is_worth_nothing(trial: Trial) -> None:
    draft, partner = await trial.draft(NOW), await person()
    token = await invite(trial, draft, partner)
    with pytest.raises(SignInNeeded):
        await joining.join_proposal(Actor(), token, now=NOW)
    other = await person()
    with pytest.raises(Forbidden, match=partner.email) as refused:
        await joining.join_proposal(other, token, now=NOW)
    assert refused.value.code == "other_address"
    link = await views.invitation(other, token, NOW)
    assert link is not None
    assert (link.for_me, link.inviter, link.email) == (False, "", partner.email)
    for somebody in (partner, other):
        with pytest.raises(NotFound):
            await proposals.proposal(somebody, draft)
    assert (await lists.proposals(partner, Filters())).items == ()
    joined = await joining.join_proposal(partner, token, now=NOW + HOUR)
    assert joined == joining.Joined(draft, "writer")
    seen = await proposals.proposal(partner, draft)
    assert (seen.title, seen.level, seen.working, seen.mine) == ("Un projet", "writer", True, True)
    assert await joining.join_proposal(partner, token, now=NOW + 2 * HOUR) == joined, "a repeat after a lost answer"
    assert await kinds(draft) == ["draft_opened", "collaborator_invited", "collaborator_joined"]
    assert await told(draft, trial.applicant) == ["share_accepted"]


async def test_a_link_serves_once_for_a_day_and_the_last_one_counts(trial: Trial) -> None:
    draft, partner = await trial.draft(NOW), await person()
    first = await invite(trial, draft, partner, "reader")
    second = await invite(trial, draft, partner, "writer", NOW + HOUR)
    revoked = await sharing.invite_collaborator(trial.applicant, draft, "autre@mairie.test", "reader", now=NOW)
    await sharing.revoke_invitation(trial.applicant, draft, revoked.id, now=NOW)
    for token, at in ((first, NOW + HOUR), (second, NOW + HOUR + DAY), ("inconnu", NOW)):
        assert await views.invitation(partner, token, at) is None
        with pytest.raises(Conflict) as refused:
            await joining.join_proposal(partner, token, now=at)
        assert refused.value.code == "link_refused"
    assert [one.token for one in await views.my_invitations(partner, NOW + 2 * HOUR)] == [second]
    await joining.join_proposal(partner, second, now=NOW + 2 * HOUR)
    await collaborators.remove_collaborator(trial.applicant, draft, partner.person, now=NOW + 3 * HOUR)
    with pytest.raises(Conflict):
        await joining.join_proposal(partner, second, now=NOW + 4 * HOUR)
    with pytest.raises(NotFound):
        await proposals.proposal(partner, draft)
    assert (await kinds(draft))[-1] == "collaborator_removed"
    assert await told(draft, partner) == ["share_ended", "share_invited", "share_invited"]


async def test_a_writer_writes_a_reader_reads_and_only_the_owner_decides(trial: Trial) -> None:
    draft = await trial.draft(NOW)
    writer, reader = await join(trial, draft), await join(trial, draft, "reader")
    await drafts.save_answers(writer, draft, {"title": Change("À deux", 1)}, now=NOW)
    assert (await proposals.proposal(reader, draft)).answers["title"].value == "À deux"
    with pytest.raises(Forbidden):
        await drafts.save_answers(reader, draft, {"title": Change("Non", 2)}, now=NOW)
    for somebody in (writer, reader):
        for act in (
            submissions.submit_proposal(somebody, draft, now=NOW),
            withdrawals.discard_draft(somebody, draft, now=NOW),
            sharing.invite_collaborator(somebody, draft, "autre@mairie.test", "reader", now=NOW),
            collaborators.remove_collaborator(somebody, draft, reader.person, now=NOW),
            sharing.offer_ownership(somebody, draft, writer.person, now=NOW),
        ):
            with pytest.raises(Forbidden) as refused:
                await act
            assert refused.value.code == "not_your_role"
    for somebody, level in ((writer, "writer"), (reader, "reader"), (trial.applicant, "owner")):
        lines = (await lists.proposals(somebody, Filters(mine=True))).items
        assert [(line.id, line.mine, line.level) for line in lines] == [(draft, True, level)]
    await submissions.submit_proposal(trial.applicant, draft, now=NOW)
    await threads.send_message(writer, draft, MessageContent("Une précision."), now=NOW + HOUR)
    assert await value("SELECT side FROM message WHERE proposal = {}", draft) == "applicant"
    with pytest.raises(Forbidden):
        await threads.send_message(reader, draft, MessageContent("Moi aussi."), now=NOW + HOUR)
    await threads.send_message(trial.officer, draft, MessageContent("Merci."), now=NOW + 2 * HOUR)
    assert [await told(draft, one) for one in (writer, reader)] == [
        ["message", "receipt", "share_invited"],
        ["share_invited"],
    ]
    assert "message" in await told(draft, trial.applicant)


async def test_who_runs_the_call_joins_nothing_and_who_joined_runs_nothing(trial: Trial) -> None:
    draft = await trial.draft(NOW)
    for staff in (trial.officer, trial.chair, trial.experts[0]):
        # Inviting them tells nothing of what they are: that they judge is hidden from applicants.
        token = await invite(trial, draft, staff)
        with pytest.raises(Forbidden) as refused:
            await joining.join_proposal(staff, token, now=NOW)
        assert refused.value.code == "staff_of_call"
    partner = await join(trial, draft)
    for role in (Role.EXPERT, Role.OFFICER, Role.COMMITTEE):
        with pytest.raises(Conflict) as held:
            await accounts.grant_role(PROCESS, partner.person, role, trial.slug, now=NOW)
        assert held.value.code == "applicant_of_call"


async def test_who_once_shared_a_proposal_never_judges_it(trial: Trial) -> None:
    draft = await trial.draft(NOW)
    partner = await join(trial, draft)
    await collaborators.leave_proposal(partner, draft, now=NOW)
    with pytest.raises(NotFound):
        await collaborators.leave_proposal(partner, draft, now=NOW)
    assert await told(draft, trial.applicant) == ["share_accepted", "share_left"]
    await submissions.submit_proposal(trial.applicant, draft, now=NOW)
    await process.look(Look(str(draft), NOW))
    await accounts.grant_role(PROCESS, partner.person, Role.EXPERT, trial.slug, now=NOW)
    with pytest.raises(Forbidden) as refused:
        await assignments.propose_experts(trial.officer, draft, (partner.person,), now=NOW)
    assert refused.value.code == "conflict_of_interest"


async def test_ownership_moves_when_it_is_accepted(trial: Trial) -> None:
    proposal = await trial.submit(NOW)
    before = await value("SELECT last_seq FROM proposal WHERE id = {}", proposal)
    partner, reader = await join(trial, proposal, "reader"), await join(trial, proposal, "reader")
    with pytest.raises(NotFound):
        await sharing.offer_ownership(trial.applicant, proposal, (await person()).person, now=NOW)
    await sharing.offer_ownership(trial.applicant, proposal, reader.person, now=NOW)
    offer = await sharing.offer_ownership(trial.applicant, proposal, partner.person, now=NOW)
    pending = await invite(trial, proposal, await person())
    token = secrets.derive("share", offer.id)
    assert (await views.sharing(reader, proposal, NOW)).offer == "", "another offer replaces the one that waits"
    assert (await views.sharing(partner, proposal, NOW)).offer == token
    assert (await proposals.proposal(partner, proposal)).level == "reader"
    assert await joining.join_proposal(partner, token, now=NOW) == joining.Joined(proposal, "owner")
    levels = {one.account: one.level for one in (await views.sharing(partner, proposal, NOW)).members}
    assert levels == {partner.account: "owner", reader.account: "reader", trial.applicant.account: "writer"}
    assert await views.invitation(partner, pending, NOW) is None
    with pytest.raises(Forbidden):
        await submissions.withdraw_proposal(trial.applicant, proposal, "", now=NOW)
    await submissions.withdraw_proposal(partner, proposal, "", now=NOW)
    for somebody in (trial.applicant, partner):
        assert "ownership_transferred" in await told(proposal, somebody)
    assert (await kinds(proposal))[-2:] == ["ownership_transferred", "proposal_withdrawn"]
    # What was drawn for the former owner is drawn again with the same name.
    assert (await asof.state_of(proposal, before)).line["owner_name"] == trial.applicant.name
    last = await value("SELECT last_seq FROM proposal WHERE id = {}", proposal)
    assert (await asof.state_of(proposal, last)).line["owner_name"] == partner.name


async def test_an_offer_that_is_declined_or_outlived_changes_nothing(trial: Trial) -> None:
    draft = await trial.draft(NOW)
    partner = await join(trial, draft)
    for end in ("declined", "left"):
        offer = await sharing.offer_ownership(trial.applicant, draft, partner.person, now=NOW)
        token = secrets.derive("share", offer.id)
        if end == "declined":
            await joining.decline_invitation(partner, token, now=NOW)
        else:
            await collaborators.leave_proposal(partner, draft, now=NOW)
        with pytest.raises(Conflict):
            await joining.join_proposal(partner, token, now=NOW)
    assert (await proposals.proposal(trial.applicant, draft)).level == "owner"
    assert await told(draft, trial.applicant) == ["share_accepted", "share_declined", "share_left"]


async def test_a_level_counts_from_the_next_request_on(trial: Trial) -> None:
    draft = await trial.draft(NOW)
    partner = await join(trial, draft)
    await collaborators.change_level(trial.applicant, draft, partner.person, "reader", now=NOW)
    await collaborators.change_level(trial.applicant, draft, partner.person, "reader", now=NOW)
    with pytest.raises(Forbidden):
        await drafts.save_answers(partner, draft, {"title": Change("Non", 1)}, now=NOW)
    assert await told(draft, partner) == ["share_changed", "share_invited"]
    assert (await kinds(draft)).count("collaborator_changed") == 1


async def test_nobody_is_flooded_with_invitations(trial: Trial) -> None:
    drafted = [await trial.draft(NOW) for _ in range(3)]
    for bad in (trial.applicant.email, "personne", ""):
        with pytest.raises((Conflict, Invalid)):
            await sharing.invite_collaborator(trial.applicant, drafted[0], bad, "reader", now=NOW)
    sent = 0
    refusals: list[tuple[int, str]] = []
    for draft in drafted:
        for number in range(MOST + 1):
            try:
                await sharing.invite_collaborator(
                    trial.applicant, draft, f"n{number}-{draft.hex[:8]}@mairie.test", "reader", now=NOW
                )
                sent += 1
            except Problem as problem:
                refusals.append((sent, problem.code))
                break
    assert refusals == [
        (MOST, "too_many_collaborators"),
        (2 * MOST, "too_many_collaborators"),
        (MOST_A_DAY, "too_many_invitations"),
    ]
    # An unanswered one takes no place once it is over, and its address is forgotten a week later.
    later = NOW + DAY + HOUR
    await sharing.invite_collaborator(trial.applicant, drafted[0], "autre@mairie.test", "reader", now=later)
    await sharing.forget_shares(NOW + 8 * DAY + HOUR)
    emails = await rows("SELECT email FROM share WHERE inviter = {}", trial.applicant.account)
    assert [line["email"] for line in emails] == ["autre@mairie.test"]


async def test_a_discarded_draft_is_there_for_its_owner_alone(trial: Trial) -> None:
    draft = await trial.draft(NOW)
    partner, late = await join(trial, draft), await person()
    token = await invite(trial, draft, late)
    await withdrawals.discard_draft(trial.applicant, draft, now=NOW)
    for act in (withdrawals.restore_draft(partner, draft, now=NOW), proposals.proposal(partner, draft)):
        with pytest.raises(NotFound):
            await act
    with pytest.raises(Conflict):
        await joining.join_proposal(late, token, now=NOW)
    await withdrawals.restore_draft(trial.applicant, draft, now=NOW)
    assert (await proposals.proposal(partner, draft)).title == "Un projet"
