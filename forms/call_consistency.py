"""What types cannot say of call.toml: its address, its dates, what receipts owe, how long things are kept."""

import re

from babel import Locale
from email_validator import EmailNotValidError, validate_email

from forms.call import Call
from forms.clocks import BadRuleError, check_day_rule, check_rule
from forms.kinds.texts import phone_faults
from forms.operand_consistency import Add
from forms.retention import LEAST_DECIDED, BadPeriodError, Keep, Retention, check_period, shorter

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PREFIX = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*")


def call_faults(call: Call, add: Add) -> None:
    """Every fault of a call, by itself."""
    if not _SLUG.fullmatch(call.slug) or len(call.slug) > 50:
        add("slug", call.slug, "small letters, digits and single hyphens, at most 50")
    if not _PREFIX.fullmatch(call.prefix) or len(call.prefix) > 30:
        add("prefix", call.prefix, "capital letters, digits and single hyphens, at most 30")
    if call.closes is not None and call.closes <= call.opens:
        add("closes", f"{call.closes:%Y-%m-%d}", "a date after opens")
    _call_durations(call, add)
    _languages(call, add)
    try:
        validate_email(call.service.email, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        add("service.email", call.service.email, "an e-mail address")
    _receipt(call, add)
    if call.retention is not None:
        _retention(call.retention, add)


def _receipt(call: Call, add: Add) -> None:
    """What every receipt gives (code of relations between the public and the administration, R112-11-1)."""
    if not call.service.phone:
        add("service.phone", "nothing", "the telephone number of the service: every receipt gives it")
    elif phone_faults(call.service.phone, ""):
        add("service.phone", call.service.phone, "a telephone number, as 01 99 00 12 34 or +32 2 555 12 12")
    if call.letters.silence_after is None:
        allowed = "P2M (months), 10wd (working days) or P60D: the receipt says from when on no answer is one"
        add("letters.silence_after", "nothing", allowed)


def _retention(rules: Retention, add: Add) -> None:
    sound = []
    for group in ("draft", "declined", "accepted"):
        keep: Keep = getattr(rules, group)
        try:
            check_period(keep.after)
            sound.append(group)
        except BadPeriodError:
            add(f"retention.{group}.after", keep.after, "P3Y, P18M or P90D, a hundred years at most")
    if rules.draft.fate != "delete":
        add("retention.draft.fate", rules.draft.fate, "delete: what was never submitted is nobody’s archive")
    for group in ("declined", "accepted"):
        if group in sound and shorter(getattr(rules, group).after, LEAST_DECIDED):
            allowed = f"{LEAST_DECIDED} or more: until then the decision may be contested"
            add(f"retention.{group}.after", getattr(rules, group).after, allowed)


def _languages(call: Call, add: Add) -> None:
    for at, language in enumerate(call.languages):
        if re.fullmatch("[a-z]{2}", language) is None or language not in Locale.parse("fr").languages:
            add(f"languages.{at}", language, "a code of ISO 639-1: fr, en, de")


def _call_durations(call: Call, add: Add) -> None:
    if call.grace is not None and call.closes is None:
        add("grace", call.grace, "nothing, as the call does not close")
    if call.letters.silence_from == "closing" and call.closes is None:
        add("letters.silence_from", "closing", "receipt, as the call does not close")
    if call.grace is not None:
        rule_fault(call.grace, "grace", add)
        if ":" in call.grace:
            add("grace", call.grace, "a time that is counted: 2wd, P2D or PT2H")
    if call.letters.silence_after is not None:
        try:
            check_day_rule(call.letters.silence_after)
        except BadRuleError:
            add("letters.silence_after", call.letters.silence_after, "P2M (months), 10wd (working days) or P60D")


def rule_fault(rule: str, at: str, add: Add) -> None:
    """A text that is no duration."""
    try:
        check_rule(rule)
    except BadRuleError:
        add(at, rule, "10wd (working days), P14D, PT20S, monthly:2TU (the second Tuesday of a month), on:2025-07-11")
