"""Whether a local server answers: the smallest HTTP client that tells."""

import asyncio


async def get(port: int, path: str, *, host: str = "127.0.0.1", patience: float = 2.0) -> tuple[int, bytes]:
    """Status and body of `GET http://host:port/path`; (0, b"") when nothing answers within `patience` seconds."""
    try:
        async with asyncio.timeout(patience):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(f"GET {path} HTTP/1.0\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
                await writer.drain()
                answer = await reader.read()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return 0, b""
    head, _, body = answer.partition(b"\r\n\r\n")
    words = head.split(None, 2)
    return (int(words[1]) if len(words) > 1 and words[1].isdigit() else 0), body
