"""Passwords: what is accepted (NIST SP 800-63B: length, no composition rules), and argon2id (OWASP's parameters)."""

import asyncio
import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
LONGEST = 200
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=32, salt_len=16, type=Type.ID)
# A pool of its own: a burst of sign-ins holds back neither the object store's threads nor much memory (19 MiB each).
_pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")
# The hash of nothing that can be typed: what an account that does not exist is compared with.
_NOBODY = _hasher.hash("\0nobody")

_RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "azertyuiopqsdfghjklmwxcvbn",
    "qwertyuiopasdfghjklzxcvbnm",
    "12345678901234567890",
    "azeqsdwxc",
    "1q2w3e4r5t6y7u8i9o0p",
    "1a2z3e4r5t6y7u8i9o0p",
)
_LINES = [run * 2 for run in (*_RUNS, *(run[::-1] for run in _RUNS))]
# Words that make up most of the long passwords that everybody tries first.
_WORDS = (
    *("motdepasse", "password", "passe", "pass", "azerty", "qwerty", "admin", "administrateur", "administrator"),
    *("bonjour", "bienvenue", "welcome", "soleil", "doudou", "chouchou", "loulou", "jetaime", "iloveyou", "marseille"),
    *("letmein", "changeme", "changezmoi", "secret", "princesse", "princess", "football", "superman", "dragon"),
    *("monkey", "alliance", "ministere", "incubateur", "candidature", "france", "republique", "test", "demo"),
)
_LEET = str.maketrans("0134578@$€!", "oieastbasei")
_ENOUGH_REMAINS = 6


def normalised(password: str) -> str:
    """One spelling for what keyboards write in several ways (Unicode NFKC)."""
    return unicodedata.normalize("NFKC", password)


def _bytes(password: str) -> bytes:
    return normalised(password).encode("utf-8", "surrogatepass")


def why_weak(password: str, email: str, name: str) -> str | None:
    """What to tell a person whose new password is refused, in French; None where it is accepted."""
    length = len(normalised(password))
    if length < SHORTEST:
        return f"Choisissez un mot de passe d’au moins {SHORTEST} caractères (une phrase convient très bien)."
    if length > LONGEST or len(password) > LONGEST:
        return f"Choisissez un mot de passe d’au plus {LONGEST} caractères."
    plain = _plain(password)
    own = [_plain(word) for word in re.split(r"[@.\s'’_+-]+", f"{email} {name}")]
    own = [_plain(email), _plain(name), *own]
    if len(_without(plain, [word for word in own if len(word) > 2])) < _ENOUGH_REMAINS:
        return "Choisissez un mot de passe qui ne soit pas fait de votre nom ou de votre adresse électronique."
    if _is_common(plain):
        return "Ce mot de passe est trop courant : il serait deviné rapidement. Choisissez-en un autre."
    return None


def _plain(text: str) -> str:
    """Lower case, without accents, spaces and punctuation."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in bare if not unicodedata.combining(character) and not character.isspace())


def _without(text: str, words: list[str]) -> str:
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, "")
    return text


def _is_common(plain: str) -> bool:
    if len(set(plain)) < 5:
        return True
    if _is_runs(plain):
        return True
    for spelled in (plain, plain.translate(_LEET)):
        rest = _without(spelled, list(_WORDS))
        # Digits and punctuation behind a common word (a year, 123, !) add next to nothing.
        if rest != spelled and len(re.sub(r"[\W\d_]", "", rest)) < _ENOUGH_REMAINS and len(set(rest)) < _ENOUGH_REMAINS:
            return True
    return False


def _is_runs(plain: str) -> bool:
    """Whether it is pieces of keyboard and counting runs, four characters or more each, and at most three others."""
    at = 0
    while at < len(plain):
        lengths = [n for n in range(4, len(plain) - at + 1) if any(plain[at : at + n] in run for run in _LINES)]
        if not lengths:
            break
        at += lengths[-1]
    return at > 0 and len(plain) - at < 4


async def hashed(password: str) -> str:
    """The argon2id hash to store, with its parameters and salt; worked out in a thread."""
    return await asyncio.get_running_loop().run_in_executor(_pool, _hasher.hash, _bytes(password))


async def matches(stored: str | None, password: str) -> bool:
    """Whether the password is the one that was hashed; the same work where there is no hash, and then False."""
    return await asyncio.get_running_loop().run_in_executor(_pool, _matches, stored, password)


def _matches(stored: str | None, password: str) -> bool:
    good = len(password) <= LONGEST
    try:
        _hasher.verify(stored or _NOBODY, _bytes(password) if good else b"")
    except (VerificationError, InvalidHashError):
        return False
    return good and stored is not None


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(stored)
