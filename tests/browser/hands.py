"""What a person does in a browser: signs in, fills in a form, clicks."""

import re
from http import HTTPStatus
from typing import Any

from playwright.sync_api import Page, Route, expect

from forms import Edition, Field, examples, kinds
from service.pages.inputs import to_inputs
from tests.support.site import ROOT

STATIC = ROOT / "service" / "pages" / "static"
OWN = {"Sec-Fetch-Site": "same-origin"}


def sign_in(page: Page, email: str, password: str) -> None:
    """From any page."""
    page.goto("/connexion")
    fill_in(page, email, password)


def fill_in(page: Page, email: str, password: str) -> None:
    """The page that asks who one is."""
    page.get_by_label("Adresse électronique").fill(email)
    page.locator("#password").fill(password)
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()
    page.wait_for_url(lambda address: "/connexion" not in address)


def enter(page: Page, email: str, password: str) -> None:
    """The same without showing a page: for tests of what comes afterwards."""
    sent: dict[str, str | float | bool] = {"email": email, "password": password}
    assert page.request.post("/connexion", form=sent, headers=OWN, max_redirects=0).status == HTTPStatus.SEE_OTHER


def act(page: Page, path: str, **content: str) -> dict[str, Any]:
    """Do something through the API as the person of this page; what it answers."""
    answer = page.request.post(path, data=content or None, headers=OWN)
    assert answer.ok, answer.text()
    told: dict[str, Any] = answer.json()
    return told


def draft_of(page: Page, cast: dict[str, Any], part: str = "applicant") -> str:
    """A new proposal of somebody of this cast, who is signed in from now on; its id."""
    enter(page, cast["people"][part]["email"], cast["password"])
    return str(act(page, f"/api/calls/{cast['slug']}/proposals")["id"])


def fill(page: Page, edition: Edition, number: int, section: str, *, only_shown: bool = False) -> None:
    """Answer every question of a section; `only_shown`: those that the page shows before anything is answered."""
    answers = examples.complete_answers(edition, number)
    for one in edition.form.sections:
        for field in one.fields if one.id == section else ():
            shown = not only_shown or page.locator(f'[data-field="{field.id}"]').is_visible()
            if field.id in answers and shown:
                answer(page, field, answers[field.id])


def answer(page: Page, field: Field, value: object) -> None:
    """Answer one question by its inputs."""
    if isinstance(field, kinds.Table) and isinstance(value, dict):
        table = page.locator(f'[data-table="{field.id}"] tbody tr')
        while table.count() < len(value["rows"]):
            page.locator(f'[data-add-row="{field.id}"]').click()
    for name, text in to_inputs(field, value):
        put(page, name, text)


def put(page: Page, name: str, text: str) -> None:
    """Give one input its value, as a person would."""
    found = page.locator(f'[name="{name}"]:not([type=hidden])')
    first = found.first
    kind = first.evaluate("node => node.tagName === 'SELECT' ? 'select' : node.type")
    if kind == "select":
        first.select_option(text)
    elif kind in ("radio", "checkbox"):
        one = page.locator(f'[name="{name}"][value="{text}"]')
        if not one.is_checked():
            page.locator(f'label[for="{one.get_attribute("id")}"]').click()
        expect(one).to_be_checked()
    else:
        first.fill(text)


def press(page: Page, name: str) -> None:
    """Click a button of the page's content and wait for the answer.

    The page may send the form later than the click: it first waits for a save that is under way.
    """
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name=name, exact=True).first.click()


def follow(page: Page, name: str) -> None:
    """Click a link of the page's content and wait for the page that it leads to."""
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("link", name=name).first.click()


def proposal_id(page: Page) -> str:
    """The proposal that the address names."""
    found = re.search(r"/([0-9a-f-]{36})", page.url)
    assert found is not None, page.url
    return found[1]


def serve_static(page: Page, html: str) -> None:
    """Show a page without a service behind it, which may load our scripts."""

    def serve(route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        if name:
            route.fulfill(body=(STATIC / name).read_bytes(), content_type="text/javascript")
        else:
            route.fulfill(body=f"<!doctype html>{html}", content_type="text/html; charset=utf-8")

    page.route("**/*", serve)
    page.goto("https://pages.test/")
