"""Pilots: what becomes of a proposal that was retained."""

from service.domain.held.place import ACT, FILE, MINE, Place

PILOTS: dict[str, Place] = {
    "pilot": Place(
        *("Pilotes", "with the proposal", FILE),
        texts=("team", "lessons"),
        plain=("phase", "partner", "indicator", "unit", "outcome"),
        rows=f"proposal IN ({MINE})",
        key=("proposal",),
    ),
    "milestone": Place(
        *("Jalons d’un pilote", "with the proposal", FILE),
        persons=("author",),
        texts=("title", "evidence", "link"),
        rows=f"author = {{}} OR proposal IN ({MINE})",
    ),
    "measure": Place(
        *("Mesures de l’indicateur d’un pilote", "with the proposal", FILE),
        persons=("author",),
        texts=("source",),
        rows=f"author = {{}} OR proposal IN ({MINE})",
    ),
    "pilot_review": Place(
        *("Revues d’un pilote", "with the proposal", ACT),
        persons=("author",),
        texts=("reasons",),
        plain=("phase", "verdict"),
        rows=f"author = {{}} OR proposal IN ({MINE})",
    ),
}
