"""What a content is signed with is the same whether its digest was known or is made for it."""

import pytest
from minio.credentials.credentials import Credentials

from service.store.signed import Client, Whole

KEYS = Credentials("access", "secret")


@pytest.mark.parametrize("content", [b"", b"%PDF-", bytes(70_000)])
@pytest.mark.parametrize("secure", [False, True])
def test_a_known_digest_changes_nothing(content: bytes, *, secure: bool) -> None:
    client = Client("store.test", access_key="access", secret_key="secret", secure=secure)

    def told(body: bytes) -> dict[str, str]:
        headers, _ = client._build_headers("store.test", {"Content-Type": "text/plain"}, body, KEYS)
        return {name: value for name, value in headers.items() if name != "x-amz-date"}

    assert told(Whole.of(content)) == told(content)
    assert Whole.of(content) == content
