"""Every form that asks something about a person says why, on what ground, for how long, and whom to ask."""

import html
import re

import httpx

from forms import catalogue, parse_edition
from service.operations.calls import PublishedEdition
from service.pages.render import TEMPLATES
from tests.api.acting import good, scene
from tests.api.people import client, token_of
from tests.support.people import person

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
