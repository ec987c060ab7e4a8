"""What a document needs to know, as plain data: nothing here reads a clock, a file or a database.

Every `datetime` is aware; documents show it in Paris time. Every score is a `Decimal`. Texts are what a person
wrote, unescaped: they are escaped when drawn. Same struct and same `RENDERER_VERSION`: same bytes.
"""

from datetime import datetime
from decimal import Decimal
from typing import Literal

from msgspec import Struct

Audience = Literal["applicant", "expert", "officer", "committee", "public"]


class Paragraphs(Struct, frozen=True, tag=True):
    """A free text, as typed: a blank line parts two paragraphs, a single line break is kept."""

    text: str


class Value(Struct, frozen=True, tag=True):
    """One short value, already in words: "12 500 €", "France", "Oui". typed: in words of its author's own."""

    text: str
    typed: bool = False


class Choices(Struct, frozen=True, tag=True):
    """Several values out of a list, in the order of the form."""

    items: tuple[str, ...]


class Column(Struct, frozen=True):
    """A column of a table; `numeric` ones are aligned to the right. typed: its cells are in words of their author's
    own."""

    label: str
    numeric: bool = False
    typed: bool = False


class Table(Struct, frozen=True, tag=True):
    """Rows of cells already in words, each as long as `columns`; `totals` is the last row, empty cells as ""."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[str, ...] | None = None


class Missing(Struct, frozen=True, tag=True):
    """The question was asked and left empty."""


class Entry(Struct, frozen=True):
    """One row of a repeatable block: what it is called, and the questions that were asked in it."""

    title: str
    lines: "tuple[AnswerLine, ...]"


class Entries(Struct, frozen=True, tag=True):
    """A repeatable block, row by row."""

    rows: tuple[Entry, ...]


Content = Paragraphs | Value | Choices | Table | Entries | Missing


class AnswerLine(Struct, frozen=True):
    """One question, as the form words it, and its answer."""

    label: str
    content: Content


class AnswerSection(Struct, frozen=True):
    """One section of the form; a section whose questions are all hidden is not given."""

    title: str
    lines: tuple[AnswerLine, ...]


class AttachmentLine(Struct, frozen=True):
    """A file of the proposal.

    name: as the applicant named it. size: bytes. sha256: 64 hexadecimal digits.
    media_type: found from the content. field_label: the question that it answers.
    """

    name: str
    size: int
    sha256: str
    media_type: str
    field_label: str


class ChecklistItem(Struct, frozen=True):
    """One question of the eligibility checklist; `yes` is None while unanswered."""

    text: str
    yes: bool | None


class Checklist(Struct, frozen=True):
    """The officer's answer on eligibility.

    verdict: in words ("Éligible"). reasons: in words, from the edition's list. remarks: free text.
    author: name, or None when this audience may not know it.
    """

    verdict: str
    items: tuple[ChecklistItem, ...]
    reasons: tuple[str, ...]
    remarks: str
    at: datetime
    author: str | None = None


class Score(Struct, frozen=True):
    """One expert's value; `label` is what this audience may read: a name, or "Évaluateur A"."""

    label: str
    value: Decimal


class Mark(Struct, frozen=True):
    """How one value of a scale is written, where it is no plain number: "A", "Oui"."""

    value: Decimal
    text: str


class CriterionScores(Struct, frozen=True):
    """The scores of one criterion.

    weight: share of the total, in the grid's own unit (40 for 40 %). lowest, highest: ends of the scale.
    threshold: mean under which the criterion is not met, or None. scores: one per submitted review, same order of
    labels in every criterion. mean, median: None without scores. spread: highest score less lowest score.
    marks: of a scale of letters, or of yes and no, one for each value; () where values are written as numbers.
    """

    name: str
    weight: Decimal
    lowest: Decimal
    highest: Decimal
    threshold: Decimal | None
    scores: tuple[Score, ...]
    mean: Decimal | None
    median: Decimal | None
    spread: Decimal | None
    marks: tuple[Mark, ...] = ()


class Total(Struct, frozen=True):
    """The weighted total.

    mean: over the experts, None without scores. highest: what it is out of. threshold: minimum, or None. summed: the
    scores are added up, rather than their mean taken.
    scores: each expert's own weighted total. rank, ranked: place among `ranked` proposals; None when not ranked or
    when this audience may not know.
    """

    mean: Decimal | None
    highest: Decimal
    threshold: Decimal | None
    scores: tuple[Score, ...] = ()
    rank: int | None = None
    ranked: int | None = None
    summed: bool = False


class Comment(Struct, frozen=True):
    """What one expert wrote on one criterion, with the score given (None when not scored).

    mark: how the score is written where it is no plain number. confidential: what the expert wrote for the committee
    and the officers alone, "" if nothing.
    """

    criterion: str
    score: Decimal | None
    text: str
    mark: str = ""
    confidential: str = ""


class ReviewText(Struct, frozen=True):
    """One submitted review; `label` as in `Score`. overall: comment on the whole, "" if none; confidential: the one for
    the committee and the officers alone. confidence, recommendation: in words, "" where the grid does not ask."""

    label: str
    comments: tuple[Comment, ...]
    overall: str
    submitted_at: datetime
    confidential: str = ""
    confidence: str = ""
    recommendation: str = ""


class Synthesis(Struct, frozen=True):
    """The officer's summary for the committee; recommendation in words, or None."""

    text: str
    recommendation: str | None
    at: datetime
    author: str | None = None


class Decision(Struct, frozen=True):
    """The authority's act: outcome in words, reasons as written, who, in what capacity, when taken and published.
    delegation: the act that delegates it, "" if none. replaces: when the decision was published that this one
    replaces, None where it replaces none."""

    outcome: str
    reasons: str
    author: str | None
    capacity: str
    at: datetime
    published_at: datetime | None = None
    delegation: str = ""
    replaces: datetime | None = None


class TimelineLine(Struct, frozen=True):
    """One event of the proposal, in words that this audience may read."""

    at: datetime
    text: str


class Message(Struct, frozen=True):
    """What somebody wrote: to the other side, or experts to each other. author: as this audience may know it. note: to
    be said beside it ("Question", "2 fichiers joints"), "" if nothing."""

    at: datetime
    author: str
    text: str
    note: str = ""


class Observation(Struct, frozen=True):
    """What experts say to the applicant on one criterion: each text by another expert, none of them named."""

    criterion: str
    texts: tuple[str, ...]


class Dossier(Struct, frozen=True, kw_only=True):
    """One proposal, whole, for one audience.

    reference: like AMI-2025-0042. organisation: the applicant. call_title, service: the call and the service in
    charge. lang: language of the form's labels (BCP 47). drawn_for: the audience it was built for;
    what they may not see must not be in here at all. journal_position, journal_hash: last entry of the proposal's
    journal that this shows; journal_at: its instant. revision, revision_digest: number and SHA-256 of the submitted
    answers. edition: version of the call's rules. stage: where the proposal is, in words. checklist, synthesis,
    decision: None while there is none, or when it is not for this audience.
    criteria: () when scores are not for this audience, else the grid's lines, even before any score. ranked_at: when
    the rank of `total` was that. observations: what experts say to the applicant, for the applicant. conciliation: what
    experts said to each other; clarifications: what applicant and service did.
    code, verification: by which whoever holds it asks whether it is ours, and the address that does; "" for none.
    """

    reference: str
    title: str
    organisation: str
    call_title: str
    service: str
    lang: str
    drawn_for: Audience
    journal_position: int
    journal_hash: str
    revision: int
    revision_digest: str
    submitted_at: datetime
    edition: str = ""
    journal_at: datetime | None = None
    stage: str = ""
    answers: tuple[AnswerSection, ...] = ()
    attachments: tuple[AttachmentLine, ...] = ()
    checklist: Checklist | None = None
    criteria: tuple[CriterionScores, ...] = ()
    total: Total | None = None
    reviews: tuple[ReviewText, ...] = ()
    synthesis: Synthesis | None = None
    decision: Decision | None = None
    timeline: tuple[TimelineLine, ...] = ()
    ranked_at: datetime | None = None
    observations: tuple[Observation, ...] = ()
    conciliation: tuple[Message, ...] = ()
    clarifications: tuple[Message, ...] = ()
    code: str = ""
    verification: str = ""
