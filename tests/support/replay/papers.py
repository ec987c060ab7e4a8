"""What a replayed call leaves on paper and for everybody: each document is opened and says what it must, no more."""

import re
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

from pypdf import PdfReader

from tests.support.replay.copied import SLUG
from tests.support.replay.people import MEMBERS
from tests.support.replay.together import some_at_once

if TYPE_CHECKING:
    from tests.support.replay.course import Course

PUBLISHED = ("pilot", "retained")  # outcomes that the catalogue tells


def text_of(pdf: bytes) -> str:
    """The words of a document, one space between two."""
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages))


async def faults(course: "Course", chosen: dict[int, str]) -> list[str]:
    """What is missing in a document or said where it may not be, in words. `chosen`: the published outcomes."""
    references = {n: (await course.crowd.officer.get(course.path(n)))["reference"] for n in chosen}
    return [
        *await _letters(course, references),
        *await _minutes(course, references),
        *await _catalogue(references, chosen, course),
        *await _transparency(course, references),
    ]


async def _letters(course: "Course", references: dict[int, str]) -> list[str]:
    """Each applicant's own, with its reasons, and nobody else's reference."""
    found = []

    async def read(n: int) -> None:
        told = text_of(await course.applicant(n).pdf(course.path(n, "letter.pdf")))
        for wanted in (references[n], f"Motifs de la décision {n}.", "Présidente du comité"):
            if wanted not in told:
                found.append(f"letter {n}: no {wanted!r}")
        if others := {one for one in references.values() if one in told} - {references[n]}:
            found.append(f"letter {n}: tells of {sorted(others)}")

    await some_at_once(read, references)
    return found


async def _minutes(course: "Course", references: dict[int, str]) -> list[str]:
    """Approved, with every item; those that a member is recused from are not in theirs."""
    path, found = f"{course.sitting.path}/minutes.pdf", []
    whole = text_of(await course.crowd.officer.pdf(path))
    found += [f"minutes: no {wanted!r}" for wanted in references.values() if wanted not in whole]
    if course.sitting.approved not in whole.replace(" ", ""):  # which is printed in groups
        found.append("minutes: not the hash that was approved")
    for place, (member, recused) in enumerate(zip(course.crowd.members, course.luck.recused, strict=False)):
        told = text_of(await member.client.pdf(path))
        hidden = {references[n] for n in recused}
        if {one for one in references.values() if one in told} != set(references.values()) - hidden:
            found.append(f"minutes of recused member {place}: not all items but theirs")
    return found


async def _catalogue(references: dict[int, str], chosen: dict[int, str], course: "Course") -> list[str]:
    """Exactly what was retained."""
    told: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await course.crowd.officer.get("/api/catalogue", call=SLUG, cursor=cursor, limit=100)
        told += [one["reference"] for one in page["items"]]
        cursor = page["next"]
    wanted = sorted(references[n] for n in chosen if chosen[n] in PUBLISHED)
    return [] if sorted(told) == wanted else [f"catalogue: {len(told)} entries, {len(wanted)} retained"]


async def _transparency(course: "Course", references: dict[int, str]) -> list[str]:
    """Who sat, and every decision; nobody's address, and no reason of a refusal."""
    sent = await course.crowd.officer.pdf(f"/api/calls/{SLUG}/transparency.zip")
    with ZipFile(BytesIO(sent)) as told:
        text = " ".join(told.read(name).decode("utf-8", "replace") for name in told.namelist() if name[-4:] != ".pdf")
    wanted = (*references.values(), "Présidente", *(f"Membre {number + 1}" for number in range(MEMBERS)))
    found = [f"transparency: no {one!r}" for one in wanted if one not in text]
    refused = [n for n, outcome in course.chosen.items() if outcome == "declined"]
    found += [f"transparency: why {n} was refused" for n in refused if f"Motifs de la décision {n}." in text]
    addresses = {one.email for one in course.crowd.everybody}
    return found + [f"transparency: tells {one}" for one in sorted(addresses) if one in text]
