"""What a package of a proposal holds: what was submitted, sent or drawn, and a page to read it by."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from forms import local_day
from reports import words
from reports.answers import lay_out
from reports.archive import ArchiveIndex, Fact, Piece, Said, render_index
from reports.model import Dossier
from service.domain import evidence
from service.domain.documents import READ
from service.domain.files import key_of, saved_name
from service.domain.retention import Due
from service.problems import NotFound
from service.store.database import Row, row, rows
from service.views.dossiers import dossier
from service.views.files import PASSED
from service.views.opinions import Rights
from service.views.spooling import Filed
from service.views.submitted import submitted_state
from service.views.zipping import plain_name

OF_FILE = (
    "t.proposal = {} AND (EXISTS (SELECT FROM revision v WHERE v.proposal = t.proposal AND v.subject = 'answers'"
    " AND v.content -> 'files' @> jsonb_build_array(jsonb_build_object('id', t.id::text))) OR EXISTS (SELECT FROM"
    " message m WHERE m.proposal = t.proposal AND m.files @> jsonb_build_array(t.id::text)) OR EXISTS (SELECT FROM"
    " milestone m WHERE m.proposal = t.proposal AND t.field = '@' || m.id AND t.removed_at IS NULL))"
)
"""SQL over `attachment t`: what a submission named, whatever became of it since, or a message brought; and what shows
that a milestone was reached. What was never handed in is nobody's archive."""
_DOCUMENTS = {"receipt": "Accusé de réception", "dossier": "Dossier", "archive": "Archive", "letter": "Lettre"}
_SIDES = {"applicant": "Candidat", "officer": "Service"}


async def files_of(proposal: UUID, *, passed: bool = False) -> list[tuple[str, Piece]]:
    """The files, each with its key in the store, "" where it is left out; `passed`: those that others than their sender
    may have, alone."""
    found = await rows(
        f"SELECT id, name, media_type, field, size, sha256, scan, removed_at FROM attachment t WHERE {OF_FILE}"  # noqa: S608
        " ORDER BY added_at, id",
        *(proposal,),
    )
    return [_file(line) for line in found if not passed or line["scan"] in PASSED]


def _file(line: Row) -> tuple[str, Piece]:
    known = (line["name"], line["field"], line["size"], line["sha256"])
    if line["scan"] == "infected":
        return "", Piece("", *known, "Fichier écarté\u00a0: infecté")
    note = "Retiré d’une version suivante" if line["removed_at"] else ""
    name = plain_name(saved_name(line["name"], line["media_type"]))
    return key_of(line["id"]), Piece(f"fichiers/{line['id']}/{name}", *known, note)


def filed(key: str, one: Piece, folder: str = "") -> Filed:
    """A file or a document as an element of a ZIP, below a folder of it."""
    path = one.path or f"fichiers/{one.name}"
    return Filed(f"{folder}{path}", one.name, key, one.size, one.sha256, "" if key else one.note)


async def documents_of(proposal: UUID, may: Rights | None = None) -> list[tuple[str, Piece]]:
    """The documents that were drawn, each with its key; `may`: those that somebody with these rights may read."""
    found = await rows(
        "SELECT id, kind, audience, size, sha256, finished_at FROM job WHERE proposal = {} AND status = 'done'"
        " ORDER BY created_at, id",
        proposal,
    )
    pieces = []
    for line in found:
        action = READ[line["kind"], line["audience"]]
        if may is not None and action is not None and action not in may:
            continue
        path = f"documents/{line['kind']}-{line['audience']}-{line['id']}.pdf"
        about = f"établi le {words.moment(line['finished_at'])}"
        pieces.append(
            (f"document/{line['id']}", Piece(path, _DOCUMENTS[line["kind"]], about, line["size"], line["sha256"]))
        )
    return pieces


async def index_of(what: Due, files: list[Piece], documents: list[Piece]) -> str:
    """The index of what goes to the archives, as HTML. Raises NotFound."""
    facts = (
        Fact("Fin de l’examen", words.moment(what.since)),
        Fact("Conservé par le service jusqu’au", words.moment(what.until)),
    )
    return await page_of(what.proposal, what.position, "committee", Around(facts, _GUIDE), files, documents)


_GUIDE = (
    Fact("donnees/", "les lignes de la base, au format JSON"),
    Fact("donnees/edition.json", "les règles de l’appel"),
    Fact("donnees/personnes.json", "le nom des personnes que les autres fichiers désignent par un identifiant"),
    Fact("donnees/entry.json", "le journal, dont chaque ligne porte l’empreinte de la précédente"),
    Fact("manifeste.json", "la taille et l’empreinte SHA-256 de chaque élément"),
)


class Around(msgspec.Struct, frozen=True):
    """What a page says beside the proposal: more facts, what is where in its package, and the way to the summary."""

    facts: tuple[Fact, ...]
    guide: tuple[Fact, ...]
    home: str = ""


async def page_of(  # noqa: PLR0917  a proposal, for whom, and what lies beside it
    proposal: UUID, position: int, audience: str, around: Around, files: Sequence[Piece], documents: Sequence[Piece]
) -> str:
    """A proposal as of an entry of its journal, as one HTML page. Raises NotFound."""
    submitted = await submitted_state(proposal)
    line = await row(
        "SELECT a.name, c.slug FROM proposal p JOIN account a ON a.id = p.owner JOIN call c ON c.id = p.call"
        " WHERE p.id = {}",
        proposal,
    )
    if submitted.revision is None or line is None:
        raise NotFound
    form, told = await submitted.form(), await dossier(proposal, position, audience)
    packed = {(one.about, one.name) for one in files}
    named: dict[str, list[str]] = {}
    for file in submitted.files:
        if (file.field, file.name) in packed:
            named.setdefault(file.field, []).append(file.name)
    labels = {id_: field.label.fr for id_, field in form.index.items()} | {"@thread": "Échanges"}
    messages = await rows("SELECT side, at, text FROM message WHERE proposal = {} ORDER BY at, id", proposal)
    answers: dict[str, Any] = submitted.answers
    return render_index(
        ArchiveIndex(
            dossier=told,
            facts=_facts(told, line, around.facts),
            guide=around.guide,
            home=around.home,
            answers=lay_out(form, answers, named, "fr", today=local_day(submitted.revision.at), audience="officer"),
            files=tuple(_worded(one, labels) for one in files),
            documents=tuple(documents),
            messages=tuple(Said(said["at"], _SIDES[said["side"]], said["text"]) for said in messages),
        )
    )


def _facts(told: Dossier, line: Row, more: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """What a page begins with. `line`: the owner's name, and the address of the call."""
    return (
        Fact("Appel", f"{told.edition} ({line['slug']})"),
        Fact("Service", told.service),
        Fact("Organisme", told.organisation),
        Fact("Candidat", line["name"]),
        Fact("Dernière version déposée le", words.moment(told.submitted_at)),
        Fact("Étape ou issue", told.stage),
        *more,
        Fact("Dernière ligne du journal", f"{told.journal_position}, {told.journal_hash}"),
    )


def _worded(one: Piece, labels: dict[str, str]) -> Piece:
    about = evidence.FILES.label.fr if evidence.milestone_of(one.about) else labels.get(one.about, one.about)
    return Piece(one.path, one.name, about, one.size, one.sha256, one.note)
