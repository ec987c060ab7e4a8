"""A proposal as its applicants and the service exchange it: answers, files, messages, documents."""

from service.domain.held.place import FILE, MINE, Place

PROPOSALS: dict[str, Place] = {
    "proposal": Place(
        *("Candidatures", "with the proposal", FILE),
        persons=("owner",),
        texts=("title", "organisation", "withdrawal_reason", "search"),
        secret=("salt",),
        plain=("reference", "status", "stage", "stage_kind", "phase", "part", "request"),
        rows="owner = {} OR id IN (SELECT proposal FROM collaborator WHERE account = {})",
    ),
    "collaborator": Place(
        *("Participations aux candidatures d’autrui", "deleted", "une participation cesse avec le compte"),
        persons=("account",),
        plain=("level",),
        rows="account = {}",
        key=("proposal", "account"),
    ),
    "share": Place(
        *("Invitations reçues et envoyées", "deleted", "une invitation cesse avec le compte"),
        persons=("inviter",),
        texts=("email",),
        secret=("secret_hash",),
        plain=("level",),
        rows="inviter = {} OR email = (SELECT email FROM account WHERE id = {} AND email <> '')",
    ),
    "answer": Place(
        *("Réponses en cours", "with the proposal", FILE),
        persons=("saved_by",),
        texts=("value",),
        plain=("field",),
        rows=f"saved_by = {{}} OR proposal IN ({MINE})",
        key=("proposal", "field"),
    ),
    "amendment": Place(
        *("Réponses avant modification", "with the proposal", FILE),
        texts=("answers",),
        plain=("files",),
        rows=f"proposal IN ({MINE})",
        key=("proposal",),
    ),
    "attachment": Place(
        *("Fichiers", "with the proposal", FILE),
        persons=("added_by",),
        texts=("name",),
        plain=("field", "sha256", "media_type", "scan"),
        # Those of others: once they are clean, and sent where they belong to a message.
        rows=f"added_by = {{}} OR (proposal IN ({MINE}) AND scan IN ('off', 'clean') AND (field <> '@thread' OR EXISTS"
        " (SELECT FROM message m WHERE m.proposal = t.proposal AND m.files @> jsonb_build_array(t.id::text))))",
    ),
    "upload": Place(
        *("Fichiers en cours d’envoi", "deleted", "un envoi inachevé n’est pas encore au dossier"),
        persons=("sender",),
        texts=("name", "mark"),
        secret=("handle", "etags"),
        plain=("field", "replaces"),
        rows="sender = {}",
    ),
    "revision": Place(
        *("Textes déposés", "with the proposal", FILE),
        persons=("author",),
        texts=("content",),
        secret=("salt",),
        plain=("subject", "subject_id", "digest"),
        # Whoever once submitted for another has no part in what the others wrote.
        rows=f"(author = {{}} AND subject <> 'answers') OR (subject = 'answers' AND proposal IN ({MINE}))",
    ),
    "message": Place(
        *("Échanges avec le service", "with the proposal", FILE),
        persons=("author",),
        texts=("text",),
        secret=("salt",),
        plain=("side", "digest", "files"),
        rows=f"author = {{}} OR proposal IN ({MINE})",
    ),
    "withdrawal": Place("Retraits", "kept", "ni nom ni texte", plain=("stage",), rows=f"proposal IN ({MINE})"),
    "trace": Place(
        *("Clés de rapprochement d’une candidature", "with the proposal", FILE),
        texts=("value",),
        plain=("kind", "field"),
        rows=f"proposal IN ({MINE})",
        key=("proposal", "kind", "value"),
    ),
    "job": Place(
        *("Documents établis", "with the proposal", FILE),
        texts=("content",),
        plain=("kind", "audience", "renderer", "status", "sha256", "error", "request", "mark"),
        rows=f"audience = 'applicant' AND proposal IN ({MINE})",
    ),
}
