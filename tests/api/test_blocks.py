"""A repeatable block through the pages without any script: rows added, moved, removed; two windows at once."""

from html.parser import HTMLParser
from typing import Any

import httpx
import pytest

from service.operations.calls import PublishedEdition
from tests.api.acting import good
from tests.api.people import signed_in
from tests.support.calls import fresh_call

Pairs = list[tuple[str, str]]


class Typed(HTMLParser):
    """What a browser would send of the form that a page shows: its inputs, without the buttons."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.pairs: Pairs = []
        self.inside = False
        self.skipped = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "form":
            self.inside = told.get("id") == "formulaire"
        if tag == "template":
            self.skipped += 1
        wanted = tag == "input" and told.get("name") and told.get("type") not in ("radio", "checkbox", "file")
        if self.inside and not self.skipped and wanted:
            self.pairs.append((told["name"] or "", told.get("value") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self.skipped -= 1


@pytest.fixture(scope="module")
async def european(database: None) -> PublishedEdition:
    return await fresh_call("european-research")


class Window:
    """One window of a browser on the section with the block."""

    def __init__(self, client: httpx.AsyncClient, draft: str) -> None:
        self.client = client
        self.address = f"/candidatures/{draft}?section=consortium"
        self.pairs: Pairs = []

    async def open(self, address: str = "") -> "Window":
        """Load the page."""
        self.pairs = Typed((await self.client.get(address or self.address)).text).pairs
        return self

    def type(self, **cells: str) -> None:
        """Write into inputs, by the last steps of their names: `name_0` is the name in the first row."""
        wanted = {
            f"partners/rows/{key.rpartition('_')[2]}/{key.rpartition('_')[0]}": text for key, text in cells.items()
        }
        assert set(wanted) <= {name for name, _ in self.pairs}
        self.pairs = [(name, wanted.get(name, text)) for name, text in self.pairs]

    async def press(self, button: str) -> httpx.Response:
        """Send the form by a button."""
        sent: dict[str, Any] = {}
        for name, text in [*self.pairs, ("_suite", button)]:
            sent.setdefault(name, []).append(text)
        answer = await self.client.post(self.address, data=sent)
        if answer.status_code == 303:
            await self.open(answer.headers["location"])
        return answer

    @property
    def rows(self) -> int:
        """How many rows the page shows."""
        return sum(name.endswith("/@id") for name, _ in self.pairs)


async def kept(client: httpx.AsyncClient, draft: str) -> list[str]:
    """The names of the stored rows."""
    answers = good(await client.get(f"/api/proposals/{draft}"))["answers"]
    rows: list[dict[str, Any]] = answers["partners"]["value"]["rows"] if answers["partners"]["value"] else []
    assert len({row["@id"] for row in rows}) == len(rows)
    return [row.get("name", "") for row in rows]


async def test_rows_are_added_moved_and_removed_without_a_script(web: str, european: PublishedEdition) -> None:
    async with signed_in(web) as client:
        draft = good(await client.post(f"/api/calls/{european.slug}/proposals"))["id"]
        window = await Window(client, draft).open()
        assert window.rows == 2  # the fewest that the block takes
        window.type(name_0="Un", name_1="Deux")
        await window.press("ajouter:partners")
        assert (window.rows, await kept(client, draft)) == (3, ["Un", "Deux"])
        window.type(name_2="Trois")
        await window.press("monter:partners/rows/2")
        assert await kept(client, draft) == ["Un", "Trois", "Deux"]
        await window.press("descendre:partners/rows/0")
        assert await kept(client, draft) == ["Trois", "Un", "Deux"]
        await window.press("monter:partners/rows/0")  # there is nothing above
        await window.press("enlever:partners/rows/1")
        assert await kept(client, draft) == ["Trois", "Deux"]
        for nonsense in ("enlever:partners/rows/9", "monter:title/rows/0", "enlever:partners"):
            assert (await window.press(nonsense)).status_code == 303
        assert await kept(client, draft) == ["Trois", "Deux"]


async def test_two_windows_that_change_other_rows_merge(web: str, european: PublishedEdition) -> None:
    async with signed_in(web) as client:
        draft = good(await client.post(f"/api/calls/{european.slug}/proposals"))["id"]
        first = await Window(client, draft).open()
        first.type(name_0="Un", name_1="Deux")
        await first.press("ajouter:partners")
        second = await Window(client, draft).open()
        first.type(name_0="Un bis", name_2="Trois")
        second.type(name_1="Deux bis")
        assert [(await window.press("")).status_code for window in (first, second)] == [303, 303]
        assert await kept(client, draft) == ["Un bis", "Deux bis", "Trois"]

        # One removes what the other does not touch.
        await first.open()
        await second.open()
        await first.press("enlever:partners/rows/2")
        second.type(name_0="Un ter")
        await second.press("")
        assert await kept(client, draft) == ["Un ter", "Deux bis"]

        # The same row is nobody's guess: both are shown, nothing is lost.
        await first.open()
        first.type(name_0="A")
        second.type(name_0="B")
        assert [(await window.press("")).status_code for window in (first, second)] == [303, 409]
        assert await kept(client, draft) == ["A", "Deux bis"]
