"""Who acts."""

from enum import StrEnum
from uuid import UUID

import msgspec


class Role(StrEnum):
    """What a person may be: the first two everywhere, the others for one call. The authority decides, after the
    opinion of the committee that its chair leads."""

    ADMIN = "admin"
    AUDITOR = "auditor"
    AUTHORITY = "authority"
    CHAIR = "chair"
    COMMITTEE = "committee"
    EXPERT = "expert"
    OFFICER = "officer"


class Actor(msgspec.Struct, frozen=True):
    """A signed-in person, the process, or nobody yet.

    `account` is None for the process and for anonymous visitors; `roles` holds (role, call id), the call id being
    None for the roles that count everywhere. `request` follows one request through logs, doors and worker.
    `session`: the browser session or token by which the person came.
    """

    account: UUID | None = None
    name: str = ""
    email: str = ""
    roles: frozenset[tuple[Role, UUID | None]] = frozenset()
    process: bool = False
    request: str = ""
    session: UUID | None = None

    def has(self, role: Role, call: UUID | None = None) -> bool:
        """Whether the person holds this role, for this call where the role belongs to calls."""
        return (role, call) in self.roles

    def calls(self, *roles: Role) -> frozenset[UUID]:
        """The calls for which the person holds one of these roles."""
        return frozenset(call for role, call in self.roles if role in roles and call is not None)

    @property
    def person(self) -> UUID:
        """The account's id; RuntimeError where nobody is signed in, which the policy refuses before."""
        if self.account is None:
            raise RuntimeError("an act that needs a person was reached without one")
        return self.account


PROCESS = Actor(process=True)
ANONYMOUS = Actor()
