"""Kinds of several parts and codes, through the page without a script and through the API: what is typed in any usual
way is kept in one, what is wrong is told where it is, what is read back is what people read."""

import re
from typing import Any

import httpx
import pytest

from service.operations.calls import PublishedEdition
from tests.api.acting import good
from tests.api.people import signed_in
from tests.api.test_blocks import Typed
from tests.support.calls import fresh_call


def _field(name: str, kind: str, more: str = "") -> str:
    return f'[[sections.fields]]\nid = "{name}"\nkind = "{kind}"\nlabel = {{ fr = "{name}", en = "{name}" }}\n{more}\n'


def _options(*names: str) -> str:
    return ", ".join(f'{{ id = "{name.lower()}", label = {{ fr = "{name}", en = "{name}" }} }}' for name in names)


LINKED = f"""
first_label = {{ fr = "R", en = "R" }}
second_label = {{ fr = "D", en = "D" }}
options = [
  {{ id = "n", label = {{ fr = "Nord", en = "North" }}, options = [{_options("A", "B")}] }},
  {{ id = "s", label = {{ fr = "Sud", en = "South" }} }},
]
"""
FORM = """
title_field = "title"
organisation_field = "title"
[[sections]]
id = "all"
title = { fr = "Tout", en = "All" }
""" + "".join((
    _field("title", "short_text"),
    _field("size", "decimal", 'unit = "km"'),
    _field("siren", "siren"),
    _field("orcid", "orcid"),
    _field("ror", "ror"),
    _field("when", "period", "most_months = 12"),
    _field("words", "keywords", f"free = true\nleast = 2\noptions = [{_options('Eau', 'Sols')}]"),
    _field("place", "linked_choice", LINKED),
    _field("home", "postal_address"),
    _field("firm", "organisation"),
))  # fmt: skip

TYPED = {
    "title": "Essai",
    "size": "12,5",
    "siren": "732 829 320",
    "orcid": "https://orcid.org/0000-0002-1694-233x",
    "ror": "05DXPS055",
    "when/start": "1/4/2026",
    "when/end": "2026-09-30",
    "words": "eau",
    "words/other": "mer, air\r\nfeu",
    "place/first": "n",
    "place/second": "b",
    "home/street": "1 rue du Test",
    "home/postcode": "75001",
    "home/city": "Lune",
    "home/country": "FR",
    "firm/name": "Institut",
    "firm/country": "BE",
    "firm/identifier": "BE 0428.759.497",
}
KEPT: dict[str, Any] = {
    "title": "Essai",
    "size": 12.5,
    "siren": "732829320",
    "orcid": "0000-0002-1694-233X",
    "ror": "https://ror.org/05dxps055",
    "when": {"start": "2026-04-01", "end": "2026-09-30"},
    "words": ["eau", {"other": "mer"}, {"other": "air"}, {"other": "feu"}],
    "place": {"first": "n", "second": "b"},
    "home": {"street": "1 rue du Test", "postcode": "75001", "city": "Lune", "country": "FR"},
    "firm": {"name": "Institut", "country": "BE", "identifier": "BE 0428.759.497"},
}
READ = [
    *("12,5 km", "732 829 320", 'href="https://orcid.org/0000-0002-1694-233X"', 'href="https://ror.org/05dxps055"'),
    *("du 1er avril 2026 au 30 septembre 2026", "<li>Eau</li><li>mer</li><li>air</li><li>feu</li>", "Nord – B"),
    *("1 rue du Test<br>75001 Lune<br>France", "Institut<br>BE 0428.759.497<br>Belgique"),
]


@pytest.fixture(scope="module")
async def call(database: None) -> PublishedEdition:
    return await fresh_call("incubateur", form=FORM)


async def _send(client: httpx.AsyncClient, address: str, typed: dict[str, str]) -> httpx.Response:
    """What the page has, with what is typed in it."""
    drawn = Typed((await client.get(address)).text).pairs
    hidden = {name: text for name, text in drawn if name not in typed}
    return await client.post(address, data={**hidden, **typed})


async def _answers(client: httpx.AsyncClient, draft: str) -> dict[str, Any]:
    found = good(await client.get(f"/api/proposals/{draft}"))["answers"]
    return {name: one["value"] for name, one in found.items()}


async def test_every_kind_without_a_script(web: str, call: PublishedEdition) -> None:
    async with signed_in(web) as client:
        draft = good(await client.post(f"/api/calls/{call.slug}/proposals"))["id"]
        address = f"/candidatures/{draft}?section=all"
        assert (await _send(client, address, TYPED)).status_code == 303
        assert await _answers(client, draft) == KEPT
        read = (await client.get(f"/candidatures/{draft}?section=depot")).text
        plain = re.sub(r">\s+<", "><", read.replace("\u00a0", " ").replace("\u202f", " "))
        assert [text for text in READ if text not in plain] == []
        # What is drawn from what is kept comes back as it was: nothing is saved again.
        before = good(await client.get(f"/api/proposals/{draft}"))["answers"]
        choices = {"words": "eau", "place/first": "n", "place/second": "b", "home/country": "FR", "firm/country": "BE"}
        choices["words/other"] = "mer\r\nair\r\nfeu"  # a text area's own
        assert (await _send(client, address, choices)).status_code == 303
        assert good(await client.get(f"/api/proposals/{draft}"))["answers"] == before


async def test_the_api_keeps_codes_in_one_way_and_tells_what_is_wrong(web: str, call: PublishedEdition) -> None:
    async with signed_in(web) as client:
        draft = good(await client.post(f"/api/calls/{call.slug}/proposals"))["id"]
        address = f"/api/proposals/{draft}/answers"
        sent = {"siren": {"value": "732.829.320", "based_on": 0}, "orcid": {"value": "0000000218250097", "based_on": 0}}
        first = good(await client.patch(address, json=sent))
        assert good(await client.patch(address, json=sent))["versions"] == first["versions"]  # the same once more
        assert await _answers(client, draft) == {"siren": "732829320", "orcid": "0000-0002-1825-0097"}
        refused = await client.patch(address, json={"home": {"value": {"country": "ZZ"}, "based_on": 0}})
        found = [(error["pointer"], error["code"]) for error in refused.json()["errors"]]
        assert (refused.status_code, found) == (422, [("/home/value/country", "not_an_option")])
