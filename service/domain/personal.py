"""What the service holds on persons: every column that names an account or holds what a person wrote or is called,
what an export gives of it and what an erasure does with it. A test compares this with the schema.

A new table or column joins `HELD` in the change that makes it: until then that test fails.
"""

from typing import Literal

import msgspec

Fate = Literal["deleted", "blanked", "with the proposal", "kept"]
# What goes with a proposal, in an order that its foreign keys allow.
OF_PROPOSAL = (
    *("plan_line", "plan_item", "pin", "bid", "dissent", "vote_item", "sitting_item"),
    *("amendment", "answer", "attachment", "upload", "revision", "deadline", "suggestion", "mark", "review"),
    *(
        "assignment",
        "conflict",
        "trace",
        "eligibility",
        "synthesis",
        "letter_check",
        "decision",
        "job",
        "message",
        "extension",
        "withdrawal",
    ),
    *("pilot_review", "measure", "milestone", "pilot"),
    *("collaborator", "tally", "agenda", "share", "steering", "batch_item", "conciliation", "access_log"),
)
MINE = "SELECT id FROM proposal WHERE owner = {}"


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


_FILE = "le dossier déposé est un document administratif, conservé jusqu’au terme de l’appel"
_ACT = "acte d’instruction, conservé avec le dossier ; son auteur n’y est plus qu’un identifiant"
_ACCESS = "sert à ouvrir le compte, inutile ensuite"
_NOBODY = "ne concerne personne"

HELD: dict[str, Place] = {
    "account": Place(
        *("Compte", "blanked", "l’identifiant reste, pour que les actes du journal gardent un auteur sans nom"),
        texts=("email", "name", "organisation"),
        secret=("password_hash", "salt"),
        rows="id = {}",
    ),
    "identity": Place(
        *("Moyens de connexion", "deleted", _ACCESS),
        persons=("account",),
        texts=("sub",),
        plain=("iss",),
        rows="account = {}",
    ),
    "session": Place(
        *("Sessions et jetons", "deleted", _ACCESS),
        persons=("account",),
        texts=("label",),
        secret=("secret_hash",),
        plain=("kind",),
        rows="account = {}",
    ),
    "ticket": Place(
        *("Liens envoyés", "deleted", _ACCESS),
        persons=("account",),
        secret=("secret_hash",),
        plain=("kind",),
        rows="account = {}",
    ),
    "throttle": Place("Essais de connexion", "kept", "effacé de lui-même en quelques heures", plain=("key",)),
    "role": Place(
        *("Rôles", "deleted", "un compte fermé n’a plus de rôle"),
        persons=("account",),
        plain=("role",),
        rows="account = {}",
    ),
    "profile": Place(
        *("Profil d’évaluateur", "deleted", "un profil ne sert qu’à confier des évaluations"),
        persons=("account",),
        texts=("headline", "biography", "keywords", "languages"),
        plain=("terms", "search"),
        rows="account = {}",
        key=("account",),
    ),
    "affiliation": Place(
        *("Organismes d’appartenance", "deleted", "ils ne servent qu’à confier des évaluations"),
        persons=("account",),
        texts=("organisation", "identifier"),
        rows="account = {}",
    ),
    "absence": Place(
        *("Absences", "deleted", "elles ne servent qu’à confier des évaluations"),
        persons=("account",),
        rows="account = {}",
    ),
    "team": Place("Équipes d’évaluateurs", "kept", "le nom d’une équipe, sans ses membres", plain=("name",)),
    "team_member": Place(
        *("Participations à des équipes", "deleted", "une participation cesse avec le compte"),
        persons=("account",),
        rows="account = {}",
        key=("team", "account"),
    ),
    "roster": Place(
        *("Listes d’évaluateurs", "blanked", "les lignes d’une personne sont effacées, le reste une semaine après"),
        persons=("author",),
        texts=("file",),
        secret=("lines",),  # of others: whoever sent the list has it
        rows="author = {}",
    ),
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
    "proposal": Place(
        *("Candidatures", "with the proposal", _FILE),
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
        *("Réponses en cours", "with the proposal", _FILE),
        persons=("saved_by",),
        texts=("value",),
        plain=("field",),
        rows=f"saved_by = {{}} OR proposal IN ({MINE})",
        key=("proposal", "field"),
    ),
    "amendment": Place(
        *("Réponses avant modification", "with the proposal", _FILE),
        texts=("answers",),
        plain=("files",),
        rows=f"proposal IN ({MINE})",
        key=("proposal",),
    ),
    "attachment": Place(
        *("Fichiers", "with the proposal", _FILE),
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
        *("Textes déposés", "with the proposal", _FILE),
        persons=("author",),
        texts=("content",),
        secret=("salt",),
        plain=("subject", "subject_id", "digest"),
        # Whoever once submitted for another has no part in what the others wrote.
        rows=f"(author = {{}} AND subject <> 'answers') OR (subject = 'answers' AND proposal IN ({MINE}))",
    ),
    "message": Place(
        *("Échanges avec le service", "with the proposal", _FILE),
        persons=("author",),
        texts=("text",),
        secret=("salt",),
        plain=("side", "digest", "files"),
        rows=f"author = {{}} OR proposal IN ({MINE})",
    ),
    "extension": Place(
        *("Délais accordés", "with the proposal", _ACT),
        persons=("author",),
        texts=("reason",),
        secret=("salt",),
        plain=("digest",),
        rows=f"author = {{}} OR proposal IN ({MINE})",
    ),
    "steering": Place(
        *("Actes sur le cours d’une candidature", "with the proposal", _ACT),
        persons=("author",),
        texts=("reason",),
        secret=("salt",),
        plain=("act", "clock", "digest"),
        rows=f"author = {{}} OR (told AND proposal IN ({MINE}))",
    ),
    "batch": Place(
        *("Actes en nombre", "kept", "acte d’instruction ; son auteur n’y est plus qu’un identifiant"),
        persons=("author",),
        texts=("content",),
        plain=("act", "request"),
        rows="author = {}",
    ),
    "batch_item": Place(
        *("Candidatures d’un acte en nombre", "with the proposal", "ne concerne personne"),
        plain=("state", "detail"),
        key=("batch", "number"),
    ),
    "conciliation": Place(
        *("Échanges entre évaluateurs", "with the proposal", _ACT),
        persons=("author",),
        texts=("text",),
        secret=("salt",),
        plain=("digest",),
        rows="author = {}",
    ),
    "withdrawal": Place("Retraits", "kept", "ni nom ni texte", plain=("stage",), rows=f"proposal IN ({MINE})"),
    "deadline": Place(
        *("Délais d’instruction", "with the proposal", _FILE),
        texts=("reason",),
        plain=("kind", "rule"),
        key=("proposal", "visit", "kind"),
    ),
    "assignment": Place(
        *("Expertises confiées", "with the proposal", _ACT),
        persons=("expert",),
        texts=("reason",),
        plain=("status", "code", "reminders"),
        rows="expert = {}",
    ),
    "pilot": Place(
        *("Pilotes", "with the proposal", _FILE),
        texts=("team", "lessons"),
        plain=("phase", "partner", "indicator", "unit", "outcome"),
        rows=f"proposal IN ({MINE})",
        key=("proposal",),
    ),
    "milestone": Place(
        *("Jalons d’un pilote", "with the proposal", _FILE),
        persons=("author",),
        texts=("title", "evidence"),
        rows=f"author = {{}} OR proposal IN ({MINE})",
    ),
    "measure": Place(
        *("Mesures de l’indicateur d’un pilote", "with the proposal", _FILE),
        persons=("author",),
        texts=("source",),
        rows=f"author = {{}} OR proposal IN ({MINE})",
    ),
    "pilot_review": Place(
        *("Revues d’un pilote", "with the proposal", _ACT),
        persons=("author",),
        texts=("reasons",),
        plain=("phase", "verdict"),
        rows=f"author = {{}} OR proposal IN ({MINE})",
    ),
    "plan": Place(
        *("Répartitions des candidatures", "kept", "acte d’instruction ; son auteur n’y est plus qu’un identifiant"),
        persons=("author", "applied_by"),
        plain=("status", "settings", "state", "outcome", "error", "request"),
        rows="author = {} OR applied_by = {}",
    ),
    # What a plan would give to whom, and why, is the service's own reckoning; what came of it is an assignment.
    "plan_line": Place(
        *("Lignes d’une répartition", "with the proposal", _ACT),
        persons=("expert",),
        texts=("reasons",),
        plain=("place",),
        key=("plan", "proposal", "place", "rank"),
    ),
    "plan_item": Place("Candidatures d’une répartition", "with the proposal", _NOBODY, key=("plan", "proposal")),
    "pin": Place(
        *("Choix d’une répartition", "with the proposal", _ACT),
        persons=("expert", "author", "taker"),
        plain=("kind",),
        rows="author = {}",
        key=("proposal", "taker"),
    ),
    "sitting": Place(
        *("Séances du comité", "kept", "acte d’instruction ; son auteur n’y est plus qu’un identifiant"),
        persons=("author", "approved_by"),
        texts=("urgency", "reason"),
        secret=("salt", "content"),
        plain=("place", "link", "digest"),
        rows="author = {} OR approved_by = {}",
    ),
    "sitting_member": Place(
        *("Convocations à des séances du comité", "kept", "le procès-verbal dit qui siégeait (R133-13)"),
        persons=("account", "holder"),
        plain=("capacity", "presence"),
        rows="account = {}",
        key=("sitting", "account"),
    ),
    "sitting_item": Place(
        *("Candidatures d’une séance", "with the proposal", _ACT),
        texts=("notes", "figures"),
        plain=("opinion", "outcome", "away"),
        key=("sitting", "proposal"),
    ),
    "dissent": Place(
        *("Désaccords au procès-verbal", "with the proposal", _ACT),
        persons=("account",),
        texts=("text",),
        rows="account = {}",
        key=("sitting", "proposal", "account"),
    ),
    "vote": Place(
        *("Scrutins du comité", "kept", "le procès-verbal dit le sens de chaque délibération (R133-13)"),
        persons=("author",),
        plain=("kind", "outcome", "voters", "figures"),
        rows="author = {}",
    ),
    "vote_item": Place("Candidatures d’un scrutin", "with the proposal", _NOBODY, key=("vote", "proposal")),
    "voter": Place(
        *("Voix exprimées", "kept", "dit qui a voté, jamais quoi"),
        persons=("account",),
        rows="account = {}",
        key=("vote", "account"),
    ),
    "ballot": Place(
        *("Votes ouverts ou scellés", "kept", "le procès-verbal dit le sens de chaque délibération (R133-13)"),
        plain=("choice",),
        rows="account = {}",
        key=("vote", "account"),
    ),
    "urn": Place("Votes secrets, comptés", "kept", _NOBODY, key=("vote",)),
    "bid": Place(
        *("Préférences d’évaluateur", "deleted", "une préférence ne sert qu’à confier des évaluations"),
        persons=("expert",),
        plain=("bid",),
        rows="expert = {}",
        key=("proposal", "expert"),
    ),
    "suggestion": Place(
        *("Personnes suggérées", "with the proposal", "sert à trouver un autre évaluateur"),
        texts=("name", "email"),
        rows="assignment IN (SELECT id FROM assignment WHERE expert = {})"
        " OR email = (SELECT email FROM account WHERE id = {} AND email <> '')",
    ),
    "conflict": Place(
        *("Conflits d’intérêts", "blanked", "le constat reste avec le dossier, sans les mots qui le fondaient"),
        persons=("expert", "dismissed_by", "confirmed_by"),
        texts=("reason", "value", "dismissal"),
        plain=("origin", "rule", "strength", "field", "excluded"),
        # What was found of a proposal tells who applies, and its dismissal is the service's own.
        rows="expert = {} AND origin = 'declared'",
    ),
    "interest": Place(
        *("Liens d’intérêts déclarés", "deleted", "un lien d’intérêts ne concerne que les évaluations à venir"),
        persons=("account",),
        texts=("name", "identifier", "reason"),
        plain=("kind",),
        rows="account = {}",
    ),
    "tie": Place(
        *("Clés de rapprochement", "deleted", "tirées du profil, elles disparaissent avec lui"),
        persons=("account",),
        texts=("value",),
        plain=("kind", "source"),
        rows="account = {}",
        key=("account", "kind", "value"),
    ),
    "trace": Place(
        *("Clés de rapprochement d’une candidature", "with the proposal", _FILE),
        texts=("value",),
        plain=("kind", "field"),
        rows=f"proposal IN ({MINE})",
        key=("proposal", "kind", "value"),
    ),
    "review": Place(
        *("Évaluations rendues", "with the proposal", _ACT),
        persons=("expert",),
        texts=("comments", "confidential"),
        plain=("scores", "confidence", "recommendation"),
        rows="expert = {} OR id IN (SELECT review FROM assignment WHERE expert = {})",  # a joint one too
    ),
    "tally": Place(
        *("Totaux des évaluations", "with the proposal", _ACT),
        plain=("reference", "content", "reviews"),
        key=("proposal", "round"),
    ),
    "agenda": Place(
        *("Ce que chaque candidature attend", "with the proposal", _ACT),
        persons=("owner",),
        plain=("status", "phase", "stage", "whom"),
        key=("proposal",),
    ),
    "mark": Place(
        *("Notes et doutes gardés pour soi", "deleted", "à l’usage de leur seul auteur, qui part avec elles"),
        persons=("expert",),
        texts=("note",),
        rows="expert = {}",
        key=("proposal", "review"),
    ),
    "eligibility": Place(
        *("Recevabilité", "with the proposal", _ACT),
        persons=("author",),
        texts=("items", "reasons", "remarks"),
        plain=("verdict",),
        rows="author = {}",
        key=("proposal",),
    ),
    "synthesis": Place(
        *("Synthèses rédigées", "with the proposal", _ACT),
        persons=("author",),
        texts=("text",),
        plain=("recommendation",),
        rows="author = {}",
        key=("proposal", "round"),
    ),
    "publication": Place(
        *("Publications de décisions", "kept", "date d’un acte, sans nom ni texte"),
        persons=("author",),
        rows="author = {}",
    ),
    "decision": Place(
        *("Décisions", "with the proposal", "le signataire d’une décision en répond tant qu’elle est conservée"),
        persons=("author",),
        texts=("reasons", "author_name", "capacity", "delegation", "changes"),
        plain=("outcome", "ground"),
        rows=f"author = {{}} OR (publication IS NOT NULL AND proposal IN ({MINE}))",
    ),
    "letter_check": Place(
        *("Relectures de lettres", "with the proposal", _ACT),
        persons=("author",),
        plain=("mark",),
        rows="author = {}",
        key=("proposal", "decision"),
    ),
    "job": Place(
        *("Documents établis", "with the proposal", _FILE),
        texts=("content",),
        plain=("kind", "audience", "renderer", "status", "sha256", "error", "request", "mark"),
        rows=f"audience = 'applicant' AND proposal IN ({MINE})",
    ),
    "outbox": Place(
        *("Courriels", "deleted", "un courriel parti n’est plus utile ici ; vidé de lui-même après douze mois"),
        persons=("account",),
        texts=("email", "data"),
        plain=("message_id", "template", "error", "request", "about"),
        rows="account = {} OR email = (SELECT email FROM account WHERE id = {} AND email <> '')",
    ),
    "silence": Place(
        *("Courriels refusés", "deleted", "un choix qui cesse avec le compte"),
        persons=("account",),
        plain=("template",),
        rows="account = {}",
        key=("account", "template"),
    ),
    "idempotency": Place(
        *("Résultats gardés pour une répétition", "deleted", "gardés sept jours ; copie de ce qui est donné ailleurs"),
        persons=("scope",),
        texts=("result",),
        secret=("fingerprint",),
        plain=("key",),
        key=("scope", "key"),
    ),
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
    "call": Place("Appels", "kept", _NOBODY, plain=("slug", "prefix")),
    "call_step": Place("Actes d’un appel", "kept", _NOBODY, plain=("kind",), key=("call", "kind", "at")),
    "edition": Place(
        "Éditions des appels", "kept", "le contact publié d’un appel", texts=("content",), plain=("digest", "seats")
    ),
    "disposal": Place("Objets à supprimer", "kept", _NOBODY, plain=("key", "handle"), key=("key",)),
    "stream": Place("Têtes du journal", "kept", _NOBODY, secret=("last_hash",), plain=("name",), key=("name",)),
}


def undeclared(found: set[tuple[str, str]]) -> list[str]:
    """Where (table, column) pairs that may hold persons' data and `HELD` differ: one sentence each."""
    known = {
        (table, column)
        for table, place in HELD.items()
        for column in (*place.persons, *place.texts, *place.secret, *place.plain)
    }
    return [
        *(
            f"{table}.{column} is not declared: say in service/domain/personal.py (HELD) whether it names a person"
            " (persons), holds their words (texts), is a secret or is plain, what an export gives and an erasure does"
            for table, column in sorted(found - known)
        ),
        *(f"{table}.{column} is declared in HELD and not in the schema" for table, column in sorted(known - found)),
    ]
