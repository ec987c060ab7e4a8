"""The code on a document's last page, by which anybody who holds it can ask whether it is ours.

A hundred bits of a secret derived from what the document is: it cannot be guessed, no row holds it, and a document that
is drawn again bears the same.
"""

from base64 import urlsafe_b64decode
from uuid import UUID, uuid5

from service.identity import secrets

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # those that nobody takes for one another
_MISREAD = str.maketrans("OIL", "011")
_LENGTH, _GROUP = 20, 4


def code_of(of: UUID, kind: str, audience: str, position: int) -> str:
    """The code of a document of this proposal or sitting: « 7K3M-9PQ2-XW4T-VB8N-0C5D »."""
    secret = secrets.derive("document", uuid5(of, f"{kind}/{audience}/{position}"))
    number = int.from_bytes(urlsafe_b64decode(secret + "=="))
    letters = "".join(_LETTERS[number >> 5 * i & 31] for i in range(_LENGTH))
    return "-".join(letters[i : i + _GROUP] for i in range(0, _LENGTH, _GROUP))


def as_typed(code: str) -> str:
    """A code as its document writes it, however somebody typed it: letters of either case, without its dashes."""
    letters = "".join(one for one in code.upper().translate(_MISREAD) if one in _LETTERS)
    return "-".join(letters[i : i + _GROUP] for i in range(0, len(letters), _GROUP))
