"""The public pages of a call and their twins: without signing in, kept by caches, nobody's for those who are."""

import httpx
import pytest

from service.operations.calls import PublishedEdition
from tests.api.people import signed_in

PAGES = {
    "": "Les étapes",
    "/criteres": "Ce qui est noté",
    "/formulaire": "Demandé si",
    "/regles": "Le quorum est atteint",
    "/donnees": "Ce qui est recueilli",
}
TWINS = {
    "steps": {"items"},
    "criteria": {"checklist", "reviews"},
    "form": {"parts"},
    "rules": {"sentences"},
    "personal-data": {"texts", "service", "fields"},
}


@pytest.mark.parametrize("part", PAGES)
async def test_a_page_is_public_and_kept(anybody: httpx.AsyncClient, call: PublishedEdition, part: str) -> None:
    address = f"/appels/{call.slug}{part}"
    shown = await anybody.get(address)
    assert (shown.status_code, PAGES[part] in shown.text) == (200, True)
    assert shown.headers["cache-control"] == "public, max-age=60"
    assert shown.headers["vary"] == "Cookie, Authorization"
    again = await anybody.get(address, headers={"If-None-Match": shown.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    for other in PAGES:
        assert f'href="/appels/{call.slug}{other}"' in shown.text
    assert (await anybody.get(f"/appels/nulle-part{part}")).status_code == 404


@pytest.mark.parametrize("name", TWINS)
async def test_a_twin_is_public_and_kept(anybody: httpx.AsyncClient, call: PublishedEdition, name: str) -> None:
    address = f"/api/calls/{call.slug}/{name}"
    shown = await anybody.get(address)
    assert (shown.status_code, set(shown.json())) == (200, TWINS[name])
    assert shown.headers["cache-control"] == "public, max-age=60"
    again = await anybody.get(address, headers={"If-None-Match": shown.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (await anybody.get(f"/api/calls/nulle-part/{name}")).status_code == 404


async def test_what_somebody_signed_in_sees_is_theirs_alone(web: str, call: PublishedEdition) -> None:
    async with signed_in(web) as somebody:
        shown = await somebody.get(f"/appels/{call.slug}")
    assert (shown.status_code, shown.headers["cache-control"]) == (200, "private, no-cache")
