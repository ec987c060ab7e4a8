"""Two megabytes of answers, two hundred rows, by page and by API; one more is refused, and nothing is lost."""

from typing import Any

import pytest

from forms.base import MOST_BYTES, MOST_CHARACTERS, MOST_ROWS
from service.operations.calls import PublishedEdition
from tests.api.acting import good
from tests.api.people import signed_in
from tests.support.calls import fresh_call

TEXTS = ("one", "two", "three")
FORM = """
title_field = "title"
organisation_field = "title"
[[sections]]
id = "all"
title = { fr = "Tout", en = "All" }
[[sections.fields]]
id = "title"
kind = "short_text"
label = { fr = "Titre", en = "Title" }
[[sections.fields]]
id = "partners"
kind = "block"
label = { fr = "Partenaires", en = "Partners" }
row_title = { fr = "Partenaire", en = "Partner" }
most_rows = 200
fields = [
    { id = "name", kind = "short_text", label = { fr = "Nom", en = "Name" }, required = true },
    { id = "note", kind = "long_text", label = { fr = "Note", en = "Note" }, characters = 2000 },
]
""" + "\n".join(
    f'[[sections.fields]]\nid = "{one}"\nkind = "long_text"\ncharacters = {MOST_CHARACTERS}\n'
    f'label = {{ fr = "Texte", en = "Text" }}'
    for one in TEXTS
)


@pytest.fixture(scope="module")
async def large(database: None) -> PublishedEdition:
    return await fresh_call(form=FORM)


async def test_two_megabytes(web: str, large: PublishedEdition) -> None:
    """Saved on one page, of letters that take most room on their way, and submitted."""
    async with signed_in(web) as client:
        draft = good(await client.post(f"/api/calls/{large.slug}/proposals"))["id"]
        path, page = f"/api/proposals/{draft}", f"/candidatures/{draft}?section=all"
        most = (MOST_BYTES - 1_000) // 2 // len(TEXTS)
        sent: dict[str, str] = {"title": "Un titre", "v:title": "0."}
        for one in TEXTS:
            sent |= {one: "é" * most, f"v:{one}": "0."}
        assert (await client.post(page, data=sent)).status_code == 303
        kept = good(await client.get(path))["answers"]
        assert [len(kept[one]["value"]) for one in TEXTS] == [most] * len(TEXTS)

        more = {"partners": {"value": {"rows": [{"name": "é" * 600}]}}}
        refused = await client.patch(f"{path}/answers", json=more)
        assert (refused.status_code, refused.json()["code"]) == (409, "answers_too_large")
        name = {"v:partners": "0.", "partners/rows/0/name": "é" * 600}
        in_background = await client.post(page, data=name, headers={"Accept": "application/json"})
        assert (in_background.status_code, in_background.json()) == (409, refused.json())
        by_page = await client.post(page, data=name, headers={"Accept": "text/html"})
        assert (by_page.status_code, "2\u00a0Mo" in by_page.text, "é" * 600 in by_page.text) == (409, True, True)
        assert good(await client.get(path))["answers"] == kept
        assert good(await client.post(f"{path}/submit"))["revision"] == 1
        assert (await client.get(f"/candidatures/{draft}")).status_code == 200


async def test_two_hundred_rows(web: str, large: PublishedEdition) -> None:
    async with signed_in(web) as client:
        draft = good(await client.post(f"/api/calls/{large.slug}/proposals"))["id"]
        path, page = f"/api/proposals/{draft}", f"/candidatures/{draft}?section=all"

        def rows(count: int) -> dict[str, Any]:
            sent: dict[str, Any] = {"v:title": "0.", "title": "T", "v:partners": "0."}
            for number in range(count):
                at = f"partners/rows/{number}"
                sent |= {f"{at}/@id": f"r{number}", f"{at}/name": f"Nom {number}", f"{at}/note": "Une note."}
            return sent

        refused = await client.post(page, data=rows(MOST_ROWS + 1))
        assert (refused.status_code, "200 au plus" in refused.text) == (422, True)
        assert (await client.post(page, data=rows(MOST_ROWS))).status_code == 303
        kept = good(await client.get(path))["answers"]["partners"]["value"]["rows"]
        assert [row["@id"] for row in kept] == [f"r{number}" for number in range(MOST_ROWS)]
        assert (await client.get(page)).text.count("data-block-row") == MOST_ROWS + 1  # and a blank one
        assert good(await client.post(f"{path}/submit"))["revision"] == 1
        assert (await client.get(f"/candidatures/{draft}")).text.count("al-block__title") == MOST_ROWS
