"""What one may do with what is held on oneself, on one's account page."""

import io
import json
import re
import zipfile
from uuid import uuid4

from forms.retention import kept_until
from service import clock
from service.domain.actor import PROCESS, Actor
from service.operations.accounts import create_account
from service.pages.french import day
from service.store.database import value
from tests.api.acting import good
from tests.api.people import client, token_of
from tests.operations.test_erasing import RULES
from tests.process.call import Trial

PASSWORD = "correct cheval pile agrafe"


async def test_a_person_downloads_everything_then_erases_their_account(web: str) -> None:
    email = f"{uuid4().hex[:12]}@asso.test"
    made = await create_account(PROCESS, email, "Camille Ormeau", None, None, PASSWORD, now=clock.now())
    async with client(web, Origin=web) as stranger:
        assert (await stranger.get("/compte/donnees", headers={"Accept": "text/html"})).status_code in (303, 401)
    async with client(web, Origin=web) as person:
        assert (await person.post("/api/session", json={"email": email, "password": PASSWORD})).status_code < 300
        page = (await person.get("/compte")).text
        assert "Resteraient conservés" not in page
        assert "en cours d’examen" not in page
        now = clock.now()
        trial = await Trial.publish(now, experts=0, letters=RULES)
        trial.applicant = Actor(account=made.account, name="Camille Ormeau", email=email)
        proposal = await trial.submit(now)
        await trial.draft(now)
        reference = await value("SELECT reference FROM proposal WHERE id = {}", proposal)
        page = (await person.get("/compte")).text
        assert re.search(rf"cours d’examen \(<a [^>]*>{reference}</a>\)", page)
        assert 'action="/compte/effacement"' not in page
        assert "(vous en avez 1)" in page
        refused = await person.post("/compte/effacement", data={"erase_password": PASSWORD})
        assert (refused.status_code, reference in refused.text) == (422, True)
        await trial.withdraw(proposal, now)
        page = (await person.get("/compte")).text
        assert f"<li>{reference}, jusqu’au {day(kept_until(now, 'P1Y'))}</li>" in page
        assert 'href="/compte/donnees"' in page
        assert 'action="/compte/effacement"' in page
        got = await person.get("/compte/donnees")
        assert (got.status_code, got.headers["content-type"]) == (200, "application/zip")
        assert got.headers["content-disposition"].startswith('attachment; filename="mes-donnees-')
        with zipfile.ZipFile(io.BytesIO(got.content)) as archive:
            assert archive.testzip() is None
            assert json.loads(archive.read("donnees/account.json"))[0]["email"] == email
        refused = await person.post("/compte/effacement", data={"erase_password": "pas le bon"})
        assert refused.status_code == 422
        assert refused.text.count("Le mot de passe n’est pas celui-ci.") == 2
        assert await value("SELECT email FROM account WHERE id = {}", made.account) == email
        erased = await person.post("/compte/effacement", data={"erase_password": PASSWORD})
        assert erased.status_code == 200
        assert "<h1>Votre compte est effacé</h1>" in erased.text
        assert "Camille Ormeau" not in erased.text
        assert reference in erased.text
        assert await value("SELECT email FROM account WHERE id = {}", made.account) == ""
        assert (await person.get("/api/me")).status_code == 401


async def test_programs_have_the_same(web: str) -> None:
    email = f"{uuid4().hex[:12]}@asso.test"
    made = await create_account(PROCESS, email, "Camille Ormeau", None, None, PASSWORD, now=clock.now())
    async with client(web) as anybody:
        for method, path in (("GET", "data"), ("GET", "erasure"), ("POST", "erasure")):
            assert (await anybody.request(method, f"/api/me/{path}")).status_code == 401
    async with client(web, await token_of(Actor(account=made.account, name="Camille Ormeau", email=email))) as program:
        got = await program.get("/api/me/data")
        assert (got.status_code, got.headers["content-type"]) == (200, "application/zip")
        with zipfile.ZipFile(io.BytesIO(got.content)) as archive:
            assert json.loads(archive.read("donnees/account.json"))[0]["email"] == email
        assert good(await program.get("/api/me/erasure")) == {"drafts": 0, "examined": [], "kept": []}
        refused = await program.post("/api/me/erasure", json={"password": "pas le bon"})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/password")
        erased = good(await program.post("/api/me/erasure", json={"password": PASSWORD}))
        assert erased == {"account": str(made.account), "drafts": 0, "kept": [], "reviews": 0}
        assert (await program.get("/api/me")).status_code == 401
    assert await value("SELECT email FROM account WHERE id = {}", made.account) == ""
