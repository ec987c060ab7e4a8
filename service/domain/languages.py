"""Languages: their codes, and the names that people call them by. Pure."""

from functools import cache

from babel import Locale

from service.domain.folding import folded

# ISO 639-1: what browsers, libraries and the calls' texts call languages by.
LANGUAGES = frozenset(
    """
    aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es
    et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki
    kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no
    nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te
    tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
    """.split()  # noqa: SIM905  a list of codes, and no list of strings
)


@cache
def language_names() -> dict[str, str]:
    """The French name of each language, by its code."""
    names = Locale.parse("fr").languages
    return {code: str(names.get(code, code)) for code in sorted(LANGUAGES)}


@cache
def language_codes() -> dict[str, str]:
    """The code of each language, by its French or English name as it compares, or by the code itself."""
    english = Locale.parse("en").languages
    named = {folded(str(english.get(code, code))): code for code in LANGUAGES}
    named |= {folded(name): code for code, name in language_names().items()}
    return named | {code: code for code in LANGUAGES}
