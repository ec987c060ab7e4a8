"""Every form that asks something about a person says why, on what ground, for how long, and whom to ask."""

import html
import re

import httpx
import pytest

from forms import catalogue, parse_edition
from service import clock
from service.operations import conciliations, process
from service.operations.calls import PublishedEdition
from service.operations.conciliations import TalkContent
from service.operations.reviews import ReviewContent
from service.pages.render import TEMPLATES
from service.store.database import value
from service.views.dossiers import dossier
from tests.api.acting import good, scene
from tests.api.people import client, token_of
from tests.operations.review_case import case, fill, in_review
from tests.process.call import DISAGREEING, Trial
from tests.support.people import person
from workflows.messages import Close

ABOUT = parse_edition(catalogue.read("ami-2025")).call
ACCOUNT = ("mission d’intérêt public", 'href="/donnees-personnelles"')
OWN = "l’effacez"
WEEK = "une semaine après son terme"
# Whoever looks; the page, whose braces the scene fills; what this form's own sentence says.
PAGES = (
    ("anybody", "/inscription", ("vous reconnaître et à vous écrire", *ACCOUNT)),
    ("anybody", "/connexion", ("comptés quelques heures", *ACCOUNT)),
    ("anybody", "/mot-de-passe", ("vous envoyer ce lien", *ACCOUNT)),
    ("anybody", "/appels/{slug}/formulaire", ("instruire la candidature",)),
    ("anybody", "/appels/{slug}/questions", ("répondre à tous", OWN)),
    ("anybody", "/appels/{slug}/donnees", ("les adresses des personnes que vous invitez",)),
    ("applicant", "/appels/{slug}/questions", ("répondre à tous", OWN)),
    ("applicant", "/candidatures/{draft}?section={section}", ("instruire la candidature",)),
    ("applicant", "/candidatures/{draft}?section=depot", ("instruire la candidature",)),
    ("applicant", "/candidatures/{draft}/pieces?champ=annexes&section={section}", ("instruire la candidature",)),
    ("applicant", "/candidatures/{draft}/partage", ("envoyer l’invitation", "un transfert la prévient", WEEK)),
    ("partner", "/partage/{token}", ("donnée par la personne qui vous invite", WEEK)),
    ("anybody", "/partage/{token}", ("donnée par la personne qui vous invite", WEEK)),
    ("applicant", "/candidatures/{proposal}", ("Le motif, si vous en donnez un",)),
    ("applicant", "/candidatures/{proposal}/echanges", ("Vos messages et leurs fichiers",)),
    ("expert", "/evaluations/invitations/{assignment}/decliner", ("le nom que vous proposez",)),
    ("expert", "/evaluations/invitations/{assignment}/conflit", ("quelqu’un d’autre",)),
    ("expert", "/evaluations/liens", ("écarter les conflits d’intérêts", *ACCOUNT)),
    ("expert", "/profil", ("écarter les conflits d’intérêts", *ACCOUNT)),
)
ASKS = re.compile(r"\bask\.(line|area|upload|choices)\(|form\.field_input\(")
TELLS = re.compile(r"personal\.(told|of_account)\(")
# Rooms of the service’s own people, and what asks nothing about a person or is part of a page that tells.
INSIDE = ("staff/", "committee/", "members/", "preview/", "dsfr/", "review/")
ELSEWHERE = {
    "account/account.html",  # its own section on personal data
    "catalogue/list.html",  # a search
    "expert/profile_fields.html",
    "fields.html",
    "verification.html",  # a reference and its code
}


def plain(text: str) -> str:
    """Text without entities and with plain spaces."""
    return re.sub(r"\s+", " ", html.unescape(text))


def wanted(said: tuple[str, ...]) -> list[str]:
    """What must stand on the page: the form's own words, and the edition's."""
    if ACCOUNT[0] in said:
        return list(said)
    data = ABOUT.personal_data
    assert data.contact is not None
    kept = [] if OWN in said else [data.retention.fr]
    return [*said, data.purposes.fr, data.legal_basis.fr, *kept, data.contact.fr, ABOUT.service.email, "/donnees"]


async def test_each_form_tells_what_becomes_of_what_it_asks(web: str, call: PublishedEdition) -> None:
    partner = await person(name="Claude Partenaire")
    async with scene(web, call) as s, client(web) as anybody, client(web, await token_of(partner)) as invited:
        await s.to_review()
        (task,) = good(await s.experts[0].get("/api/reviews"))["items"]
        draft = good(await s.applicant.post(f"/api/calls/{call.slug}/proposals"))["id"]
        content = {"email": partner.email, "level": "writer"}
        good(await s.applicant.post(f"/api/proposals/{draft}/invitations", json=content))
        (share,) = good(await invited.get("/api/shares"))["items"]
        names = {"slug": call.slug, "draft": draft, "proposal": s.id, "token": share["token"]}
        names |= {"assignment": task["assignment"], "section": "organisation"}
        who: dict[str, httpx.AsyncClient] = {"anybody": anybody, "applicant": s.applicant, "partner": invited}
        who["expert"] = s.experts[0]
        missing = []
        for reader, address, said in PAGES:
            shown = await who[reader].get(address.format(**names))
            text = plain(shown.text)
            missing += [(reader, address, one) for one in wanted(said) if plain(one) not in text]
            assert shown.status_code == 200, (address, shown.status_code)
    assert missing == []


def test_no_template_asks_without_telling() -> None:
    files = {path.relative_to(TEMPLATES).as_posix(): path.read_text() for path in TEMPLATES.rglob("*.html")}
    asking = {name for name, text in files.items() if ASKS.search(text) and not name.startswith(INSIDE)}
    telling = {name for name, text in files.items() if TELLS.search(text)}
    assert asking - telling == ELSEWHERE


@pytest.mark.parametrize(("blind", "named"), [("experts_hidden", "sans votre nom"), ("open", "avec votre nom")])
async def test_experts_are_told_who_reads_what_they_say_to_each_other(web: str, blind: str, named: str) -> None:
    """The page promises what the dossiers do: the committee reads it, by name or not, and the applicant does not."""
    now = clock.now()
    edits = [("process.toml", "seats = 2", f'seats = 2\nblind = "{blind}"')]
    trial = await Trial.publish(now, experts=2, variant=DISAGREEING, edits=edits)
    (proposal,) = await in_review(trial, 1, now=now)
    for seat, expert in enumerate(trial.experts):
        assert await fill(proposal, seat, now)
        await trial.accept(proposal, expert, now)
        await trial.review(proposal, expert, now, ReviewContent({"impact": 5 * seat}, {}))
    assert (await process.close_stage(Close(await case(proposal, now), "disagreed"))).done
    async with client(web, await token_of(trial.experts[0])) as http:
        text = plain((await http.get(f"/conciliation/{proposal}")).text)
    said = f"par le comité dans son dossier, {named}. Le candidat ne le lit pas."
    assert said in text
    await conciliations.write_talk(trial.experts[0], proposal, TalkContent("Zqavis."), now=now)
    position = await value("SELECT last_seq FROM proposal WHERE id = {}", proposal)
    told = {who: (await dossier(proposal, position, who)).conciliation for who in ("committee", "applicant")}
    author = trial.experts[0].name if blind == "open" else "Évaluateur A"
    assert {who: [one.author for one in lines] for who, lines in told.items()} == {
        "committee": [author],
        "applicant": [],
    }
