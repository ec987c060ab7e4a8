"""Calls, and what is asked about them in public."""

from service.domain.held.place import NOBODY, Place

CALLS: dict[str, Place] = {
    "inquiry": Place(
        *("Questions sur un appel", "blanked", "le texte de la question disparaît, sa date reste au journal"),
        persons=("asker",),
        texts=("text", "reason"),
        secret=("salt",),
        plain=("digest", "state"),
        rows="asker = {}",
    ),
    "inquiry_revision": Place(
        *("Réponses publiées", "kept", "acte du service, publié sans le nom de qui demande"),
        persons=("author",),
        texts=("question", "answer"),
        secret=("salt",),
        plain=("digest",),
        rows="author = {}",
        key=("inquiry", "number"),
    ),
    "call": Place("Appels", "kept", NOBODY, plain=("slug", "prefix")),
    "call_step": Place("Actes d’un appel", "kept", NOBODY, plain=("kind",), key=("call", "kind", "at")),
    "edition": Place(
        "Éditions des appels", "kept", "le contact publié d’un appel", texts=("content",), plain=("digest", "seats")
    ),
}
