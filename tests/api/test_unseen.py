"""A client that knows the description's words and has never seen the call fills its form in from the JSON alone."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.api.acting import good
from tests.api.people import PDF
from tests.support.calls import fresh_call

Json = dict[str, Any]

CONTACT = {
    "given_name": "Ilse",
    "family_name": "Muster",
    "position": "Leiterin",
    "email": "ilse.muster@firma.example",
    "phone": "+32 2 555 12 12",
}
# A check digit is no matter of a schema: whoever applies knows the number of their own body.
BODIES: dict[str, Json] = {
    "a German VAT number": {"country": "DE", "foreign_id": {"scheme": "eu_vat", "number": "DE136695976"}},
    "a Greek VAT number": {"country": "GR", "foreign_id": {"scheme": "eu_vat", "number": "EL 094259216"}},
    "a Polish register": {
        "country": "PL",
        "foreign_id": {"scheme": "national_register", "number": "0000123456", "register": "KRS"},
    },
}


def made_up(shape: Json) -> Any:  # noqa: PLR0911  one per kind of schema
    """A value that a schema allows."""
    if "const" in shape:
        return shape["const"]
    if "oneOf" in shape:
        return made_up(shape["oneOf"][0])
    match shape.get("type"):
        case _ if "enum" in shape:
            return shape["enum"][0]
        case "string":
            return {"date": "2025-01-02", "uri": "https://firma.example/"}.get(shape.get("format", ""), "Texte")
        case "integer" | "number":
            return max(shape.get("minimum", 0), 1)
        case "boolean":
            return False
        case "array":
            return [made_up(shape["items"]) for _ in range(shape.get("minItems", 1))]
        case "object":
            return {name: made_up(shape["properties"][name]) for name in shape["required"]}
    raise AssertionError(shape)


def holds(condition: Json, answers: Json) -> bool:
    """Whether a condition of the form holds."""
    found, wanted = answers.get(condition.get("field", "")), condition.get("value")
    parts = condition.get("of", [])
    parts = parts if isinstance(parts, list) else [parts]
    told: dict[str, Callable[[], bool]] = {
        "equals": lambda: bool(found == wanted),
        "filled": lambda: found not in (None, "", []),
        "among": lambda: found in condition["values"],
        "at_least": lambda: found is not None and bool(found >= wanted),
        "includes": lambda: wanted in (found or []),
        "not": lambda: not holds(parts[0], answers),
        "all": lambda: all(holds(part, answers) for part in parts),
        "any": lambda: any(holds(part, answers) for part in parts),
    }
    return told[condition["op"]]()


def asked(form: Json, answers: Json) -> Iterator[Json]:
    """The fields that must be answered, as the answers before them have it."""
    for section in form["sections"]:
        for question in section["fields"]:
            shown = question["shown_if"] is None or holds(question["shown_if"], answers)
            wanted = question["required"] or (
                question["required_if"] is not None and holds(question["required_if"], answers)
            )
            if shown and wanted:
                yield question


def mend(answers: Json) -> None:
    """What a person does who reads the rules across fields: made-up answers do not go together by themselves."""
    if answers.get("accessibility") == "full":
        answers["accessibility_rate"] = 100
    for row in answers["budget"]["rows"]:
        if "requested" in row:
            row["amount"] = row["own"] + row["requested"]


@pytest.mark.parametrize("shipped", ["ami-2025", "incubateur"])
@pytest.mark.parametrize("body", BODIES)
async def test_an_applicant_from_another_country_from_draft_to_submission(
    applicant: httpx.AsyncClient, shipped: str, body: str
) -> None:
    slug = (await fresh_call(shipped)).slug
    form = good(await applicant.get(f"/api/calls/{slug}"))["form"]
    path = f"/api/proposals/{good(await applicant.post(f'/api/calls/{slug}/proposals'))['id']}"
    answers: Json = {}
    for question in asked(form, answers):
        if question["kind"] == "file":
            sent = {"field": question["id"], "name": "a.pdf"}
            good(await applicant.post(f"{path}/attachments", params=sent, content=PDF))
        elif question["kind"] == "person":
            answers[question["id"]] = CONTACT
        elif question["kind"] == "long_text":
            answers[question["id"]] = " ".join(["mot"] * (question["least_words"] or 1))
        else:
            answers[question["id"]] = BODIES[body].get(question["id"]) or made_up(question["shape"])
    assert "siret" not in answers
    mend(answers)
    changes = {name: {"value": value, "based_on": 0} for name, value in answers.items()}
    good(await applicant.patch(f"{path}/answers", json=changes))
    submitted = good(await applicant.post(f"{path}/submit"))
    assert submitted["reference"]
    assert good(await applicant.get(path))["status"] == "in_progress"
