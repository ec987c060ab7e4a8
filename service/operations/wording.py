"""What somebody writes is refused where it is not right. Nothing of it is cut."""

from forms import FieldError
from service.problems import Invalid


def require(errors: list[FieldError], detail: str) -> None:
    """Raise Invalid where there are any."""
    if errors:
        raise Invalid(errors, detail)


def whole(path: str, text: str, longest: int) -> str:
    """The text without the space around it. Raises Invalid where it is longer than that: its author shortens it."""
    kept = text.strip()
    if len(kept) > longest:
        said = f"Ce texte a {len(kept)} caractères : {longest} au plus."
        raise Invalid([FieldError(path, "too_long", said, f"At most {longest} characters.")], said)
    return kept
