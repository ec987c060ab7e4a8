"""The committee: its sittings and votes, and the decisions that follow."""

from service.domain.held.place import ACT, MINE, NOBODY, SERVICE_ACT, Place

_CODE = "article R.\u00a0133-13 du code des relations entre le public et l’administration"
_DELIBERATION = f"le procès-verbal dit le sens de chaque délibération ({_CODE})"

COMMITTEE: dict[str, Place] = {
    "sitting": Place(
        *("Séances du comité", "kept", SERVICE_ACT),
        persons=("author", "approved_by"),
        texts=("urgency", "reason", "notes"),
        secret=("salt", "content"),
        plain=("place", "link", "digest"),
        rows="author = {} OR approved_by = {}",
    ),
    "sitting_call": Place("Appels d’une séance commune", "kept", NOBODY, key=("sitting", "call")),
    "sitting_member": Place(
        *("Convocations à des séances du comité", "kept", f"le procès-verbal dit qui siégeait ({_CODE})"),
        persons=("account", "holder"),
        plain=("capacity", "presence", "sat"),
        rows="account = {}",
        key=("sitting", "account"),
    ),
    "sitting_item": Place(
        *("Candidatures d’une séance", "with the proposal", ACT),
        texts=("notes", "figures"),
        plain=("opinion", "outcome", "away"),
        key=("sitting", "proposal"),
    ),
    "dissent": Place(
        *("Désaccords au procès-verbal", "with the proposal", ACT),
        persons=("account",),
        texts=("text",),
        rows="account = {}",
        key=("sitting", "proposal", "account"),
    ),
    "vote": Place(
        *("Scrutins du comité", "kept", _DELIBERATION),
        persons=("author",),
        # Who had a vote, and what was counted, is the committee's: whoever opened it may be recused since.
        secret=("voters", "figures"),
        plain=("kind", "outcome"),
        rows="author = {}",
    ),
    "vote_item": Place("Candidatures d’un scrutin", "with the proposal", NOBODY, key=("vote", "proposal")),
    "voter": Place(
        *("Voix exprimées", "kept", "dit qui a voté, jamais quoi ; d’un vote secret, tant qu’il est ouvert"),
        persons=("account",),
        rows="account = {}",
        key=("vote", "account"),
    ),
    "ballot": Place(
        *("Votes ouverts ou scellés", "kept", _DELIBERATION),
        plain=("choice",),
        rows="account = {}",
        key=("vote", "account"),
    ),
    "urn": Place("Votes secrets en cours, comptés", "kept", NOBODY, secret=("sealed",), key=("vote",)),
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
        *("Relectures de lettres", "with the proposal", ACT),
        persons=("author",),
        plain=("mark",),
        rows="author = {}",
        key=("proposal", "decision"),
    ),
}
