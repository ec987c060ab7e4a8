"""Whether a document that somebody holds is ours: by its reference and code, or by the digest of its file. Whoever has
neither learns nothing, and whoever has one learns of which entry of a journal it is, without title or name."""

import hmac
import re

import msgspec

from service.identity.codes import as_typed, code_of
from service.problems import NotFound
from service.store.database import rows

_DIGEST = re.compile(r"[0-9a-f]{64}")


class VerifiedView(msgspec.Struct, frozen=True):
    """A document that was drawn here: the entry of the proposal's journal that it shows, and the SHA-256 of its file:
    of several, where it was drawn by several versions of the service."""

    position: int
    sha256: tuple[str, ...]


async def by_code(reference: str, code: str) -> VerifiedView:
    """The document that bears this code. NotFound alike for another reference and another code."""
    typed = as_typed(code)
    found = await rows(
        "SELECT j.proposal, j.kind, j.audience, j.position, j.sha256 FROM job j JOIN proposal p ON p.id = j.proposal"
        " WHERE p.reference = {} AND j.status = 'done' ORDER BY j.finished_at",
        reference.strip().upper(),
    )
    borne = [
        line
        for line in found
        if hmac.compare_digest(code_of(line["proposal"], line["kind"], line["audience"], line["position"]), typed)
    ]
    return _told([(line["position"], line["sha256"]) for line in borne])


async def by_digest(digest: str) -> VerifiedView:
    """The document whose file has this SHA-256. NotFound."""
    plain = "".join(digest.split()).lower()
    if not _DIGEST.fullmatch(plain):
        raise NotFound(NONE)
    found = await rows(
        "SELECT position, sha256 FROM job WHERE sha256 = {} AND status = 'done' AND position IS NOT NULL", plain
    )
    return _told([(line["position"], line["sha256"]) for line in found])


NONE = "Le service n’a établi aucun document de ce genre."


def _told(found: list[tuple[int, str]]) -> VerifiedView:
    if not found:
        raise NotFound(NONE)
    return VerifiedView(found[0][0], tuple(dict.fromkeys(digest for _, digest in found)))
