"""The demonstration's dates are those of the tale: nothing is told before what it rests on."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from tests.support.up import up

# What would be told in the wrong order, and how many such rows there are.
WRONG = {
    "a proposal older than its edition": (
        "SELECT count(*) FROM proposal p JOIN edition e ON e.id = p.edition WHERE p.created_at < e.published_at"
    ),
    "an edition that was published after its call opened": (
        "SELECT count(*) FROM edition e JOIN call c ON c.id = e.call WHERE e.published_at > c.opens_at"
    ),
    "a decision older than its sitting": (
        "SELECT count(*) FROM decision d JOIN sitting s ON s.id = d.sitting WHERE d.decided_at < s.opened_at"
    ),
    "a decision published before it was taken": (
        "SELECT count(*) FROM decision d JOIN publication n ON n.id = d.publication WHERE n.at < d.decided_at"
    ),
    "a publication that its call tells later": (
        "SELECT count(*) FROM publication n JOIN entry e ON e.data ->> 'publication' = n.id::text"
        " WHERE e.kind = 'decisions_published' AND e.at <> n.at"
    ),
    "a sitting that its call tells later": (
        "SELECT count(*) FROM entry c JOIN entry s ON s.stream = 'sitting:' || (c.data ->> 'sitting')"
        " WHERE c.kind = 'sitting_opened' AND c.stream LIKE 'call:%' AND s.kind = c.kind AND s.at <> c.at"
    ),
}


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder that PostgreSQL's own user can reach."""
    place = Path(tempfile.mkdtemp(prefix="alliance-demo-"))
    place.chmod(0o711)
    yield place / "data"
    shutil.rmtree(place)


@pytest.mark.long
async def test_nothing_is_told_before_what_it_rests_on(data: Path) -> None:
    with up(data, "--demo", environ={"ALLIANCE_DEMO_PASSWORD": "tulipe-orage-32-violon"}):
        settings = json.loads((data / "run" / "settings.json").read_bytes())
        connection = await asyncpg.connect(settings["ALLIANCE_DATABASE_URL"])
        try:
            found = {what: await connection.fetchval(sql) for what, sql in WRONG.items()}
        finally:
            await connection.close()
    assert found == dict.fromkeys(WRONG, 0)
