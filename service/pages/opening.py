"""The catalogue as open data: one JSON file with its schema, CSV, and their description as DCAT (W3C) in JSON-LD."""

from collections.abc import Sequence
from typing import Any

import msgspec

from reports.tables.model import Column, Kind, Table, Value, by_column
from reports.tables.separated import Separated
from service.pages.aloud import read_aloud
from service.views.catalogue import Catalogued, CatalogueEntry

LICENCE = "https://www.etalab.gouv.fr/licence-ouverte-open-licence"
TITLE = "Solutions retenues et pilotes de l’incubateur d’intelligence artificielle de l’État"
PUBLISHER = "Incubateur d’intelligence artificielle de l’État"
AUTHORITY = "http://publications.europa.eu/resource/authority"
ABOUT = (
    "Candidatures retenues après publication de la décision : réponses données à titre public, partenaire et phase du"
    " pilote s’il y en a un. Aucune donnée personnelle."
)
_FIRST = (
    *(("reference", "Référence"), ("call", "Appel"), ("title", "Titre"), ("organisation", "Organisme")),
    *(("outcome", "Décision"), ("published", "Publiée le"), ("phase", "Phase du pilote"), ("partner", "Partenaire")),
)


class CatalogueFile(msgspec.Struct, frozen=True):
    """The whole catalogue."""

    licence: str
    items: tuple[CatalogueEntry, ...]


def worded(one: Catalogued) -> CatalogueEntry:
    """The entry with its answers in words."""
    answers = tuple(
        msgspec.structs.replace(answer, text=read_aloud(field, answer.value))
        for field, answer in zip(one.fields, one.entry.answers, strict=True)
    )
    return msgspec.structs.replace(one.entry, answers=answers)


def as_json(every: Sequence[Catalogued]) -> bytes:
    """All entries."""
    return msgspec.json.encode(CatalogueFile(LICENCE, tuple(worded(one) for one in every)))


def schema(address: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of that file."""
    own = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"{address}/catalogue.schema.json"}
    return own | msgspec.json.schema(CatalogueFile)


def as_csv(every: Sequence[Catalogued]) -> bytes:
    """One line for each entry, one column for each question that any of them answers in public."""
    asked: dict[str, str] = {}
    for one in every:
        for answer in one.entry.answers:
            asked.setdefault(answer.field, answer.label)
    columns = [Column(name, title, Kind.DAY if name == "published" else Kind.TEXT) for name, title in _FIRST]
    columns += [Column(f"answer_{name}", label) for name, label in asked.items()]
    written = Separated(Table("catalogue", TITLE, tuple(columns)), french=False)
    lines = [_line(worded(one), list(asked)) for one in every]
    return written.head() + written.rows(by_column(lines))


def _line(entry: CatalogueEntry, asked: Sequence[str]) -> list[Value]:
    said = {answer.field: answer.text for answer in entry.answers}
    pilot = entry.pilot
    return [
        *(entry.reference, entry.call, entry.title, entry.organisation, entry.outcome, entry.published),
        *((pilot.phase, pilot.partner) if pilot else ("", "")),
        *(said.get(field, "") for field in asked),
    ]


def as_dcat(address: str, every: Sequence[Catalogued]) -> dict[str, Any]:
    """A catalogue of one dataset with its two distributions, with all that DCAT-AP makes mandatory: what takes it into
    a portal refuses a catalogue or dataset without description or publisher, and a distribution without accessURL."""
    changed = max((one.entry.published.isoformat() for one in every), default=None)
    files = (("csv", "text/csv", ""), ("json", "application/json", f"{address}/catalogue.schema.json"))
    told: dict[str, Any] = {
        "dct:title": {"@language": "fr", "@value": TITLE},
        "dct:description": {"@language": "fr", "@value": ABOUT},
        "dct:publisher": {
            "@id": f"{address}/",
            "@type": "foaf:Agent",
            "foaf:name": {"@language": "fr", "@value": PUBLISHER},
        },
        "dct:language": {"@id": f"{AUTHORITY}/language/FRA"},
    }
    dataset: dict[str, Any] = {
        "@id": f"{address}/catalogue",
        "@type": "dcat:Dataset",
        **told,
        "dct:identifier": f"{address}/catalogue",
        "dct:license": {"@id": LICENCE},
        "dcat:landingPage": {"@id": f"{address}/catalogue"},
        "dcat:distribution": [_distribution(address, *one) for one in files],
    }
    if changed:
        dataset["dct:modified"] = {"@type": "xsd:date", "@value": changed}
    return {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": f"{address}/catalogue.jsonld",
        "@type": "dcat:Catalog",
        **told,
        "dcat:dataset": [dataset],
    }


def _distribution(address: str, ending: str, media: str, conforms: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "@id": f"{address}/catalogue.{ending}",
        "@type": "dcat:Distribution",
        "dcat:accessURL": {"@id": f"{address}/catalogue.{ending}"},
        "dcat:downloadURL": {"@id": f"{address}/catalogue.{ending}"},
        "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{media}"},
        "dct:format": {"@id": f"{AUTHORITY}/file-type/{ending.upper()}"},
        "dct:license": {"@id": LICENCE},
    }
    return found | ({"dct:conformsTo": {"@id": conforms}} if conforms else {})
