"""Proposals whose time has ended, and the package that goes to the archives."""

import html
from collections.abc import AsyncIterator
from datetime import datetime
from uuid import UUID

import msgspec

from service.domain.actor import Actor
from service.domain.files import key_of
from service.domain.personal import HELD, OF_PROPOSAL
from service.domain.retention import Due
from service.problems import NotFound
from service.store import objects
from service.store.database import row, rows
from service.store.due import ended
from service.store.editions import edition
from service.views.zipping import Zipped, plain_name, table_json

NOT_ARCHIVED = frozenset({"access_log", "share", "upload", "answer", "amendment"})


async def due(actor: Actor, now: datetime) -> tuple[Due, ...]:
    """What has had its time, the oldest first. For whoever runs the service. Raises NotFound."""
    if not actor.process:
        raise NotFound
    return await ended(now)


async def package(actor: Actor, what: Due, now: datetime) -> AsyncIterator[bytes]:
    """The ZIP for the archives: a readable index, rows as JSON, files and documents, a manifest of SHA-256.

    Raises NotFound, at any point, where a file is not in the store: such a package is not whole.
    """
    if not actor.process:
        raise NotFound
    return _package(what, now)


async def _package(what: Due, now: datetime) -> AsyncIterator[bytes]:
    made = Zipped(now)
    yield made.text("index.html", await _index(what))
    tables = ["proposal", *(table for table in OF_PROPOSAL if table not in NOT_ARCHIVED), "entry"]
    for table in tables:
        condition, arg = {
            "proposal": ("id = {}", what.proposal),
            "entry": ("stream = {}", f"proposal:{what.proposal}"),
        }.get(table, ("proposal = {}", what.proposal))
        content = table_json(table, HELD[table], condition, [arg])
        async for part in made.add(f"donnees/{table}.json", HELD[table].title, content):
            yield part
    for key, path, title in await _objects(what.proposal):
        async for part in made.add(path, title, await objects.store().get_stream(key), packed=False):
            yield part
    yield made.end()


async def _objects(proposal: UUID) -> list[tuple[str, str, str]]:
    files = await rows(
        "SELECT id, name FROM attachment WHERE proposal = {} AND removed_at IS NULL AND scan <> 'infected' ORDER BY id",
        proposal,
    )
    found = [(key_of(line["id"]), f"fichiers/{line['id']}/{plain_name(line['name'])}", line["name"]) for line in files]
    jobs = await rows(
        "SELECT id, kind, audience FROM job WHERE proposal = {} AND status = 'done' ORDER BY created_at, id", proposal
    )
    found += [
        (f"document/{line['id']}", f"documents/{line['kind']}-{line['audience']}-{line['id']}.pdf", line["kind"])
        for line in jobs
    ]
    return found


async def _index(what: Due) -> str:
    line = await row(
        "SELECT p.title, p.organisation, p.submitted_at, p.edition, a.name FROM proposal p"
        " JOIN account a ON a.id = p.owner WHERE p.id = {}",
        what.proposal,
    )
    if line is None:
        raise NotFound
    form = (await edition(line["edition"])).form
    last = await row(
        "SELECT content FROM revision WHERE subject = 'answers' AND subject_id = {} ORDER BY number DESC LIMIT 1",
        what.proposal,
    )
    answers = msgspec.json.decode(last["content"])["answers"] if last else {}
    facts = [
        *(("Référence", what.reference), ("Appel", what.call), ("Titre", line["title"])),
        *(("Organisme", line["organisation"]), ("Candidat", line["name"]), ("Issue", what.status)),
        *(("Déposé le", f"{line['submitted_at']:%d/%m/%Y}"), ("Clos le", f"{what.since:%d/%m/%Y}")),
    ]
    labels = {id_: field.label.fr for id_, field in form.index.items()}
    facts += [(labels.get(id_, id_), _words(value)) for id_, value in answers.items()]
    facts += [("Fichier", path) for _, path, _ in await _objects(what.proposal)]
    body = "\n".join(f"<dt>{html.escape(term)}</dt><dd>{html.escape(text)}</dd>" for term, text in facts)
    return (
        f'<!doctype html>\n<html lang="fr"><meta charset="utf-8"><title>{html.escape(what.reference)}</title>\n'
        f"<style>body{{font:1rem/1.5 sans-serif;max-width:50rem;margin:2rem auto}}dt{{font-weight:bold}}"
        f"dd{{white-space:pre-wrap}}</style>\n<h1>{html.escape(what.reference)}</h1>\n<dl>\n{body}\n</dl></html>\n"
    )


def _words(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
