"""Gives a running service a call of its own and the people who run it; prints them as JSON.

ALLIANCE_… python -m tests.support.cast [SHIPPED CALL]

With `-` in its place, one for each line of its input that names a shipped call.
"""

import asyncio
import json
import os
import sys
import uuid
from typing import Any

from service import clock
from service.domain.actor import PROCESS, Role
from service.identity import secrets
from service.operations.accounts import create_account
from service.operations.members import EVERYWHERE
from service.settings import Settings
from service.store.database import DB
from tests.support.calls import fresh_call

PASSWORD = "une phrase assez longue pour un essai"
PEOPLE = (
    ("applicant", None),
    ("officer", Role.OFFICER),
    ("expert1", Role.EXPERT),
    ("expert2", Role.EXPERT),
    ("expert3", Role.EXPERT),
    ("committee", Role.COMMITTEE),
    ("chair", Role.CHAIR),
    ("admin", Role.ADMIN),
    ("auditor", Role.AUDITOR),
)


async def gather(shipped: str = "ami-2025") -> dict[str, Any]:
    """A fresh call and one account per part, all with the same password. The database is connected."""
    call = await fresh_call(shipped)
    tag = uuid.uuid4().hex[:8]
    people = {}
    for part, role in PEOPLE:
        email = f"{part}-{tag}@essai.test"
        name = f"{part.capitalize()} {tag}"
        slug = call.slug if role and role not in EVERYWHERE else None
        created = await create_account(PROCESS, email, name, role, slug, PASSWORD, now=clock.now())
        people[part] = {"id": str(created.account), "email": email, "name": name}
    return {"slug": call.slug, "password": PASSWORD, "people": people}


async def main(shipped: str) -> None:
    """Connect to the service of the environment, and print."""
    settings = Settings.read(os.environ)
    secrets.configure(settings.secret)
    await DB.connect(settings.database_url)
    try:
        if shipped != "-":
            print(json.dumps(await gather(shipped)))
            return
        while line := await asyncio.to_thread(sys.stdin.readline):
            print(json.dumps(await gather(line.strip())), flush=True)
    finally:
        await DB.disconnect()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:] or ["ami-2025"]))
