"""How a proposal is examined: its clocks, the officers' acts, experts and what they wrote."""

from service.domain.held.place import ACT, FILE, MINE, NOBODY, SERVICE_ACT, Place

# A joint review is theirs who write or have given it, no longer theirs who left it: the row holds what the others say
# now, some of whom may write on though they are late. What each has submitted stays theirs in `revision`.
_WRITES = "status IN ('accepted', 'done')"
_WRITTEN = f"SELECT review FROM assignment WHERE expert = {{}} AND {_WRITES}"  # noqa: S608  our words
_OTHERS = (
    "SELECT FROM assignment o WHERE o.review = t.id AND o.expert <> t.expert"
    f" AND (o.{_WRITES} OR o.released_at IS NOT NULL)"
)

EXAMINATION: dict[str, Place] = {
    "deadline": Place(
        *("Délais d’instruction", "with the proposal", FILE),
        texts=("reason",),
        plain=("kind", "rule"),
        key=("proposal", "visit", "kind"),
    ),
    "extension": Place(
        *("Délais accordés", "with the proposal", ACT),
        persons=("author",),
        texts=("reason",),
        secret=("salt",),
        plain=("digest",),
        rows=f"author = {{}} OR proposal IN ({MINE})",
    ),
    "steering": Place(
        *("Actes sur le cours d’une candidature", "with the proposal", ACT),
        persons=("author",),
        texts=("reason",),
        secret=("salt",),
        plain=("act", "clock", "digest"),
        rows=f"author = {{}} OR (told AND proposal IN ({MINE}))",
    ),
    "batch": Place(
        *("Actes en nombre", "kept", SERVICE_ACT),
        persons=("author",),
        texts=("content",),
        plain=("act", "request"),
        rows="author = {}",
    ),
    "batch_item": Place(
        *("Candidatures d’un acte en nombre", "with the proposal", NOBODY),
        plain=("state", "detail"),
        key=("batch", "number"),
    ),
    "eligibility": Place(
        *("Vérification de l’éligibilité", "with the proposal", ACT),
        persons=("author",),
        texts=("items", "reasons", "remarks"),
        plain=("verdict",),
        rows="author = {}",
        key=("proposal",),
    ),
    "assignment": Place(
        *("Évaluations confiées", "with the proposal", ACT),
        persons=("expert",),
        texts=("reason",),
        plain=("status", "code", "reminders"),
        rows="expert = {}",
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
    "review": Place(
        *("Évaluations rendues", "with the proposal", ACT),
        persons=("expert",),
        texts=("comments", "confidential"),
        plain=("scores", "confidence", "recommendation"),
        rows=f"id IN ({_WRITTEN}) OR (expert = {{}} AND NOT EXISTS ({_OTHERS}))",
    ),
    "mark": Place(
        *("Notes et doutes gardés pour soi", "deleted", "à l’usage de leur seul auteur, qui part avec elles"),
        persons=("expert",),
        texts=("note",),
        rows="expert = {}",
        key=("proposal", "review"),
    ),
    "tally": Place(
        *("Totaux des évaluations", "with the proposal", ACT),
        plain=("reference", "content", "reviews"),
        key=("proposal", "round"),
    ),
    "conciliation": Place(
        *("Échanges entre évaluateurs", "with the proposal", ACT),
        persons=("author",),
        texts=("text",),
        secret=("salt",),
        plain=("digest",),
        rows="author = {}",
    ),
    "synthesis": Place(
        *("Synthèses rédigées", "with the proposal", ACT),
        persons=("author",),
        texts=("text",),
        plain=("recommendation",),
        rows="author = {}",
        key=("proposal", "round"),
    ),
    "unread": Place(*("Ce que le déroulement doit encore lire", "with the proposal", NOBODY), key=("proposal",)),
    "agenda": Place(
        *("Ce que chaque candidature attend", "with the proposal", ACT),
        persons=("owner",),
        plain=("status", "phase", "stage", "whom"),
        key=("proposal",),
    ),
}
