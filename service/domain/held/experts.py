"""Experts before they are given a proposal: what they say of themselves, their teams, and who is to be given what."""

from service.domain.held.place import ACT, NOBODY, SERVICE_ACT, Place

EXPERTS: dict[str, Place] = {
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
    "plan": Place(
        *("Répartitions des candidatures", "kept", SERVICE_ACT),
        persons=("author", "applied_by"),
        plain=("status", "settings", "state", "outcome", "error", "request"),
        rows="author = {} OR applied_by = {}",
    ),
    # What a plan would give to whom, and why, is the service's own reckoning; what came of it is an assignment.
    "plan_line": Place(
        *("Lignes d’une répartition", "with the proposal", ACT),
        persons=("expert",),
        texts=("reasons",),
        plain=("place",),
        key=("plan", "proposal", "place", "rank"),
    ),
    "plan_item": Place("Candidatures d’une répartition", "with the proposal", NOBODY, key=("plan", "proposal")),
    "pin": Place(
        *("Choix d’une répartition", "with the proposal", ACT),
        persons=("expert", "author", "taker"),
        plain=("kind",),
        rows="author = {}",
        key=("proposal", "taker"),
    ),
    "bid": Place(
        *("Préférences d’évaluateur", "deleted", "une préférence ne sert qu’à confier des évaluations"),
        persons=("expert",),
        plain=("bid",),
        rows="expert = {}",
        key=("proposal", "expert"),
    ),
}
