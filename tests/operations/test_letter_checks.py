"""Decisions are published once somebody has read each letter as it will be sent."""

from datetime import UTC, datetime

import msgspec
import pytest

from reports.letters import Letter
from service.domain.lettering import faults
from service.operations import decisions, letter_checks, recusals
from service.operations.decisions import DecisionContent
from service.operations.letter_checks import ReadLetter, ReadLetters
from service.operations.recusals import Recusal
from service.problems import Conflict, Forbidden, Invalid, NotFound
from service.store import journal
from service.store.database import rows
from service.views import letter_checks as views
from service.views.documents import letter
from service.views.letter_checks import LettersPage
from tests.operations.sitting_case import Committee
from tests.operations.test_corrections import Decided

pytestmark = pytest.mark.usefixtures("database")


def read(found: LettersPage) -> ReadLetters:
    """What somebody says who has read that page."""
    return ReadLetters(tuple(ReadLetter(one.decision, one.mark) for one in found.items))


async def test_every_letter_is_read_as_it_is_before_any_is_sent() -> None:
    case = await Committee.gather(3)
    officer, slug = case.officer, case.trial.slug
    for proposal, outcome in zip(case.proposals, ("retained", "declined", "retained"), strict=True):
        await case.trial.decide(proposal, outcome, case.now)
    first = await views.letters(officer, slug, limit=2)
    rest = await views.letters(officer, slug, first.next, limit=2)
    assert [len(page.items) for page in (first, rest)] == [2, 1]
    assert (first.total, first.unchecked, first.others, rest.next) == (3, 3, 0, None)
    noted = await rows(
        "SELECT unnest(proposals) AS proposal FROM access_log WHERE account = {} AND what = 'letter'", officer.account
    )
    assert sorted(line["proposal"] for line in noted) == sorted(case.proposals)
    with pytest.raises(Conflict) as unread:
        await decisions.publish_decisions(officer, slug, now=case.now)
    assert unread.value.code == "letters_unchecked"
    with pytest.raises(Forbidden):
        await letter_checks.check_letters(case.members[1], slug, read(first), now=case.now)
    with pytest.raises(Invalid):
        await letter_checks.check_letters(officer, slug, ReadLetters(()), now=case.now)
    done = await letter_checks.check_letters(officer, slug, read(first), now=case.now)
    assert (done.count, done.unchecked) == (2, 1)

    # One of them changes after it was read: what was seen before is no reading of it.
    changed = DecisionContent("declined", "Autres motifs.", "Présidente, par délégation")
    await decisions.take_decision(case.chair, case.proposals[0], changed, 1, now=case.now)
    for late in (first, msgspec.structs.replace(first, items=(*first.items, *rest.items))):
        with pytest.raises(Conflict) as stale:
            await letter_checks.check_letters(officer, slug, read(late), now=case.now)
        assert stale.value.code == "letters_changed"
    left = await views.letters(officer, slug, unchecked=True)
    shown = [(one.letter.reasons, one.changed, [fault.kind for fault in one.faults]) for one in left.items]
    assert shown == [("Autres motifs.", True, ["no_delegation"]), ("Un projet mûr.", False, [])]
    assert left.items[0].letter.algorithmic_mention

    # Whoever is recused from one reads nothing of it, and is told that somebody else has to.
    await recusals.recuse(case.chair, case.proposals[2], Recusal(), now=case.now)
    theirs = await views.letters(case.chair, slug, unchecked=True)
    assert (len(theirs.items), theirs.total, theirs.unchecked, theirs.others) == (1, 2, 1, 1)
    with pytest.raises(NotFound):
        await letter_checks.check_letters(case.chair, slug, read(left), now=case.now)
    await letter_checks.check_letters(officer, slug, read(left), now=case.now)
    assert (await views.letters(officer, slug)).unchecked == 0
    await decisions.publish_decisions(officer, slug, now=case.now)
    assert (await views.letters(officer, slug)).total == 0
    told = await rows(
        "SELECT data FROM entry WHERE stream = {} AND kind = 'letters_checked' ORDER BY seq", f"call:{case.trial.call}"
    )
    assert [msgspec.json.decode(line["data"])["count"] for line in told] == [2, 2]
    assert await journal.verify(f"call:{case.trial.call}") == []


async def test_what_is_read_is_what_is_sent() -> None:
    found = Decided()
    found.case = await Committee.gather(1)
    found.id = found.case.proposals[0]
    officer, slug = found.case.officer, found.case.trial.slug
    read_before: list[Letter] = []

    async def read_and_publish() -> None:
        [one] = (await views.letters(officer, slug)).items
        read_before.append(one.letter)
        await found.publish()
        await found.carried_on()

    await found.case.trial.decide(found.id, "declined", found.case.now)
    await read_and_publish()
    await found.correct("retained", delegation="Arrêté du 3 mars 2044")
    await read_and_publish()
    sent = [await letter(found.id, position) for position in sorted(await found.letters())]
    # Its date is that of the publication; nothing else may differ.
    assert [msgspec.structs.replace(one, date=sent[0].date) for one in sent] == [
        msgspec.structs.replace(one, date=sent[0].date) for one in read_before
    ]
    assert read_before[1].cites


LETTER = Letter(
    reference="A-1",
    title="Titre",
    call_title="Appel",
    sender="Service",
    service="Service",
    contact="contact@service.test",
    recipient="Camille",
    organisation="Organisme",
    place="Paris",
    date=datetime(2044, 4, 8, tzinfo=UTC),
    subject="décision",
    outcome="Retenue",
    body="Votre candidature est retenue.",
    reasons="Projet mûr.",
    author="Dominique",
    capacity="Présidente",
    remedies="Deux mois.",
    algorithmic_mention="Un total.",
)


@pytest.mark.parametrize(
    ("change", "ranked", "kinds"),
    [
        ({}, True, []),
        ({"reasons": " \n"}, True, ["no_reasons"]),
        ({"algorithmic_mention": ""}, True, ["no_algorithms"]),
        ({"algorithmic_mention": ""}, False, []),
        ({"capacity": "Pour le ministre et par délégation, la directrice"}, True, ["no_delegation"]),
        ({"capacity": "Par délégation", "delegation": "Arrêté du 3 mars 2044"}, True, []),
        ({"capacity": "", "author": "", "recipient": "", "remedies": ""}, True, None),
        ({"body": ""}, True, ["no_body"]),
        ({"body": "", "cites": "Remplace celle du 3 mars.", "changes": ""}, True, ["no_changes"]),
        ({"body": "Votre candidature {reference} est retenue."}, True, ["placeholder"]),
        ({"reasons": "Le projet [à compléter] et XXXX."}, True, ["placeholder", "placeholder"]),
        ({"reasons": "Article 3 [1], (a), noté 4/5."}, True, []),
    ],
)
def test_what_is_wrong_in_a_letter(change: dict[str, str], ranked: bool, kinds: list[str] | None) -> None:  # noqa: FBT001
    found = [one.kind for one in faults(msgspec.structs.replace(LETTER, **change), ranked=ranked)]
    assert found == (["no_recipient", "no_capacity", "no_author", "no_remedies"] if kinds is None else kinds)
