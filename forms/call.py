"""The call itself: what it is named, when it is open, who runs it, and the texts of its receipt and letters."""

from datetime import datetime
from typing import Literal

import msgspec

from forms.base import Text
from forms.retention import Retention
from forms.texts import MailText


class Service(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The service in charge, as the receipt names it (code of relations between the public and the administration,
    articles L112-11 and R112-11-1): a new edition has its `phone`; "" in those published before one was asked for.
    `city`: where its letters are dated from, "" for nowhere."""

    name: Text
    email: str
    address: Text
    phone: str = ""
    city: str = ""


class PersonalData(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What persons are told of their data (regulation (EU) 2016/679, article 13). `contact`: how to reach whoever looks
    after them, the data protection officer where there is one; None where the service itself is written to."""

    purposes: Text
    legal_basis: Text
    recipients: Text
    retention: Text
    rights: Text
    contact: Text | None = None


class Letters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What receipt and letters say beside the facts, with placeholders (`forms.texts`). `silence`: date and effect of
    no answer; `remedies`: how and until when to contest; `algorithms`: mention of algorithmic treatment where scores
    rank (same code, article L311-3-1); `delegation`: the act by which the service's agents sign what no authority
    decides, a proposal that is not eligible or whose examination ends (same code, article L212-1).

    `silence_after`: how long no answer lasts before it takes that effect, a rule of `forms.day_after` (`P2M`), counted
    `silence_from` the receipt of the proposal or the closing of the call. A new edition has one; None where receipts
    of an older one give no date."""

    receipt: Text
    silence: Text
    remedies: Text
    algorithms: Text | None = None
    delegation: Text | None = None
    silence_after: str | None = None
    silence_from: Literal["receipt", "closing"] = "receipt"


class Call(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An invitation to propose. `prefix` begins every reference (AMI-2025-0042). `closes` is None for a call that stays
    open; both dates are instants in UTC and belong to the time when it is open. `mails`: those that this call words
    itself, by their names in `forms.texts`. `retention`: how long proposals are kept, None where nothing says so.
    `grace`: for how long after `closes` a draft that was begun before is still accepted, as `PT30M`.
    `languages`: those that proposals are written in, as codes of ISO 639-1: whoever reads none is asked last."""

    slug: str
    prefix: str
    title: Text
    summary: Text
    description: Text
    eligible: Text
    opens: datetime
    service: Service
    personal_data: PersonalData
    letters: Letters
    closes: datetime | None = None
    mails: dict[str, MailText] = {}
    retention: Retention | None = None
    grace: str | None = None
    languages: tuple[str, ...] = ("fr",)
