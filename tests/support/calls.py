"""Published calls for tests: shipped ones and the gallery's, under a slug of their own, open whatever the date."""

import uuid
from datetime import UTC, datetime

from forms import catalogue, gallery
from service.domain.actor import PROCESS
from service.operations.calls import PublishedEdition, publish_edition

OPENS = datetime(2020, 1, 1, tzinfo=UTC)
CLOSES = datetime(2100, 1, 1, tzinfo=UTC)


async def fresh_call(
    slug: str = "ami-2025",
    *,
    opens: datetime = OPENS,
    closes: datetime | None = CLOSES,
    form: str = "",
    mails: str = "",
) -> PublishedEdition:
    """A copy of a call, published under a new slug and prefix, so that tests do not share references. `closes`: None
    for the date of its file. `form`: what form.toml says in place of its own; `mails`: more lines of call.toml. Where
    the call gives its one seat to a pair, the copy has two, each for an expert: what most tests are about asks for no
    team."""
    tag = uuid.uuid4().hex[:8]
    files = dict(gallery.read(slug) if slug in gallery.SLUGS else catalogue.read(slug))
    lines = files["call.toml"].decode().splitlines()
    own = {"slug": f'slug = "{slug}-{tag}"', "prefix": f'prefix = "T-{tag.upper()}"'}
    written = [own.get(line.split("=")[0].strip(), line) for line in lines]
    files["call.toml"] = "\n".join([*written, mails]).encode()
    files["process.toml"] = files["process.toml"].replace(b"seats = 1\nteam = 2", b"seats = 2")
    if form:
        files["form.toml"] = form.encode()
    return await publish_edition(PROCESS, files, opens=opens, closes=closes, now=opens)
