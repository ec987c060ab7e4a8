"""How the inventory of what is held on persons says one thing, and the grounds that several tables share."""

from typing import Literal

import msgspec

Fate = Literal["deleted", "blanked", "with the proposal", "kept"]


class Place(msgspec.Struct, frozen=True):
    """One table. `title`: French, for the person. `persons`: columns with an account's id. `texts`: columns with what
    persons wrote or are called. `secret`: what an export never gives. `plain`: looked at, and of no person.

    `rows`: SQL condition for what is exported to the person (each `{}` stands for the account's id), "" for nothing.
    `key`: the order of rows. `erased`: what becomes of the person's rows; "with the proposal": when it is deleted or
    its retention has ended; `why`: the ground of that.
    """

    title: str
    erased: Fate
    why: str
    persons: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    rows: str = ""
    key: tuple[str, ...] = ("id",)


MINE = "SELECT id FROM proposal WHERE owner = {}"
"""The person's own proposals, where `Place.rows` asks for them."""
FILE = "le dossier déposé est un document administratif, conservé jusqu’au terme de l’appel"
ACT = "acte d’instruction, conservé avec le dossier ; son auteur n’y est plus qu’un identifiant"
SERVICE_ACT = "acte d’instruction ; son auteur n’y est plus qu’un identifiant"
NOBODY = "ne concerne personne"
