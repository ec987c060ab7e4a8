"""Everything that is held on one person, as a ZIP: their rows as JSON, their files, and what each is."""

import hashlib
import zipfile
from collections.abc import AsyncIterator
from datetime import datetime
from uuid import UUID

import msgspec
from anyio import to_thread

from service.domain.actor import Actor
from service.domain.files import key_of
from service.domain.personal import HELD, Place
from service.problems import NotFound
from service.store import objects
from service.store.database import Row, row, rows

PAGE = 50  # rows in memory at a time: answers and revisions may have megabytes each
README = """\
Données personnelles détenues par le service

Ce dossier contient ce que le service détient sur vous à la date ci-dessous.

- donnees/ : une liste par sorte de données, au format JSON.
- fichiers/ : les fichiers que vous avez déposés, et ceux de vos candidatures.
- manifeste.json : la taille et l’empreinte SHA-256 de chaque élément.

N’y figurent pas : les mots de passe et secrets (le service n’en garde que des empreintes), les évaluations que
d’autres personnes ont écrites sur vos candidatures, et ce qui n’identifie personne.

"""


class Member(msgspec.Struct, frozen=True):
    """One element of the ZIP. `size` in bytes, `sha256` in hexadecimal; `missing`: why there are no bytes."""

    path: str
    title: str
    size: int
    sha256: str
    missing: str = ""


class _Sink:
    """Where the ZIP is written, which cannot go back: what came since the last look is handed on."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def write(self, content: bytes) -> int:
        self._waiting += content
        return len(content)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        content = bytes(self._waiting)
        self._waiting.clear()
        return content


async def holder(actor: Actor, account_id: UUID) -> str:
    """The address of an account whose data the actor may have: one's own, or any for whoever runs the service.

    Raises NotFound.
    """
    found = await row("SELECT email FROM account WHERE id = {}", account_id)
    if found is None or not (actor.process or actor.account == account_id):
        raise NotFound
    email: str = found["email"]
    return email


async def personal_data(actor: Actor, account_id: UUID, now: datetime) -> AsyncIterator[bytes]:
    """The bytes of the ZIP, as they are made: never whole in memory or on a disk. Raises NotFound before the first.

    A ZIP that was cut short has no directory and is told to be broken by any program.
    """
    await holder(actor, account_id)
    return _archive(account_id, now)


async def _archive(account: UUID, now: datetime) -> AsyncIterator[bytes]:
    sink, made = _Sink(), list[Member]()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        archive.writestr(_info("LISEZMOI.txt", now), f"{README}{now.isoformat(timespec='seconds')}\n")
        for table, place in HELD.items():
            if place.rows:
                path = f"donnees/{table}.json"
                async for part in _member(archive, sink, made, (path, place.title), _table(table, place, account), now):
                    yield part
        for line in await _files(account):
            path = f"fichiers/{line['id']}/{_plain(line['name'])}"
            if line["scan"] == "infected":
                made.append(Member(path, line["name"], line["size"], line["sha256"], "fichier infecté, écarté"))
                continue
            try:
                content = await objects.store().get_stream(key_of(line["id"]))
            except NotFound:
                made.append(Member(path, line["name"], line["size"], line["sha256"], "absent du stockage"))
                continue
            async for part in _member(archive, sink, made, (path, line["name"]), content, now, stored=True):
                yield part
        archive.writestr(_info("manifeste.json", now), msgspec.json.format(msgspec.json.encode(made), indent=1))
    yield sink.taken()


async def _member(  # noqa: PLR0917  one element, and where it goes
    archive: zipfile.ZipFile,
    sink: _Sink,
    made: list[Member],
    named: tuple[str, str],
    content: AsyncIterator[bytes],
    now: datetime,
    *,
    stored: bool = False,
) -> AsyncIterator[bytes]:
    info, digest, size = _info(named[0], now), hashlib.sha256(), 0
    info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with archive.open(info, "w", force_zip64=True) as member:
        async for chunk in content:
            await to_thread.run_sync(member.write, chunk)
            digest.update(chunk)
            size += len(chunk)
            yield sink.taken()
    made.append(Member(named[0], named[1], size, digest.hexdigest()))


async def _table(table: str, place: Place, account: UUID) -> AsyncIterator[bytes]:
    """The person's rows of a table, as one JSON array, without what is secret."""
    said = place.rows.count("{}")
    sql = (
        f"SELECT (to_jsonb(t) - {{}}::text[])::text AS line FROM {table} t WHERE {place.rows}"  # noqa: S608  our words
        f" ORDER BY {', '.join(place.key)} LIMIT {{}} OFFSET {{}}"
    )
    yield b"["
    start = 0
    hidden = [*place.secret, "search"]
    while page := await rows(sql, hidden, *([account] * said), PAGE, start):
        lines = b",\n".join(line["line"].encode() for line in page)
        yield (b",\n" if start else b"\n") + lines
        start += PAGE
    yield b"\n]\n"


async def _files(account: UUID) -> list[Row]:
    place = HELD["attachment"]
    sql = f"SELECT id, name, size, sha256, scan FROM attachment t WHERE {place.rows} ORDER BY id"  # noqa: S608  our words
    return await rows(sql, *([account] * place.rows.count("{}")))


def _info(path: str, now: datetime) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(path, now.timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _plain(name: str) -> str:
    """A file's name as the last part of a path: nothing in it leads elsewhere."""
    kept = "".join("_" if char in '/\\:*?"<>|' or not char.isprintable() else char for char in name)
    return kept.strip(". ")[:150] or "fichier"
