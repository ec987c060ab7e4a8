"""Words as they compare: one space, no case, no accents."""

import unicodedata


def folded(word: str) -> str:
    """« Santé  publique » as « sante publique »."""
    apart = unicodedata.normalize("NFD", " ".join(word.split()).casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))
