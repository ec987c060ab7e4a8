"""What can go wrong for a reason that a person can be told. Rules and operations raise these; the doors answer them.

Sentences are French: people read them. `code` is stable and is what programs read.
"""

from datetime import datetime

import msgspec

from forms import FieldError


class Problem(Exception):  # noqa: N818  RFC 9457 calls it so
    """A refusal with a stable code and a French sentence that says what to do."""

    code = "problem"

    def __init__(self, detail: str, *, code: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or self.code


class NotFound(Problem):
    """What does not exist, or must not be known to exist by this person."""

    code = "not_found"

    def __init__(self, detail: str = "Cette page ou cet objet n’existe pas, ou ne vous est pas accessible.") -> None:
        super().__init__(detail)


class SignInNeeded(Problem):
    """Nobody is signed in."""

    code = "sign_in_needed"

    def __init__(self, detail: str = "Connectez-vous pour continuer.") -> None:
        super().__init__(detail)


class OtherAccount(SignInNeeded):
    """Another person has signed in since, in the same browser: a page acts in the name of its own alone."""

    code = "other_account"

    def __init__(self) -> None:
        super().__init__(
            "Un autre compte est maintenant connecté dans ce navigateur : rien n’a été enregistré en son nom."
            " Connectez-vous de nouveau avec le vôtre."
        )


class SignInRefused(SignInNeeded):
    """Signing in did not work; the same words whether the address is unknown or the password wrong."""

    code = "sign_in_refused"

    def __init__(self) -> None:
        super().__init__(
            "L’adresse ou le mot de passe ne convient pas, ou l’adresse n’a pas encore été confirmée."
            " Vérifiez-les, ou demandez un nouveau mot de passe."
        )


class Forbidden(Problem):
    """The person may see this, but not do that (now)."""

    code = "forbidden"


class Conflict(Problem):
    """The state of the proposal does not allow it (any more)."""

    code = "conflict"


class Stale(Problem):
    """The version that the request was based on is not the present one (If-Match)."""

    code = "stale"

    def __init__(self, current: int) -> None:
        super().__init__("Ce texte a été modifié entre-temps. Rechargez-le avant d’enregistrer à nouveau.")
        self.current = current


class FieldClash(msgspec.Struct, frozen=True):
    """One field changed on both sides since `based_on`: both values, nothing lost."""

    field: str
    based_on: int
    current_version: int
    current: object
    submitted: object


class WrongOffset(Problem):
    """The bytes sent do not follow those that are there: `offset` of them."""

    code = "wrong_offset"

    def __init__(self, offset: int) -> None:
        super().__init__("Ces octets ne suivent pas ceux qui sont déjà reçus : reprenez à l’endroit indiqué.")
        self.offset = offset


class AnswersClash(Problem):
    """Fields saved by somebody else since; the fields that did not clash were saved."""

    code = "answers_clash"

    def __init__(self, clashes: tuple[FieldClash, ...], saved: dict[str, int]) -> None:
        super().__init__("Des réponses ont été modifiées entre-temps dans une autre fenêtre ou par une autre personne.")
        self.clashes = clashes
        self.saved = saved


class Invalid(Problem):
    """The content does not hold: every error, by field path."""

    code = "invalid"

    def __init__(
        self, errors: list[FieldError], detail: str = "Certaines réponses sont à compléter ou à corriger."
    ) -> None:
        super().__init__(detail)
        self.errors = errors


class KeyReused(Problem):
    """An Idempotency-Key that served for another request."""

    code = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__("Cette clé d’idempotence a déjà servi à une autre demande.")


class TooMany(Problem):
    """Throttled."""

    code = "too_many_attempts"

    def __init__(self, until: datetime, seconds: int) -> None:
        super().__init__("Trop de tentatives. Patientez quelques minutes avant de réessayer.")
        self.until = until
        self.seconds = seconds


class TooLarge(Problem):
    """A body or a file over its limit."""

    code = "too_large"


class Unavailable(Problem):
    """A component that this act needs is down; nothing was recorded, trying again later is safe."""

    code = "unavailable"

    def __init__(self, component: str, detail: str = "") -> None:
        super().__init__(
            detail
            or "Le service est momentanément indisponible. Vos données sont conservées ; réessayez dans un instant."
        )
        self.component = component
