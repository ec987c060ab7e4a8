"""What every request meets: headers, origin, sessions, errors of the framework, health."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from service import clock
from service.app import create_app
from service.domain.actor import ANONYMOUS, PROCESS
from service.doors.shield import Shield
from service.operations.accounts import create_account, sign_up
from service.operations.calls import PublishedEdition
from service.settings import Settings
from tests.accounts.support import link
from tests.api.people import client
from tests.support.plain import PLAIN

PASSWORD = "correct cheval pile agrafe"
ALWAYS = {
    "content-security-policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self';"
        " frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


async def account() -> str:
    """The address of a new account that can sign in."""
    email = f"{uuid4().hex[:12]}@personne.test"
    await create_account(PROCESS, email, "Camille Exemple", None, None, PASSWORD, now=clock.now())
    return email


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/calls", 200),
        ("GET", "/api/nowhere", 404),
        ("GET", "/nowhere", 404),
        ("GET", "/", 200),
        ("HEAD", "/", 200),
        ("DELETE", "/api/calls", 405),
        ("GET", "/api/me", 401),
        ("POST", "/api/session", 400),
        ("GET", "/statique/nowhere/x.css", 404),
        ("GET", "/health/live", 200),
        ("GET", "/api/docs", 200),
        ("GET", "/api/openapi.json", 200),
        ("GET", "/api/docs.css", 200),
    ],
)
async def test_headers_on_every_answer(anybody: httpx.AsyncClient, method: str, path: str, status: int) -> None:
    answer = await anybody.request(method, path)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    assert len(answer.headers["x-request-id"]) == 24
    assert answer.headers["cache-control"] in ("private, no-store", "public, max-age=300", "no-store")


async def test_what_fails_beyond_the_table_of_errors_is_told_with_every_header(settings: Settings) -> None:
    async def broken(scope: Any, receive: Any, send: Any) -> None:
        raise RuntimeError("a secret")

    shield = Shield(broken, settings)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(shield), base_url=settings.address, verify=PLAIN
    ) as found:
        answer = await found.get("/")
    assert (answer.status_code, answer.headers["x-request-id"] in answer.text) == (500, True)
    assert "a secret" not in answer.text
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS


async def test_the_methods_of_an_address(anybody: httpx.AsyncClient) -> None:
    answer = await anybody.options("/api/me")
    assert (answer.status_code, set(answer.headers["allow"].split(", "))) == (204, {"GET", "HEAD", "OPTIONS"})
    refused = await anybody.put("/api/me")
    assert (refused.status_code, "GET" in refused.headers.get("allow", "")) == (405, True)


async def test_a_request_id_is_taken_where_it_looks_like_one(anybody: httpx.AsyncClient) -> None:
    taken = await anybody.get("/health/live", headers={"X-Request-Id": "proxy-0123.AB_c"})
    made = await anybody.get("/health/live", headers={"X-Request-Id": "x\ty<script>"})
    assert taken.headers["x-request-id"] == "proxy-0123.AB_c"
    assert made.headers["x-request-id"] != "x\ty<script>"


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "code"),
    [
        ("GET", "/api/nowhere", {}, 404, "not_found"),
        ("GET", "/api/proposals/not-an-id", {}, 404, "not_found"),
        ("GET", "/api/proposals/00000000-0000-4000-8000-000000000000", {}, 404, "not_found"),
        ("GET", "/api/proposals/%00", {}, 404, "not_found"),
        ("GET", "/api/calls/%00", {}, 400, "value_out_of_range"),
        ("GET", "/api/calls/nowhere", {}, 404, "not_found"),
        ("GET", "/api/calls/" + "x" * 5000, {}, 404, "not_found"),
        ("PUT", "/api/calls", {}, 405, "method_not_allowed"),
        ("POST", "/api/tokens", {"content": b"{", "headers": {"Content-Type": "application/json"}}, 400, "bad_json"),
        ("POST", "/api/tokens", {"json": []}, 400, "object_expected"),
        ("POST", "/api/tokens", {}, 400, "object_expected"),
        ("POST", "/api/tokens", {"json": {"label": 1, "days": "2", "more": 0}}, 422, "invalid"),
        ("POST", "/api/tokens", {"json": {"label": "x", "days": 2**70}}, 422, "invalid"),
        ("GET", "/api/proposals?wrong=1", {}, 422, "invalid"),
        ("GET", "/api/proposals?limit=many", {}, 422, "invalid"),
        ("GET", "/api/proposals?limit=1&limit=2", {}, 422, "invalid"),
        ("GET", "/api/proposals?sort=colour", {}, 422, "invalid"),
        ("GET", "/api/proposals?cursor=%F0%9F%98%80", {}, 422, "invalid"),
        ("GET", "/api/proposals?cursor=bm90IGEgY3Vyc29y", {}, 422, "invalid"),
        ("GET", "/api/proposals?q=%00", {}, 422, "invalid"),
    ],
)
async def test_bad_requests_are_clear_problems(  # noqa: PLR0917  columns of the table
    applicant: httpx.AsyncClient, method: str, path: str, sent: dict[str, Any], status: int, code: str
) -> None:
    answer = await applicant.request(method, path, **sent)
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["status"]) == (status, code, status), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(problem) == {"type", "title", "status", "detail", "code", "errors"}
    assert answer.headers["x-request-id"]
    assert problem["detail"].strip()
    assert "Traceback" not in answer.text


async def test_every_fault_of_a_body_is_told(applicant: httpx.AsyncClient) -> None:
    answer = await applicant.post("/api/tokens", json={"label": 1, "days": "2", "more": 0})
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [
        ("/more", "unknown_field"),
        ("/label", "wrong_type"),
        ("/days", "wrong_type"),
    ]


async def test_too_many_headers(anybody: httpx.AsyncClient) -> None:
    answer = await anybody.get("/health/live", headers={"X-Long": "a" * 40_000})
    assert answer.status_code in (400, 431)


OURS = object()
CROSS = [
    ({"Sec-Fetch-Site": "same-origin"}, 200),
    ({"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"}, 200),
    ({"Sec-Fetch-Site": "same-site"}, 403),
    ({"Sec-Fetch-Site": "cross-site"}, 403),
    ({"Sec-Fetch-Site": "none"}, 403),
    ({"Sec-Fetch-Site": "cross-site", "Origin": OURS}, 403),
    ({"Origin": OURS}, 200),
    ({"Origin": "https://evil.example"}, 403),
    ({"Origin": "null"}, 403),
    ({"Origin": "https://evil.example", "Referer": OURS}, 403),
    ({"Referer": OURS}, 200),
    ({"Referer": "https://evil.example/"}, 403),
    ({"Referer": "http://[broken"}, 403),
    ({}, 403),
]


@pytest.mark.parametrize(("headers", "status"), CROSS)
async def test_a_cookie_acts_only_from_our_own_pages(
    web: str, database: None, headers: dict[str, Any], status: int
) -> None:
    async with client(web) as browser:
        opened = await browser.post("/api/session", json={"email": await account(), "password": PASSWORD})
        assert opened.status_code == 200
        sent = {name: web if value is OURS else value for name, value in headers.items()}
        answer = await browser.delete("/api/session", headers=sent)
        assert answer.status_code == status
        if status == 403:
            assert answer.json()["code"] == "cross_site"
            assert (await browser.get("/api/me")).status_code == 200


@pytest.mark.parametrize(("site", "status", "shown"), [("same-origin", 404, 1), ("cross-site", 403, 0)])
async def test_an_error_gives_back_what_our_own_form_brought(
    web: str, database: None, site: str, status: int, shown: int
) -> None:
    """Another site's form is not drawn again, as its author could then be led to send it."""
    async with client(web, **{"Accept": "text/html", "Sec-Fetch-Site": site}) as browser:
        sent = {"email": await account(), "password": PASSWORD}
        await browser.post("/connexion", data=sent, headers={"Sec-Fetch-Site": "same-origin"})
        path = f"/candidatures/{uuid4()}/retrait"
        refused = await browser.post(path, data={"_key": "k", "reason": "Un autre projet."})
    assert (refused.status_code, refused.text.count("Un autre projet."), "de nouveau" in refused.text) == (
        *(status, shown),
        False,
    )


async def test_an_address_is_confirmed_with_the_password_of_the_sign_up(web: str, database: None) -> None:
    """By page, which then opens a session, and by API, which does not; another password is told what to do."""
    emails = [f"{uuid4().hex[:12]}@personne.test" for _ in range(2)]
    for email in emails:
        await sign_up(ANONYMOUS, email, "Camille Exemple", PASSWORD, now=clock.now())
    async with client(web, Accept="text/html", **{"Sec-Fetch-Site": "same-origin"}) as browser:
        path = f"/confirmer/{await link(emails[0])}"
        assert 'type="password"' in (await browser.get(path)).text
        wrong = await browser.post(path, data={"password": f"un autre {PASSWORD}"})
        said = ("Créez à nouveau votre compte", 'href="/inscription"', 'href="/mot-de-passe"', 'type="password"')
        assert (wrong.status_code, [one for one in said if one not in wrong.text]) == (422, [])
        right = await browser.post(path, data={"password": PASSWORD})
        assert (right.status_code, right.headers["location"]) == (303, "/candidatures?fait=bienvenue")
        assert (
            "Votre adresse est confirmée et votre session ouverte."
            in (await browser.get(right.headers["location"])).text
        )
        again = await browser.post(path, data={"password": PASSWORD})
        assert (again.status_code, "Ce lien n’est plus valable" in again.text) == (200, True)
    async with client(web) as script:
        sent = {"token": await link(emails[1])}
        for more in ({}, {"password": "un autre mot de passe"}, {"password": ""}):
            refused = await script.post("/api/accounts/confirm", json=sent | more)
            assert (refused.status_code, "password" in refused.text) == (422, True)
        done = await script.post("/api/accounts/confirm", json=sent | {"password": PASSWORD})
        assert (done.status_code, done.json()["email"], "set-cookie" in done.headers) == (200, emails[1], False)


async def test_signing_in_from_another_site_is_refused(anybody: httpx.AsyncClient) -> None:
    sent = {"email": await account(), "password": PASSWORD}
    answer = await anybody.post("/api/session", json=sent, headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)


async def test_a_bearer_token_needs_no_origin(applicant: httpx.AsyncClient, call: PublishedEdition) -> None:
    opened = await applicant.post(
        f"/api/calls/{call.slug}/proposals", headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://a.example"}
    )
    assert opened.status_code == 201


async def test_the_session_cookie(web: str, database: None) -> None:
    async with client(web) as browser:
        opened = await browser.post("/api/session", json={"email": await account(), "password": PASSWORD})
        said = opened.headers["set-cookie"]
        assert said.startswith("alliance=")
        assert {part.strip() for part in said.split(";")[1:] if "Max-Age" not in part} == {
            "HttpOnly",
            "Path=/",
            "SameSite=lax",
        }
        kept = browser.cookies["alliance"]
        ended = await browser.delete("/api/session", headers={"Origin": web})
        assert (ended.json(), dict(browser.cookies)) == ({"sessions": 1}, {})
        replayed = await browser.get("/api/me", headers={"Cookie": f"alliance={kept}"})
        assert replayed.status_code == 401


def test_the_session_cookie_on_https(settings: Settings) -> None:
    import msgspec

    from service.doors.people import session_cookie

    secure = msgspec.structs.replace(settings, address="https://alliance.example")
    header = session_cookie(secure, "s3cret", clock.now()).to_header(header="")
    assert header.startswith("__Host-alliance=s3cret; ")
    assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure"} <= {part.strip() for part in header.split(";")}
    assert "Domain" not in header


async def test_https_is_kept(settings: Settings) -> None:
    import msgspec

    secure = msgspec.structs.replace(settings, address="https://alliance.example")
    app = create_app(secure)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=secure.address, verify=PLAIN) as found:
        answer = await found.get("/health/live")
    assert answer.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize("token", ["x", "a" * 300, "é"])
async def test_a_bad_bearer_token_is_refused_even_where_all_may_come(web: str, token: str) -> None:
    async with client(web) as found:
        answer = await found.get("/api/calls", headers=[(b"Authorization", f"Bearer {token}".encode())])
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="alliance"')


async def test_wrong_passwords_are_slowed_down(anybody: httpx.AsyncClient) -> None:
    sent = {"email": await account(), "password": "wrong " + PASSWORD}
    answers = [await anybody.post("/api/session", json=sent) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert {answer.json()["code"] for answer in answers[:5]} == {"sign_in_refused"}
    assert 1 <= int(answers[5].headers["retry-after"]) <= 5


async def test_health(anybody: httpx.AsyncClient) -> None:
    live, ready = await anybody.get("/health/live"), await anybody.get("/health/ready")
    assert (live.status_code, live.json()) == (200, {"status": "live"})
    assert (ready.status_code, ready.json()) == (
        200,
        {"status": "ready", "components": {"database": "up", "objects": "up", "temporal": "up"}},
    )
