"""What the blank form of a call says on paper."""

from datetime import datetime

from msgspec import Struct

from forms.telling import BlankForm


class BlankPaper(Struct, frozen=True, kw_only=True):
    """The form of an edition before anybody has answered.

    service: in charge of the call, with its contact (free text). number, digest: of the edition; published_at: when it
    was. form: every question, in words. personal: what persons are told of their data, each part under its name.
    """

    call_title: str
    service: str
    contact: str
    number: int
    digest: str
    published_at: datetime
    form: BlankForm
    personal: tuple[tuple[str, str], ...]
