"""Every column that may hold something of a person is declared: to be exported, erased, or looked at and left."""

import pytest

from service.domain.personal import HELD, OF_PROPOSAL, undeclared
from service.store.database import rows

pytestmark = pytest.mark.usefixtures("database")

# A row's own id and its references to rows of other tables than account are no person's; all other text, JSON, ids and
# bytes may be.
OPEN = """
SELECT c.table_name AS "table", c.column_name AS "column" FROM information_schema.columns c
WHERE c.table_schema = 'public' AND c.table_name <> 'migration'
  AND c.data_type IN ('text', 'character varying', 'jsonb', 'json', 'uuid', 'bytea', 'tsvector', 'ARRAY', 'inet')
  AND NOT (c.column_name = 'id' AND c.data_type = 'uuid')
  AND NOT EXISTS (
    SELECT FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
    WHERE k.contype = 'f' AND k.conrelid = c.table_name::regclass AND a.attname = c.column_name
      AND k.confrelid <> 'account'::regclass)
"""
ACCOUNTS = """
SELECT k.conrelid::regclass::text AS "table", a.attname::text AS "column" FROM pg_constraint k
JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
WHERE k.contype = 'f' AND k.confrelid = 'account'::regclass
"""


async def test_every_column_of_persons_is_declared() -> None:
    found = {(line["table"], line["column"]) for line in await rows(OPEN)}
    assert undeclared(found) == []


async def test_every_reference_to_an_account_is_a_persons() -> None:
    found = {(line["table"], line["column"]) for line in await rows(ACCOUNTS)}
    assert found - {(table, column) for table, place in HELD.items() for column in place.persons} == set()


def test_what_is_exported_names_the_person_and_what_joins_must_be_declared() -> None:
    assert all("{}" in place.rows for place in HELD.values() if place.rows)
    assert undeclared({("news", "author")})[0].startswith("news.author is not declared: say in service/domain/held/")


async def test_whatever_refers_to_a_proposal_goes_with_it() -> None:
    found = await rows(
        "SELECT conrelid::regclass::text AS name FROM pg_constraint"
        " WHERE contype = 'f' AND confrelid = 'proposal'::regclass"
    )
    left = {line["name"] for line in found} - set(OF_PROPOSAL)
    assert left == set(), "add them to OF_PROPOSAL in service/domain/personal.py, before what they refer to"
