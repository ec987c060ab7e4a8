"""What an applicant is sent on paper, as plain data: the receipt of a submission, and letters."""

from datetime import date, datetime

from msgspec import Struct

from reports.model import AttachmentLine, Observation


class Receipt(Struct, frozen=True, kw_only=True):
    """Acknowledgement of a submission, for the applicant.

    revision, digest: number and SHA-256 of the submitted answers. service: in charge of the call, with its contact
    (mail address, telephone: free text). next_steps, remedies: texts of the edition; blank lines part paragraphs.
    recipient: person who submitted. silence_on: day on which no answer takes its effect, None where none is counted.
    """

    reference: str
    title: str
    organisation: str
    recipient: str
    call_title: str
    service: str
    contact: str
    submitted_at: datetime
    revision: int
    digest: str
    files: tuple[AttachmentLine, ...]
    next_steps: str
    remedies: str = ""
    silence_on: date | None = None


class Letter(Struct, frozen=True, kw_only=True):
    """The letter that tells an applicant the decision.

    sender: the authority's service, as the letterhead says it (several lines allowed). service, contact: in charge of
    the call, where to write. recipient, organisation: to whom. place: where it is dated from, "" if none. date: of
    the decision's publication. subject: after "Objet". outcome: in words ("Candidature retenue"). body: opening text of
    the edition for this outcome, between the salutation and the reasons. reasons: as decided. author, capacity: who
    signs. remedies: ways and time limits of appeal. algorithmic_mention: "" when no algorithm had a part.
    observations: of the experts, joined to the letter; () where their comments are not for the applicant.
    delegation: the act by which the author signs, "" if none. cites: which decision this one replaces, of when and on
    what ground, "" where it replaces none; changes: what changes, and why.
    """

    reference: str
    title: str
    call_title: str
    sender: str
    service: str
    contact: str
    recipient: str
    organisation: str
    place: str
    date: datetime
    subject: str
    outcome: str
    body: str
    reasons: str
    author: str
    capacity: str
    remedies: str
    algorithmic_mention: str = ""
    observations: tuple[Observation, ...] = ()
    delegation: str = ""
    cites: str = ""
    changes: str = ""
