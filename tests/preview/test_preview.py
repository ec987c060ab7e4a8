"""The preview of a folder: the service's pages without a server behind them."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

import forms
from forms import catalogue, gallery
from forms.texts import MAILS, examples
from service.preview import texts
from service.preview.app import create_preview
from service.preview.showing import FORM, GRID
from service.preview.study import Study
from tests.forms.shipped import HEAD
from tests.forms.test_offers import QUESTIONS

ADDRESS = "http://127.0.0.1:8010"


# One call of a single round, one of two stages always; every call by `--long`.
CALLS = [
    pytest.param(slug, marks=() if slug in ("ami-2025", "european-research") else pytest.mark.long)
    for slug in (*catalogue.shipped(), *gallery.SLUGS)
]


@pytest.fixture(params=CALLS)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    files = gallery.read(request.param) if request.param in gallery.SLUGS else catalogue.read(request.param)
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


@pytest.fixture
async def author(folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A browser on the preview of a folder."""
    transport = httpx.ASGITransport(app=create_preview(Study(folder), 8010))
    headers = {"Sec-Fetch-Site": "same-origin"}
    async with httpx.AsyncClient(
        transport=transport, base_url=ADDRESS, headers=headers, follow_redirects=True
    ) as found:
        yield found


def edition(folder: Path) -> forms.Edition:
    return forms.parse_edition({file.name: file.read_bytes() for file in folder.glob("*.toml")})


async def test_every_page_of_a_call(author: httpx.AsyncClient, folder: Path) -> None:
    kept = edition(folder)
    home = await author.get("/")
    assert home.url.path == f"/appels/{kept.call.slug}"
    asked = [f"{FORM}?section={section.id}" for section in kept.form.sections]
    pages = ["/", f"{home.url.path}/formulaire", f"{FORM}?section=depot", GRID, "/etapes", "/etapes?depot=cloture"]
    for address in (*pages, "/textes", "/donnees-personnelles", *asked):
        shown = await author.get(address)
        assert (shown.status_code, "Aperçu." in shown.text) == (200, True), address
        for link in set(re.findall(r'(?:href|action)="(/[^"#]*)"', shown.text)):
            if link.startswith(("/statique/", "/appels/", "/etapes", "/textes")):
                assert (await author.get(link.replace("&amp;", "&"))).status_code in (200, 405), link


async def test_an_example_may_be_submitted_and_nothing_may_not(author: httpx.AsyncClient, folder: Path) -> None:
    refused = await author.post(f"{FORM}/depot")
    assert (refused.status_code, "Cette réponse est obligatoire" in refused.text) == (422, True)
    await author.post("/apercu/exemple")
    for field in edition(folder).form.fields:
        if field.kind == "file" and field.required:
            await author.post(FORM, data={"_suite": f"joindre:{field.id}"})
    done = await author.post(f"{FORM}/depot")
    assert (done.status_code, done.url.path) == (200, "/etapes")
    assert "serait déposée" in done.text
    await author.post("/apercu/vide")
    assert (await author.post(f"{FORM}/depot")).status_code == 422


async def test_what_is_typed_is_judged_as_the_service_would(author: httpx.AsyncClient, folder: Path) -> None:
    section = edition(folder).form.sections[0]
    wrong = await author.post(f"{FORM}?section={section.id}", data={"_suite": ""})
    assert wrong.status_code == 422
    told = await author.post(
        f"{FORM}?section={section.id}",
        data={"v:staff": "0.x", "staff": "douze", "v:country": "0.x", "country": "DE"},
        headers={"Accept": "application/json"},
    )
    if edition(folder).form.field("staff") is not None:
        assert list(told.json()["errors"]) == ["staff"]
        shown = (await author.get(f"{FORM}?section={section.id}")).text
        # The condition holds for what was typed: the identifier of a foreign body is asked for.
        assert 'data-field="foreign_id" data-kind="foreign_id"' in shown
        hidden = re.search(r'data-field="siret"[^>]*>', shown)
        assert hidden is not None
        assert hidden[0].endswith(" hidden>")


async def test_the_grid_is_judged(author: httpx.AsyncClient, folder: Path) -> None:
    refused = await author.post(GRID, data={"_suite": "remettre"})
    assert (refused.status_code, "Notez ce critère" in refused.text) == (422, True)
    kept = edition(folder)
    grid = kept.grid_of(kept.process.rounds)
    scores = {f"scores/{one.id}": str(one.highest) for one in grid.criteria}
    stances = {"confidence": grid.confidence, "recommendation": grid.recommendation}
    scores |= {name: offered[-1].id for name, offered in stances.items() if offered}
    comments = {f"comments/{key}": "Motif." for key in ("", *(one.id for one in grid.criteria))}
    done = await author.post(GRID, data={**scores, **comments, "_suite": "remettre"})
    assert (done.status_code, "serait remise" in done.text) == (200, True)


async def test_files_are_read_again_and_their_faults_are_a_page(author: httpx.AsyncClient, folder: Path) -> None:
    call = folder / "call.toml"
    before = call.read_text()
    call.write_text(before.replace('slug = "', 'slug = "Autre ', 1))
    for address in ("/", FORM, GRID, "/etapes"):
        shown = await author.get(address)
        assert (shown.status_code, "Les fichiers sont à corriger" in shown.text) == (422, True)
        assert "call.toml" in shown.text
    call.write_text(before.replace('slug = "', 'slug = "autre-', 1))
    assert (await author.get("/")).url.path.startswith("/appels/autre-")
    call.unlink()
    assert "no such file" in (await author.get("/")).text


async def test_other_sites_and_names_are_refused(author: httpx.AsyncClient) -> None:
    assert (await author.post("/apercu/vide", headers={"Sec-Fetch-Site": "cross-site"})).status_code == 403
    assert (await author.get("/", headers={"Host": "ailleurs.example:8010"})).status_code == 403
    answer = await author.get("/candidatures")
    assert (answer.status_code, "Pas d’aperçu" in answer.text) == (404, True)


async def test_texts_are_shown_as_their_readers_would_have_them(author: httpx.AsyncClient, folder: Path) -> None:
    kept, shown = edition(folder), (await author.get("/textes")).text
    for mail in kept.call.mails:
        assert texts.MAILS[mail] in shown
    assert f"{kept.call.prefix}-0042" in shown or not kept.call.mails
    assert not set(re.findall(r"{(\w+)}", shown)) - {"reference", "title"} & set(examples(kept.call))


def test_every_mail_that_a_call_may_word_has_a_name() -> None:
    assert set(texts.MAILS) == set(MAILS)


@pytest.mark.parametrize(
    ("typed", "away", "no_longer"),
    [
        ({}, {"state", "3", "roads", "first/be", "second/north", "travel"}, set()),
        ({"status": "town"}, {"roads", "first/be", "travel"}, set()),
        # What was chosen stays in view, and says that it no longer counts.
        ({"status": "town", "abroad": "oui"}, {"state", "3", "roads", "second/north", "travel"}, {"town"}),
        ({"status": "company", "abroad": "oui"}, {"town", "state", "3", "roads", "second/north", "travel"}, set()),
        ({"status": "town", "costs/rows/0/abroad": "oui"}, {"roads", "first/be", "travel"}, set()),
    ],
)
async def test_a_choice_that_is_not_offered_is_out_of_sight(
    tmp_path: Path, typed: dict[str, str], away: set[str], no_longer: set[str]
) -> None:
    """Drawn by the service alone; in a row by what that row says: in the other two it is away still."""
    for name, content in catalogue.read("ami-2025").items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "form.toml").write_text(HEAD + QUESTIONS, encoding="utf-8")
    transport = httpx.ASGITransport(app=create_preview(Study(tmp_path), 8010))
    async with httpx.AsyncClient(
        transport=transport, base_url=ADDRESS, headers={"Sec-Fetch-Site": "same-origin"}
    ) as http:
        marks = {f"v:{name.partition('/')[0]}": "0." for name in typed}
        await http.post(f"{FORM}?section=only", data=marks | typed)
        page = (await http.get(f"{FORM}?section=only")).text
    assert set(re.findall(r'data-offer="([^"]+)" data-away hidden', page)) == away
    told = re.findall(r'data-offer="([^"]+)"><div(?:(?!data-offer).)*?data-no-longer>', page, re.DOTALL)
    assert set(told) == no_longer
    fares = re.findall(r'<div data-cell="fare"( hidden)?>', page)
    assert set(fares) == {" hidden"}
    visas = re.findall(r'<div data-cell="visa"( hidden)?>', page)
    assert set(visas) == {"" if "abroad" in typed else " hidden"}, "by an answer outside the row"
