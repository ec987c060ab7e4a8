"""Texts of an edition with placeholders, such as `{reference}`: mails of its own, the receipt, the letters.

A placeholder is replaced once: a title that says `{due}` stays as it was typed. Which ones a text may hold depends on
who reads it, so that no mail to an expert can name an applicant.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Literal

import msgspec

from forms.base import Text

if TYPE_CHECKING:
    from forms.call import Call
    from forms.edition import Edition
    from forms.process import Process

MOST_SUBJECT = 150
"""Characters of a subject, before its placeholders are filled."""
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")

_CALL = ("call", "service", "service_email", "link")
_ALL = ("reference", *_CALL)
_APPLICANT = (*_ALL, "title")
_SITTING = (*_CALL, "number", "starts")
MAILS: dict[str, tuple[str, ...]] = {
    "deadline_extended": (*_CALL, "due"),
    "draft_reminded": (*_CALL, "title", "due"),
    "receipt": _APPLICANT,
    "returned": (*_APPLICANT, "due"),
    "message": _APPLICANT,
    "question": _APPLICANT,
    "next_part": (*_APPLICANT, "due"),
    "withdrawn": _APPLICANT,
    "resumed": _APPLICANT,
    "reopened": _APPLICANT,
    "letter": _APPLICANT,
    "expert_invited": (*_ALL, "due"),
    "expert_reminded": (*_ALL, "due"),
    "expert_last_reminder": (*_ALL, "due"),
    "expert_conciliation": (*_ALL, "due"),
    "expert_released": _ALL,
    "expert_dismissed": _ALL,
    "officer_completed": _ALL,
    "officer_conflict": _ALL,
    "officer_lapsed": _ALL,
    "officer_nobody_left": _ALL,
    "officer_overdue": _ALL,
    "officer_submitted": _ALL,
    "officer_withdrawn": _ALL,
    "sitting_convened": _SITTING,
    "sitting_changed": _SITTING,
    "sitting_reminded": _SITTING,
}
"""The mails that an edition may word itself, and the placeholders of each. Those about accounts belong to no call;
those of a sitting say when and where it is, whatever their words."""
PAPER = ("reference", "title", "organisation", "call", "service", "service_email", "submitted")
"""Placeholders of what the receipt says, and of what receipt and letter share."""
LETTER = (*PAPER, "outcome", "decided")
"""Placeholders of what a letter alone says."""


RANKED = Text(
    fr=(
        "Les candidatures ont été présentées au comité dans l’ordre d’un total, calculé par un traitement algorithmique"
        " à partir des notes des évaluateurs et des poids de la grille. Ce total éclaire le comité et ne décide pas."
        " Vous pouvez demander à ce service les règles de ce traitement et les principales caractéristiques de sa mise"
        " en œuvre puis, sans réponse sous un mois, saisir la Commission d’accès aux documents administratifs (articles"
        " L. 311-3-1 et R. 311-3-1-1 du code des relations entre le public et l’administration)."
    ),
    en=(
        "Proposals were shown to the committee in the order of a total, computed by an algorithm from the experts’"
        " scores and the weights of the grid. This total informs the committee and does not decide. You may ask this"
        " service for the rules of this processing and the main features of its application to your proposal and,"
        " without an answer within a month, refer the matter to the French commission for access to administrative"
        " documents, CADA (articles L. 311-3-1 and R. 311-3-1-1 of the French code of relations between the public and"
        " the administration)."
    ),
)
"""The mention of algorithmic treatment where scores rank and an edition says nothing of its own."""


class MailText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mail's words in this edition: the subject, and what stands between the greeting and the service's line."""

    subject: Text
    body: Text


class Preview(msgspec.Struct, frozen=True):
    """A text of the edition as its reader would have it, with example values. `path`: where it stands, `mails.receipt`
    in call.toml or `stages[3].outcomes[0].letter` in process.toml. `subject` is "" for what is printed."""

    kind: Literal["mail", "receipt", "letter"]
    file: str
    path: str
    subject: str
    body: str


def filled(text: str, facts: Mapping[str, str]) -> str:
    """The text with its placeholders replaced, in one pass; what is no placeholder of `facts` stays as it is."""
    return _PLACEHOLDER.sub(lambda found: facts.get(found[1], found[0]), text)


def line(text: str) -> str:
    """A text on one line, for a subject: what people typed may hold line breaks, which no header may."""
    return " ".join(text.split())


Add = Callable[[str, str, str, str], None]
"""Takes file, key path, what was found, what is allowed."""


def text_faults(call: "Call | None", process: "Process | None", add: Add) -> None:
    """Every placeholder that its text does not have, in both languages."""
    if call is not None:
        _mail_faults(call, add)
    for file, path, text, allowed in _papers(call, process):
        _faults(file, path, text, allowed, add)


def _mail_faults(call: "Call", add: Add) -> None:
    for name, mail in call.mails.items():
        if name not in MAILS:
            add("call.toml", f"mails.{name}", "an unknown mail", ", ".join(MAILS))
            continue
        for part, text in (("subject", mail.subject), ("body", mail.body)):
            _faults("call.toml", f"mails.{name}.{part}", text, MAILS[name], add)
        for lang in ("fr", "en"):
            subject = mail.subject.to(lang)
            if "\n" in subject.strip() or len(subject) > MOST_SUBJECT:
                allowed = f"one line of {MOST_SUBJECT} characters at most"
                add("call.toml", f"mails.{name}.subject.{lang}", f"{len(subject)} characters", allowed)


def _papers(call: "Call | None", process: "Process | None") -> Iterator[tuple[str, str, Text, tuple[str, ...]]]:
    """What is printed: file, key path, text, placeholders."""
    if call is not None:
        letters = call.letters
        yield "call.toml", "letters.receipt", letters.receipt, PAPER
        yield "call.toml", "letters.silence", letters.silence, PAPER
        yield "call.toml", "letters.remedies", letters.remedies, PAPER
        if letters.algorithms is not None:
            yield "call.toml", "letters.algorithms", letters.algorithms, LETTER
        if letters.delegation is not None:
            yield "call.toml", "letters.delegation", letters.delegation, LETTER
    for number, stage in enumerate(process.stages if process else ()):
        for place, outcome in enumerate(stage.outcomes):
            if outcome.letter is not None:
                yield "process.toml", f"stages[{number}].outcomes[{place}].letter", outcome.letter, LETTER


def _faults(file: str, path: str, text: Text, allowed: tuple[str, ...], add: Add) -> None:
    known = ", ".join(f"{{{name}}}" for name in allowed)
    for lang in ("fr", "en"):
        said = text.to(lang)
        for name in _PLACEHOLDER.findall(said):
            if name not in allowed:
                add(file, f"{path}.{lang}", f"{{{name[:60]}}}", known)
        if re.search(r"[{}]", _PLACEHOLDER.sub("", said)):
            add(file, f"{path}.{lang}", "a lone brace", known)


_EXAMPLES = {
    "fr": {
        "title": "Un assistant pour l’accueil des usagers",
        "organisation": "Coopérative Exemple",
        "due": "vendredi 12 juin 2026",
        "submitted": "12 mai 2026",
        "decided": "1er septembre 2026",
        "starts": "jeudi 25 juin 2026 à 14\u00a0h",
        "link": "https://alliance.example/…",
    },
    "en": {
        "title": "An assistant for reception desks",
        "organisation": "Example Cooperative",
        "due": "Friday 12 June 2026",
        "submitted": "12 May 2026",
        "decided": "1 September 2026",
        "starts": "Thursday 25 June 2026 at 14:00",
        "link": "https://alliance.example/…",
    },
}


def examples(call: "Call", lang: str = "fr") -> dict[str, str]:
    """A value for every placeholder, made up where the call does not give it."""
    return {
        **_EXAMPLES["en" if lang == "en" else "fr"],
        "reference": f"{call.prefix}-0042",
        "call": call.title.to(lang),
        "service": call.service.name.to(lang),
        "service_email": call.service.email,
        "outcome": "…",
        "number": "3",
    }


def previews(edition: "Edition", lang: str = "fr") -> tuple[Preview, ...]:
    """Every text with placeholders that the edition holds, filled with examples: mails first, then what is printed."""
    facts = examples(edition.call, lang)
    made = [
        Preview(
            "mail",
            "call.toml",
            f"mails.{name}",
            line(filled(mail.subject.to(lang), facts)),
            filled(mail.body.to(lang), facts).strip(),
        )
        for name, mail in edition.call.mails.items()
    ]
    outcomes = {
        f"stages[{number}].outcomes[{place}].letter": outcome.name.to(lang)
        for number, stage in enumerate(edition.process.stages)
        for place, outcome in enumerate(stage.outcomes)
    }
    for file, path, text, allowed in _papers(edition.call, edition.process):
        known = {**facts, "outcome": outcomes.get(path, facts["outcome"])}
        body = filled(text.to(lang), known).strip()
        made.append(Preview("letter" if allowed == LETTER else "receipt", file, path, "", body))
    return tuple(made)
