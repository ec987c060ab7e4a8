"""Everything that is held on one person, as a ZIP: their rows as JSON, their files, and what each is."""

from collections.abc import AsyncIterator
from datetime import datetime
from uuid import UUID

import msgspec

from service.domain.actor import Actor
from service.domain.files import key_of, saved_name
from service.domain.personal import HELD
from service.domain.retention import KeptFile
from service.problems import NotFound
from service.store import objects
from service.store.database import Row, row, rows
from service.store.due import kept_files
from service.views.zipping import Member, Zipped, plain_name, table_json

README = """\
Données personnelles détenues par le service

Ce dossier contient ce que le service détient sur vous à la date ci-dessous.

- donnees/ : une liste par sorte de données, au format JSON, nommées à la fin de ce texte.
- fichiers/ : les fichiers que vous avez déposés, et ceux de vos candidatures.
- manifeste.json : la taille et l’empreinte SHA-256 de chaque élément.

N’y figurent pas : les mots de passe et secrets (le service n’en garde que des empreintes), les évaluations que
d’autres personnes ont écrites sur vos candidatures, et ce qui n’identifie personne.

"""


class Erasable(msgspec.Struct, frozen=True):
    """What erasing one's account would come to. `examined`: references of proposals that forbid it as yet; `kept`: of
    the others that were submitted; `drafts`: how many would be deleted."""

    drafts: int
    examined: tuple[str, ...]
    kept: tuple[KeptFile, ...]


async def erasable(actor: Actor) -> Erasable:
    """For one's own account page."""
    own = await rows("SELECT reference, status, stage_kind FROM proposal WHERE owner = {}", actor.account)
    examined = sorted(line["reference"] for line in own if line["stage_kind"])
    kept = await kept_files(actor.account) if actor.account else ()
    return Erasable(
        sum(line["status"] == "draft" for line in own),
        tuple(examined),
        tuple(one for one in kept if one.reference not in examined),
    )


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
    made = Zipped(now)
    yield made.text("LISEZMOI.txt", _guide(now))
    for table, place in HELD.items():
        if place.rows:
            content = table_json(
                table, place.key, place.rows, [account] * place.rows.count("{}"), [*place.secret, "search"]
            )
            async for part in made.add(f"donnees/{table}.json", place.title, content):
                yield part
    for line in await _files(account):
        name = line["name"]
        path = f"fichiers/{line['id']}/{plain_name(saved_name(name, line['media_type']))}"
        if line["scan"] == "infected":
            made.members.append(Member(path, name, line["size"], line["sha256"], "fichier écarté\u00a0: infecté"))
            continue
        try:
            file = await objects.store().get_stream(key_of(line["id"]))
        except NotFound:
            made.members.append(Member(path, name, line["size"], line["sha256"], "absent du stockage"))
            continue
        async for part in made.add(path, name, file, packed=False):
            yield part
    yield made.end()


def _guide(now: datetime) -> str:
    """What is in here, in words: the lists are named as the service's tables are."""
    lists = "".join(f"donnees/{table}.json : {place.title}\n" for table, place in HELD.items() if place.rows)
    return f"{README}{now.isoformat(timespec='seconds')}\n\n{lists}"


async def _files(account: UUID) -> list[Row]:
    place = HELD["attachment"]
    sql = f"SELECT id, name, media_type, size, sha256, scan FROM attachment t WHERE {place.rows} ORDER BY id"  # noqa: S608  our words
    return await rows(sql, *([account] * place.rows.count("{}")))
