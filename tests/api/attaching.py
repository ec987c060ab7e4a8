"""Files sent to a draft, and what the store holds of them."""

import httpx

from service.store import objects


async def keys() -> set[str]:
    """Every attachment's object in this worker's bucket."""
    return {listed.key async for listed in objects.store().list("attachment/")}


async def attach(
    applicant: httpx.AsyncClient,
    draft: str,
    content: bytes,
    name: str = "annexe.pdf",
    field: str = "annexes",
    **more: str,
) -> httpx.Response:
    """A raw body."""
    return await applicant.post(
        f"{draft}/attachments", params={"field": field, "name": name}, content=content, headers=more
    )
