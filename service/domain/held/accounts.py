"""Accounts: how a person gets in, what they may do, which mails they are sent."""

from service.domain.held.place import Place

_ACCESS = "sert à ouvrir le compte, inutile ensuite"

ACCOUNTS: dict[str, Place] = {
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
}
