"""20 proposals from draft to letter, through the API of a running `alliance up --demo` alone; prints one line each.

    python -m tests.bench.journey [ADDRESS [PROPOSALS]]

The password of the demonstration's accounts is read from ALLIANCE_DEMO_PASSWORD.
"""

import asyncio
import os
import sys
import time

import httpx

from forms import catalogue, parse_edition
from tests.support.journey import Client, Journey

CALL = "ami-2025"


async def main(address: str, proposals: int) -> None:
    """Run it, and say how long each part took."""
    password = os.environ["ALLIANCE_DEMO_PASSWORD"]
    edition = parse_edition(catalogue.read(CALL))

    async def person(email: str) -> Client:
        http = httpx.AsyncClient(base_url=address, timeout=30, headers={"Origin": address})
        return await Client(http, f"{email}@demo.test", password, patience=180).sign_in()

    officer, chair, applicant = await person("charge"), await person("autorite"), await person("candidate")
    known = {line["email"]: line["id"] for line in (await officer.get(f"/api/calls/{CALL}/experts"))["items"]}
    experts = {known[f"{name}@demo.test"]: await person(name) for name in ("expert3", "expert4")}
    teams = {line["name"]: line["id"] for line in (await officer.get(f"/api/calls/{CALL}/teams"))["items"]}
    journey = Journey(CALL, edition, applicant, officer, experts, chair, team=teams["Binôme usages"])
    began = time.monotonic()
    await journey.run(proposals)
    decided = time.monotonic()
    print(f"journey: {proposals} proposals from draft to published decision in {decided - began:.1f} s")
    letters = [await applicant.pdf(journey.path(number, "letter.pdf")) for number in journey.ids]
    receipts = [await applicant.pdf(journey.path(number, "receipt.pdf")) for number in journey.ids]
    print(f"letters and receipts: {len(letters) + len(receipts)} drawn after {time.monotonic() - decided:.1f} s")
    began = time.monotonic()
    dossiers = [await officer.pdf(journey.path(number, "dossier.pdf")) for number in journey.ids]
    size = sum(map(len, dossiers)) // max(1, len(dossiers)) // 1024
    print(f"dossiers: {len(dossiers)} of {size} kB each in {time.monotonic() - began:.1f} s")
    retries = sum(client.retries for client in (applicant, officer, chair, *experts.values()))
    print(f"requests tried again: {retries}")


if __name__ == "__main__":
    asyncio.run(
        main(
            sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000", int(sys.argv[2]) if len(sys.argv) > 2 else 20
        )
    )
