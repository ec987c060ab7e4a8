"""What everybody may read of retained proposals: what the form marks as public, once the decision is published, and
nobody's name; and the files of open data, which say the same."""

import csv
import io
import json
from datetime import date
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from forms import Field, kinds
from service.domain.catalogue import fits, public
from service.operations import drafts, pilots, submissions
from service.operations.pilots import MeasureContent, PilotContent
from service.pages import feeds, opening
from service.problems import NotFound
from service.store.database import value
from service.views import catalogue
from tests.operations.course import START, Course
from tests.process.call import Trial

MORE = """label = { fr = "Titre", en = "Title" }
audience = "public"

[[sections.fields]]
id = "licence"
kind = "one_of"
label = { fr = "Licence", en = "Licence" }
audience = "public"
options = [
    { id = "free", label = { fr = "Libre à tous", en = "Free" } },
    { id = "own", label = { fr = "Propriétaire", en = "Own" } },
]

[[sections.fields]]
id = "reach"
kind = "email"
label = { fr = "Courriel", en = "Mail" }
audience = "public"

[[sections.fields]]
id = "secret"
kind = "short_text"
label = { fr = "Secret", en = "Secret" }

[[sections.fields]]
id = "indicator"
kind = "short_text"
label = { fr = "Indicateur", en = "Indicator" }
audience = "public"
"""
ANSWERS = {
    "title": "Éclairage sûr",
    "organisation": "Maison Cachée",
    "licence": "free",
    "secret": "Ingrédient caché",
    "reach": "nom.cache@exemple.test",
    "indicator": "=Pannes signalées",
}
HIDDEN = ("Maison Cachée", "Ingrédient", "nom.cache", "Équipe cachée", "Relevé caché")


async def accepted(*more: tuple[str, str, str]) -> tuple[Course, str]:
    """A pilot, with its reference; `more`: other edits of its edition."""
    c = Course()
    edits = (("form.toml", 'label = { fr = "Titre", en = "Title" }', MORE), *more)
    c.trial = await Trial.publish(START, edits=edits)
    c.id = (await drafts.open_draft(c.trial.applicant, c.trial.slug, now=START)).id
    changes = {field: drafts.Change(answer) for field, answer in ANSWERS.items()}
    await drafts.save_answers(c.trial.applicant, c.id, changes, now=START)
    await submissions.submit_proposal(c.trial.applicant, c.id, now=START)
    reference = str(await value("SELECT reference FROM proposal WHERE id = {}", c.id))
    await c.to("committee")
    await c.trial.decide(c.id, "retained", c.later())
    with pytest.raises(NotFound):
        await catalogue.entry(reference)  # decided, and not published
    await c.trial.publish_decisions(c.later())
    with pytest.raises(NotFound):
        await catalogue.entry(reference)  # published, and its process has not seen it yet
    await c.close()
    return c, reference


async def test_an_entry_and_its_files(database: None) -> None:
    c, reference = await accepted()
    found = (await catalogue.entry(reference.lower())).entry
    assert [(one.field, one.value) for one in found.answers] == [
        ("title", "Éclairage sûr"),
        ("licence", "free"),
        ("indicator", "=Pannes signalées"),
    ]
    assert (found.title, found.organisation, found.call) == ("Éclairage sûr", "", c.trial.slug)
    content = PilotContent("Mairie de Valmont", "Équipe cachée", "Pannes", "par mois", 12.0, 4.0)
    await pilots.describe_pilot(c.trial.officer, c.id, content, 1, now=c.later())
    measured = MeasureContent(date(2042, 4, 1), 9.5, "Relevé caché")
    await pilots.add_measure(c.trial.applicant, c.id, measured, now=c.later())
    pilot = (await catalogue.entry(reference)).entry.pilot
    assert pilot is not None
    assert (pilot.partner, pilot.indicator) == ("Mairie de Valmont", "Pannes")
    assert pilot.measures == (catalogue.PublicMeasure(date(2042, 4, 1), 9.5),)
    every = await catalogue.everything()
    files = opening.as_json(every).decode(), opening.as_csv(every).decode()
    for text in files:
        assert reference in text
        assert not [secret for secret in HIDDEN if secret in text]
    (line,) = [one for one in csv.DictReader(io.StringIO(files[1])) if one["reference"] == reference]
    assert (line["phase"], line["answer_licence"]) == ("investigation", "Libre à tous")
    assert line["answer_indicator"] == "'=Pannes signalées"
    (item,) = [one for one in json.loads(files[0])["items"] if one["reference"] == reference]
    conforms(item, opening.schema("https://x.test")["$defs"], "CatalogueEntry")
    feed = ET.fromstring(feeds.catalogue_feed("https://x.test", "Retenues", [one.entry for one in every]))  # noqa: S314  ours
    ids = [one.text for one in feed.findall(f"{{{feeds.NAMESPACE}}}entry/{{{feeds.NAMESPACE}}}id")]
    assert ids == [f"https://x.test/catalogue/{one.entry.reference}" for one in every]
    whole = opening.as_dcat("https://x.test", every)
    described = whole["dcat:dataset"][0]
    # What DCAT-AP makes mandatory of each class, and publishers' portals refuse to go without.
    mandatory = {
        "dcat:Catalog": {"dct:title", "dct:description", "dct:publisher", "dcat:dataset"},
        "dcat:Dataset": {"dct:title", "dct:description", "dct:publisher", "dcat:distribution"},
        "dcat:Distribution": {"dcat:accessURL", "dct:license", "dct:format"},
        "foaf:Agent": {"foaf:name"},
    }
    parts: list[dict[str, Any]] = [whole, described, whole["dct:publisher"], *described["dcat:distribution"]]
    assert [mandatory[one["@type"]] - set(one) for one in parts] == [set()] * len(parts)
    prefixes = {key.split(":")[0] for one in parts for key in one if not key.startswith("@")}
    assert prefixes <= set(whole["@context"])
    assert [one["@id"] for one in described["dcat:distribution"]] == [
        "https://x.test/catalogue.csv",
        "https://x.test/catalogue.json",
    ]


async def test_it_is_found_by_words_call_and_phase_page_by_page(database: None) -> None:
    c, reference = await accepted()
    slug = c.trial.slug
    for words, phase, there in (
        ("eclairage LIBRE", "", True),
        ("eclairage proprietaire", "", False),
        ("cachee", "", False),
        ("", "investigation", True),
        ("", "handover", False),
    ):
        page = await catalogue.catalogue(words, slug, phase)
        assert [one.reference for one in page.items] == [reference] * there
    for option, there in (("free", True), ("own", False)):
        page = await catalogue.catalogue(call=slug, answers={"licence": option})
        assert [one.reference for one in page.items] == [reference] * there
    assert await catalogue.facets(slug) == ()  # one option alone tells nothing apart
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = await catalogue.catalogue(cursor=cursor, limit=1)
        seen += [one.reference for one in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert seen == [one.entry.reference for one in await catalogue.everything()]


def conforms(item: dict[str, Any], named: dict[str, Any], name: str) -> None:
    """Every property that the schema names is there, and no other."""
    assert set(item) == set(named[name]["properties"]) == set(named[name]["required"])


TEXT = {"fr": "x", "en": "x"}


@pytest.mark.parametrize(
    ("field", "told"),
    [
        (kinds.ShortText(id="a", label=TEXT, audience="public"), True),  # type: ignore[arg-type]
        (kinds.ShortText(id="a", label=TEXT), False),  # type: ignore[arg-type]
        (kinds.Person(id="a", label=TEXT, audience="public"), False),  # type: ignore[arg-type]
        (kinds.Email(id="a", label=TEXT, audience="public"), False),  # type: ignore[arg-type]
        (kinds.Phone(id="a", label=TEXT, audience="public"), False),  # type: ignore[arg-type]
        (kinds.Orcid(id="a", label=TEXT, audience="public"), False),  # type: ignore[arg-type]
        (None, False),
    ],
)
def test_what_is_public(field: Field | None, *, told: bool) -> None:
    assert public(field) is told


def test_words() -> None:
    assert fits("eclairage sur libre", "Sûr  éclairage")
    assert not fits("eclairage", "éclairage sûr")
