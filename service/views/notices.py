"""What the rules of eligibility say of a proposal's answers: told at once, and never in the way of saving them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

import forms
from forms import Form


class NoticeView(msgspec.Struct, frozen=True):
    """A rule of eligibility that the answers break. `paths`: the answers concerned; `fr` and `en`: what it says."""

    rule: str
    paths: tuple[str, ...]
    fr: str
    en: str


def notices_of(form: Form, answers: Mapping[str, Any], today: date) -> tuple[NoticeView, ...]:
    """The rules of eligibility that these answers break on this day."""
    return tuple(
        NoticeView(broken.rule.id, broken.paths, broken.rule.message.fr, broken.rule.message.en)
        for broken in forms.broken_rules(form, answers, today)
        if broken.rule.effect == "eligibility"
    )
