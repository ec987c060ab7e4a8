"""What proves, and what is only machinery: the journal, the log of readings, objects that are to go."""

from service.domain.held.place import NOBODY, Place

PROOF: dict[str, Place] = {
    "entry": Place(
        *("Journal", "kept", "chaîne d’intégrité : ni nom ni texte, des identifiants que le compte ne relie plus"),
        persons=("actor",),
        secret=("previous", "hash"),
        plain=("kind", "data"),
        rows="actor = {}",
        key=("stream", "seq"),
    ),
    "access_log": Place(
        *("Consultations", "kept", "preuve des accès, effacée après douze mois"),
        persons=("account",),
        plain=("proposal", "proposals", "what", "request"),
        rows="account = {}",
    ),
    "disposal": Place("Objets à supprimer", "kept", NOBODY, plain=("key", "handle"), key=("key",)),
    "stream": Place("Têtes du journal", "kept", NOBODY, secret=("last_hash",), plain=("name",), key=("name",)),
}
