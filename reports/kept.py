"""A dossier that holds what it rests on: answers, files and a manifest of digests, embedded in its PDF."""

import re
import unicodedata
from hashlib import sha256

import msgspec
from msgspec import Struct

from reports.enclosed import Enclosure
from reports.model import Dossier

MANIFEST, ANSWERS = "manifeste.json", "reponses.json"


class KeptFile(Struct, frozen=True):
    """A file of the proposal. content: None where it is left out, and `note` says why. pages: of how many there are
    pictures, kept under its id; shown: how many of these are shown."""

    name: str
    field: str
    size: int
    sha256: str
    content: bytes | None
    note: str = ""
    id: str = ""
    pages: int = 0
    shown: int = 0


class Archive(Struct, frozen=True):
    """The dossier, the submitted answers as JSON, and the files in their order."""

    dossier: Dossier
    answers: bytes
    files: tuple[KeptFile, ...]


class Held(Struct, frozen=True):
    """A line of the manifest. embedded: the file is in this PDF, under `name`."""

    name: str
    original: str
    field: str
    size: int
    sha256: str
    embedded: bool
    note: str = ""


class Manifest(Struct, frozen=True):
    """What stands in `manifeste.json`: of which proposal and entry, and the digests."""

    reference: str
    revision: int
    revision_sha256: str
    journal_position: int
    journal_sha256: str
    files: tuple[Held, ...]


def manifest_of(archive: Archive) -> Manifest:
    """Everything that is embedded, the answers first, and what is not."""
    told = archive.dossier
    answers = Held(
        ANSWERS, "", "Réponses déposées", len(archive.answers), sha256(archive.answers).hexdigest(), embedded=True
    )
    files = (
        Held(
            *(f"{i:02d}-{plain(one.name)}", one.name, one.field, one.size, one.sha256),
            embedded=one.content is not None,
            note=one.note,
        )
        for i, one in enumerate(archive.files, 1)
    )
    return Manifest(
        reference=told.reference,
        revision=told.revision,
        revision_sha256=told.revision_digest,
        journal_position=told.journal_position,
        journal_sha256=told.journal_hash,
        files=(answers, *files),
    )


def plain(name: str) -> str:
    """A name that every reader of PDF writes the same way, with its suffix."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9._-]+", "-", letters).strip("-")[-80:] or "fichier"


def enclosures(archive: Archive, manifest: Manifest) -> tuple[Enclosure, ...]:
    """The manifest, the answers and the files, as a PDF carries them."""
    told = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
    held = [one for one in manifest.files[1:] if one.embedded]
    contents = [one.content for one in archive.files if one.content is not None]
    return (
        Enclosure(MANIFEST, "Manifeste : empreintes de tout ce qui est joint", data=told, relationship="Data"),
        Enclosure(ANSWERS, "Réponses déposées, en JSON", data=archive.answers, relationship="Source"),
        *(
            Enclosure(one.name, f"Pièce jointe : {one.field}", data=content, relationship="Source")
            for one, content in zip(held, contents, strict=True)
        ),
    )
