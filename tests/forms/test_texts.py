"""Texts with placeholders, rules of the committee and of retention: what files may say, and what comes of it."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import forms
from forms import catalogue
from forms.identifying import identifying
from forms.process import Rules
from forms.retention import BadPeriodError, check_period, kept_until
from forms.texts import LETTER, MAILS, PAPER, examples, filled, line, previews
from tests.forms.shipped import SLUGS, changed, shipped
from tests.forms.test_editions import faults

CALL, FORM, PROCESS = "call.toml", "form.toml", "process.toml"
MAILS_TOML = """
[mails.expert_invited]
subject = { fr = "Évaluer {reference}", en = "Review {reference}" }
body = { fr = "Avant le {due} : {link}", en = "By {due}: {link}" }
"""
RETENTION_TOML = """
[retention]
draft = { after = "P1Y", fate = "delete" }
declined = { after = "P2Y", fate = "delete" }
accepted = { after = "P3Y6M", fate = "archive" }
"""
RULES_TOML = """
[committee]
quorum = 0.5
notice = "P8D"
"""


def edited(file: str, more: str, old: str = "", new: str = "") -> dict[str, bytes]:
    """The files of a shipped call with more at the end of one, a text of that replaced. Its own rules of retention, or
    of its committee, give way to others."""
    files = catalogue.read("ami-2025")
    assert old in more, old
    kept = files[file]
    if more in (RETENTION_TOML, RULES_TOML):
        before, _, after = kept.partition(more.strip().partition("\n")[0].encode() + b"\n")
        kept = before + after.partition(b"\n\n")[2]
    return {**files, file: kept + more.replace(old, new, 1).encode()}


@given(st.dictionaries(st.sampled_from(PAPER), st.text()), st.lists(st.one_of(st.sampled_from(PAPER), st.text())))
def test_a_placeholder_is_replaced_once_and_all_else_stays(facts: dict[str, str], parts: list[str]) -> None:
    plain = [part if part in PAPER else part.replace("{", "").replace("}", "") for part in parts]
    template = "".join(f"{{{part}}}" if part in PAPER else part for part in plain)
    wanted = "".join(facts.get(part, f"{{{part}}}") if part in PAPER else part for part in plain)
    assert filled(template, facts) == wanted
    assert "\n" not in line(wanted)
    assert "\r" not in line(wanted)


def test_what_a_person_typed_is_no_template() -> None:
    assert filled("{title} : {due}", {"title": "{due} {x} {", "due": "demain"}) == "{due} {x} { : demain"


@pytest.mark.parametrize("slug", SLUGS)
def test_shipped_texts_are_previewed(slug: str) -> None:
    edition = shipped(slug)
    for lang in ("fr", "en"):
        made = previews(edition, lang)
        assert {one.kind for one in made} == {"receipt", "letter"}
        assert len({(one.file, one.path) for one in made}) == len(made)
        assert [one.body for one in made if one.path == "letters.receipt"] == [edition.call.letters.receipt.to(lang)]


def test_mails_of_ones_own_are_previewed_with_examples() -> None:
    edition = forms.parse_edition(edited(CALL, MAILS_TOML))
    assert forms.edition_from_json(forms.edition_json(edition)) == edition
    first = previews(edition)[0]
    assert (first.path, first.subject) == ("mails.expert_invited", "Évaluer AMI-2025-0042")
    assert first.body == "Avant le vendredi 12 juin 2026 : https://alliance.example/…"
    assert set(examples(edition.call)) >= {*LETTER, *(name for names in MAILS.values() for name in names)}


def test_no_mail_to_an_expert_can_name_the_applicant() -> None:
    for mail, names in MAILS.items():
        if mail.startswith("expert_"):
            assert not {"title", "organisation"} & set(names)


@pytest.mark.parametrize(
    ("file", "more", "change", "path", "found"),
    [
        (CALL, MAILS_TOML, ("expert_invited", "expert_invitee"), "mails.expert_invitee", "an unknown mail"),
        (CALL, MAILS_TOML, ("expert_invited", "reset_password"), "mails.reset_password", "an unknown mail"),
        (CALL, MAILS_TOML, ("{due}", "{echeance}"), "mails.expert_invited.body.fr", "{echeance}"),
        (CALL, MAILS_TOML, ("By {due}", "By {title}"), "mails.expert_invited.body.en", "{title}"),
        (CALL, MAILS_TOML, ("By {due}", "By {{due}}"), "mails.expert_invited.body.en", "a lone brace"),
        (CALL, MAILS_TOML, ("{reference}", "{reference"), "mails.expert_invited.subject.fr", "a lone brace"),
        (CALL, MAILS_TOML, ("Évaluer", "É" * 140), "mails.expert_invited.subject.fr", "152 characters"),
        (CALL, MAILS_TOML, ("subject = { fr", "sujet = { fr"), "mails.expert_invited.sujet", "an unknown key"),
        (CALL, RETENTION_TOML, ('"P1Y", fate = "delete', '"P1Y", fate = "archive'), "retention.draft.fate", "archive"),
        (CALL, RETENTION_TOML, ('"P2Y"', '"P2M"'), "retention.declined.after", "P2M"),
        (CALL, RETENTION_TOML, ('"P2Y"', '"2 ans"'), "retention.declined.after", "2 ans"),
        (CALL, RETENTION_TOML, ('"P2Y"', '"P0D"'), "retention.declined.after", "P0D"),
        (CALL, RETENTION_TOML, ('"P3Y6M"', '"P99Y999M"'), "retention.accepted.after", "P99Y999M"),
        (CALL, RETENTION_TOML, ('"archive"', '"keep"'), "retention.accepted.fate", "the text “keep”"),
        (CALL, RETENTION_TOML, ("declined = ", "refused = "), "retention.refused", "an unknown key"),
        (PROCESS, RULES_TOML, ("quorum = 0.5", "quorum = 1.5"), "committee.quorum", "1.5"),
        (PROCESS, RULES_TOML, ("quorum = 0.5", "proxies = 11"), "committee.proxies", "11"),
        (PROCESS, RULES_TOML, ("quorum = 0.5", "hour = 23"), "committee.hour", "23"),
        (PROCESS, RULES_TOML, ("quorum = 0.5", "length = 0"), "committee.length", "0"),
        (PROCESS, RULES_TOML, ("quorum = 0.5", 'vote = "loud"'), "committee.vote", "the text “loud”"),
        (PROCESS, RULES_TOML, ("quorum = 0.5", "places = 0"), "committee.places", "0"),
        (PROCESS, RULES_TOML, ("quorum = 0.5", 'budget = -1\namount = "x"'), "committee.budget", "-1.0"),
        (PROCESS, RULES_TOML, ("quorum = 0.5", "budget = 5"), "committee.amount", ""),
        (PROCESS, RULES_TOML, ("quorum = 0.5", 'budget = 5\namount = "title"'), "committee.amount", "title"),
        (PROCESS, RULES_TOML, ('"P8D"', '"huit jours"'), "committee.notice", "huit jours"),
        (PROCESS, RULES_TOML, ("quorum", "quota"), "committee.quota", "an unknown key"),
    ],
)  # fmt: skip
def test_one_fault(file: str, more: str, change: tuple[str, str], path: str, found: str) -> None:
    listed = faults(edited(file, more, *change))
    assert (file, path, found) in listed
    assert {one[0] for one in listed} == {file}


@pytest.mark.parametrize(
    ("file", "old", "new", "path", "found"),
    [
        (CALL, "Votre candidature a été reçue", "{nom}, votre candidature", "letters.receipt.fr", "{nom}"),
        (CALL, "Vous pouvez contester", "{outcome} : contester", "letters.remedies.fr", "{outcome}"),
        (PROCESS, "Votre candidature n’a pas", "{due}", "stages[3].outcomes[3].letter.fr", "{due}"),
        (PROCESS, "minimum = 1", 'minimum = 1\nblind = "double"', "stages[1].blind", "the text “double”"),
        (PROCESS, 'duration = "3wd"', 'duration = "3wd"\nblind = "open"', "stages[2].blind", "open"),
        (PROCESS, 'duration = "3wd"', 'duration = "3wd"\nreviews = "joint"', "stages[2].reviews", "joint"),
        (PROCESS, "minimum = 1", 'minimum = 1\nreviews = "both"', "stages[1].reviews", "the text “both”"),
        (PROCESS, "[0.5, 0.8]", "[0, 0.5]", "stages[1].reminders", "[0.0, 0.5]"),
        (PROCESS, "[0.5, 0.8]", "[0.5, 0.5]", "stages[1].reminders", "[0.5, 0.5]"),
        (PROCESS, "[0.5, 0.8]", "[0.5, 1]", "stages[1].reminders", "[0.5, 1.0]"),
    ],
)
def test_one_fault_of_a_shipped_text(file: str, old: str, new: str, path: str, found: str) -> None:
    assert faults(changed(file, old, new)) == [(file, path, found)]


def test_a_budget_is_counted_by_what_its_committee_reads() -> None:
    files = edited(PROCESS, RULES_TOML, "quorum = 0.5", 'budget = 5\namount = "budget/amount"')
    assert forms.parse_edition(files).process.committee.amount == "budget/amount"
    asked, kept = b'id = "budget"\nkind = "table"', b'id = "budget"\nkind = "table"\naudience = "officers"'
    hidden = {**files, FORM: files[FORM].replace(asked, kept)}
    assert hidden != files
    assert (PROCESS, "committee.amount", "budget/amount") in faults(hidden)


@pytest.mark.parametrize("reminders", [[], [0.5], [0.25, 0.5, 0.75], [n / 11 for n in range(1, 11)]])
def test_reminders_none_or_many(reminders: list[float]) -> None:
    edition = forms.parse_edition(changed(PROCESS, "[0.5, 0.8]", str(reminders)))
    assert list(edition.process.stages[1].reminders) == reminders


def test_more_reminders_than_anybody_wants() -> None:
    found = faults(changed(PROCESS, "[0.5, 0.8]", str([n / 12 for n in range(1, 12)])))
    assert [path for _, path, _ in found] == ["stages[1].reminders"]


def test_a_hidden_applicant_is_not_named_by_the_title() -> None:
    files = changed(PROCESS, "minimum = 1", 'minimum = 1\nblind = "applicant_hidden"')
    edition = forms.parse_edition(files)
    assert edition.process.blind == "applicant_hidden"
    hidden = {field.id for field in edition.form.fields if identifying(field, edition.form)}
    assert {"organisation_name", "siret", "foreign_id", "website", "contact"} <= hidden
    assert not hidden & {"title", "country", "trl", "kind"}
    form = files["form.toml"].decode().replace('id = "title"', 'id = "title"\nidentifying = true', 1)
    assert faults({**files, "form.toml": form.encode()}) == [("form.toml", "title_field", "title")]


@pytest.mark.parametrize(
    ("quorum", "members", "needed"), [(0.5, 7, 4), (0.5, 8, 4), (0.1, 10, 1), (0.3, 10, 3), (1, 5, 5), (0.5, 0, 1)]
)
def test_the_quorum_of_a_committee(quorum: float, members: int, needed: int) -> None:
    assert Rules(quorum=quorum).needed(members) == needed


@pytest.mark.parametrize(
    ("since", "after", "until"),
    [
        ("2025-06-15T10:00", "P3Y", "2028-06-15T10:00"),
        ("2024-02-29T10:00", "P1Y", "2025-02-28T10:00"),
        ("2025-01-31T10:00", "P1M", "2025-02-28T10:00"),
        ("2025-10-31T10:00", "P18M5D", "2027-05-05T09:00"),  # the hour of Paris, in summer
        ("2025-12-31T22:59", "P1D", "2026-01-01T22:59"),
    ],
)
def test_kept_until(since: str, after: str, until: str) -> None:
    at, end = (datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (since, until))
    assert kept_until(at, after) == end


@given(st.text(max_size=12))
def test_any_other_period_is_refused(text: str) -> None:
    try:
        check_period(text)
    except BadPeriodError:
        return
    assert kept_until(datetime(2025, 1, 31, tzinfo=UTC), text) > datetime(2025, 1, 31, tzinfo=UTC)


def test_which_rule_of_retention_holds() -> None:
    edition = forms.parse_edition(edited(CALL, RETENTION_TOML))
    rules: Any = edition.call.retention
    assert forms.edition_from_json(forms.edition_json(edition)) == edition
    found = {status: rules.rule(status) for status in (*forms.process.STATUS_NAMES, "unknown")}
    named = {rules.draft: "draft", rules.declined: "declined", rules.accepted: "accepted", None: None}
    assert {status: named[rule] for status, rule in found.items()} == {
        "draft": "draft",
        "in_progress": None,
        "accepted": "accepted",
        "reserve": "declined",
        "declined": "declined",
        "ineligible": "declined",
        "withdrawn": "declined",
        "completed": "accepted",
        "unknown": None,
    }


def test_shipped_calls_have_the_codes_rules_of_procedure() -> None:
    for slug in SLUGS:
        assert shipped(slug).process.committee == Rules()
        assert msgspec.to_builtins(Rules()) == {
            "quorum": 0.5,
            "proxies": 1,
            "notice": "P5D",
            "second_sitting": True,
            "video": True,
            "casting_vote": True,
            "vote": "open",
            "hour": 14,
            "length": 180,
            "places": None,
            "budget": None,
            "amount": "",
        }
