"""What a package for the archives holds of a proposal: what was submitted, sent or drawn, and its readable index."""

from typing import Any
from uuid import UUID

from forms import local_day
from reports import words
from reports.answers import lay_out
from reports.archive import ArchiveIndex, Fact, Piece, Said, render_index
from service.domain.files import key_of
from service.domain.retention import Due
from service.problems import NotFound
from service.store.database import Row, row, rows
from service.views.documents import dossier
from service.views.submitted import submitted_state
from service.views.zipping import plain_name

OF_FILE = (
    "t.proposal = {} AND (EXISTS (SELECT FROM revision v WHERE v.proposal = t.proposal AND v.subject = 'answers'"
    " AND v.content -> 'files' @> jsonb_build_array(jsonb_build_object('id', t.id::text))) OR EXISTS (SELECT FROM"
    " message m WHERE m.proposal = t.proposal AND m.files @> jsonb_build_array(t.id::text)))"
)
"""SQL over `attachment t`: what a submission named, whatever became of it since, or a message brought. What was never
handed in is nobody's archive."""
_DOCUMENTS = {"receipt": "Accusé de réception", "dossier": "Dossier", "archive": "Archive", "letter": "Lettre"}
_SIDES = {"applicant": "Candidat", "officer": "Service"}


async def files_of(proposal: UUID) -> list[tuple[str, Piece]]:
    """The files, each with its key in the store, "" where it is left out."""
    found = await rows(
        f"SELECT id, name, field, size, sha256, scan, removed_at FROM attachment t WHERE {OF_FILE}"  # noqa: S608
        " ORDER BY added_at, id",
        *(proposal,),
    )
    return [_file(line) for line in found]


def _file(line: Row) -> tuple[str, Piece]:
    known = (line["name"], line["field"], line["size"], line["sha256"])
    if line["scan"] == "infected":
        return "", Piece("", *known, "Fichier infecté, écarté")
    note = "Retiré d’une version suivante" if line["removed_at"] else ""
    return key_of(line["id"]), Piece(f"fichiers/{line['id']}/{plain_name(line['name'])}", *known, note)


async def documents_of(proposal: UUID) -> list[tuple[str, Piece]]:
    """The documents that were drawn, each with its key."""
    found = await rows(
        "SELECT id, kind, audience, size, sha256, finished_at FROM job WHERE proposal = {} AND status = 'done'"
        " ORDER BY created_at, id",
        proposal,
    )
    pieces = []
    for line in found:
        path = f"documents/{line['kind']}-{line['audience']}-{line['id']}.pdf"
        about = f"établi le {words.moment(line['finished_at'])}"
        pieces.append(
            (f"document/{line['id']}", Piece(path, _DOCUMENTS[line["kind"]], about, line["size"], line["sha256"]))
        )
    return pieces


async def index_of(what: Due, files: list[Piece], documents: list[Piece]) -> str:
    """The index, as HTML. Raises NotFound."""
    submitted = await submitted_state(what.proposal)
    line = await row("SELECT a.name FROM proposal p JOIN account a ON a.id = p.owner WHERE p.id = {}", what.proposal)
    if submitted.revision is None or line is None:
        raise NotFound
    form, told = await submitted.form(), await dossier(what.proposal, what.position)
    named: dict[str, list[str]] = {}
    for file in submitted.files:
        named.setdefault(file.field, []).append(file.name)
    labels = {id_: field.label.fr for id_, field in form.index.items()} | {"@thread": "Échanges"}
    messages = await rows("SELECT side, at, text FROM message WHERE proposal = {} ORDER BY at, id", what.proposal)
    answers: dict[str, Any] = submitted.answers
    return render_index(
        ArchiveIndex(
            dossier=told,
            facts=tuple(
                Fact(label, text)
                for label, text in (
                    ("Appel", f"{told.edition} ({what.call})"),
                    ("Service", told.service),
                    ("Organisme", told.organisation),
                    ("Candidat", line["name"]),
                    ("Dernière version déposée le", words.moment(told.submitted_at)),
                    ("Issue", told.stage),
                    ("Fin de l’examen", words.moment(what.since)),
                    ("Conservé par le service jusqu’au", words.moment(what.until)),
                    ("Dernière ligne du journal", f"{told.journal_position}, {told.journal_hash}"),
                )
            ),
            answers=lay_out(form, answers, named, "fr", today=local_day(submitted.revision.at), audience="officer"),
            files=tuple(_worded(one, labels) for one in files),
            documents=tuple(documents),
            messages=tuple(Said(said["at"], _SIDES[said["side"]], said["text"]) for said in messages),
        )
    )


def _worded(one: Piece, labels: dict[str, str]) -> Piece:
    return Piece(one.path, one.name, labels.get(one.about, one.about), one.size, one.sha256, one.note)
