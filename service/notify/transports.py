"""How mails leave: to an SMTP server, or into a folder as .eml files (`alliance mail list`)."""

import asyncio
import contextlib
import os
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

import aiosmtplib

from service.settings import Settings, is_loopback

# Shorter than the lease of a claim (outbox.py): a send has ended, well or badly, before another may begin.
LONGEST = 60.0
# "You are not let in", however final it sounds: somebody sets the account right, and the same mail leaves.
OUR_ACCOUNT = range(530, 540)


class Undelivered(Exception):  # noqa: N818
    """The mail did not leave, or nobody knows. `final`: the server said that it never will. `alone`: others may."""

    def __init__(self, reason: str, *, final: bool = False, alone: bool = False) -> None:
        super().__init__(reason)
        self.final = final
        self.alone = alone or final


async def deliver(settings: Settings, message: EmailMessage) -> None:
    """Hand one mail over, for good. Raises Undelivered within a minute."""
    try:
        async with asyncio.timeout(LONGEST):
            if settings.smtp_url is not None:
                await _send(settings.smtp_url, message)
            elif settings.mail_folder is not None:
                await asyncio.to_thread(store, settings.mail_folder, message)
            else:
                raise RuntimeError("the settings name neither a mail server nor a mail folder")
    except aiosmtplib.SMTPRecipientsRefused as error:
        codes = [refusal.code for refusal in error.recipients]
        final, ours = bool(codes) and min(codes) >= 500, any(code in OUR_ACCOUNT for code in codes)
        said = f"recipient refused ({', '.join(map(str, codes))})"
        raise Undelivered(said, final=final and not ours, alone=not ours) from error
    except aiosmtplib.SMTPDataError as error:
        final = error.code >= 500 and error.code not in OUR_ACCOUNT
        raise Undelivered(f"mail refused ({error.code})", final=final) from error
    except aiosmtplib.SMTPSenderRefused as error:  # every mail has the same: a wrong setting must not give them all up
        raise Undelivered(f"sender refused ({error.code})") from error
    except aiosmtplib.SMTPResponseException as error:
        raise Undelivered(f"{type(error).__name__} ({error.code})") from error
    except (aiosmtplib.SMTPException, TimeoutError, OSError) as error:
        raise Undelivered(type(error).__name__) from error
    except ValueError as error:  # an address that can't be written
        raise Undelivered(type(error).__name__, alone=True) from error


async def _send(url: str, message: EmailMessage) -> None:
    parts = urlsplit(url)
    host, secure = parts.hostname or "", parts.scheme == "smtps"
    await aiosmtplib.send(
        message,
        hostname=host,
        port=parts.port or (465 if secure else 587 if parts.username else 25),
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        use_tls=secure,
        # Mails hold links that open accounts: off this machine they travel encrypted or not at all.
        start_tls=None if secure or is_loopback(host) else True,
        timeout=LONGEST / 2,
    )


def store(folder: Path, message: EmailMessage) -> Path:
    """Write one mail as `<left part of its Message-ID>.eml`, whole and flushed or not at all, readable by us alone."""
    name = str(message["Message-ID"]).strip("<>").partition("@")[0]
    target, draft = folder / f"{name}.eml", folder / f".{name}.{os.getpid()}"
    with contextlib.suppress(FileNotFoundError):
        draft.unlink()
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(message.as_bytes())
        file.flush()
        os.fsync(file.fileno())
    draft.replace(target)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return target
