"""Proposals whose time has ended, and the package that goes to the archives."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from uuid import UUID

from service.domain.actor import Actor
from service.domain.personal import HELD, OF_PROPOSAL
from service.domain.retention import Due
from service.problems import NotFound
from service.store.due import ended
from service.views.archived import OF_FILE, documents_of, filed, files_of, index_of
from service.views.spooling import Filed, Part, spooled
from service.views.zipping import table_json

NOT_ARCHIVED = frozenset({"access_log", "agenda", "unread", "share", "upload", "answer", "amendment"})
CONDITIONS = {"proposal": "t.id = {}", "entry": "t.stream = {}", "attachment": OF_FILE}


async def due(actor: Actor, now: datetime) -> tuple[Due, ...]:
    """What has had its time, the oldest first. For whoever runs the service. Raises NotFound."""
    if not actor.process:
        raise NotFound
    return await ended(now)


async def package(actor: Actor, what: Due, now: datetime) -> AsyncIterator[bytes]:
    """The ZIP for the archives: a manifest of SHA-256, a readable index, rows as JSON, files and documents.

    Raises, at any point, NotFound where a file is not in the store, and Conflict where its bytes are not those that
    were received: such a package is not whole.
    """
    if not actor.process:
        raise NotFound
    return (await spooled(_parts(what))).sent(now, strict=True)


async def _parts(what: Due) -> AsyncIterator[Part | Filed]:
    files, documents = await files_of(what.proposal), await documents_of(what.proposal)
    index = await index_of(what, [one for _, one in files], [one for _, one in documents])
    yield Part("index.html", "Index", index.encode())
    for path, title, content in _data(what.proposal):
        yield Part(f"donnees/{path}.json", title, content)
    for key, one in [*files, *documents]:
        yield filed(key, one)


def _data(proposal: UUID) -> Iterator[tuple[str, str, AsyncIterator[bytes]]]:
    """The rows: file, title and content of each. With hashes and salts, by which the journal proves the texts."""
    named, args = [], list[object]()
    for table in ("proposal", *(one for one in OF_PROPOSAL if one not in NOT_ARCHIVED), "entry"):
        condition = CONDITIONS.get(table, "t.proposal = {}")
        arg = f"proposal:{proposal}" if table == "entry" else proposal
        yield table, HELD[table].title, table_json(table, HELD[table].key, condition, [arg], ["search"])
        for column in HELD[table].persons:
            named.append(f"SELECT t.{column} FROM {table} t WHERE {condition}")  # noqa: S608  our words
            args.append(arg)
    persons = f"id IN ({' UNION '.join(named)})"
    hidden = ["email", "password_hash", "salt", "created_at", "confirmed_at", "disabled_at"]
    yield "personnes", "Personnes nommées", table_json("account", ("id",), persons, args, hidden)
    editions = (
        "t.id = (SELECT edition FROM proposal WHERE id = {}) OR t.id::text IN (SELECT content ->> 'edition'"
        " FROM revision WHERE proposal = {} AND subject = 'answers')"
    )
    yield "edition", HELD["edition"].title, table_json("edition", ("number",), editions, [proposal] * 2, [])
