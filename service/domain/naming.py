"""Names of persons and organisations, and identifiers of legal bodies, as they compare: two spellings of one name have
one key. A key is for comparing alone, and is never shown."""

import re
import unicodedata

from stdnum.fr import siren, siret

# What says how a body is constituted, and not which one it is, in French and in its neighbours' languages.
_FORMS = frozenset(
    {
        *(
            "sa",
            "sas",
            "sasu",
            "sarl",
            "eurl",
            "snc",
            "scs",
            "sca",
            "scop",
            "scic",
            "sci",
            "selarl",
            "gie",
            "gip",
            "gis",
        ),
        *("epic", "epa", "epst", "epscp", "spl", "sem", "semop", "ei", "eirl", "asbl", "aisbl", "scrl", "sprl", "srl"),
        *("gmbh", "ag", "ug", "kg", "kgaa", "ev", "ltd", "limited", "llc", "llp", "inc", "plc", "corp", "spa", "sl"),
        *("slu", "bv", "nv", "oy", "ab", "aps", "se", "scrlfs"),
    }
)
_PHRASES = (
    "societe par actions simplifiee unipersonnelle",
    "societe par actions simplifiee",
    "societe a responsabilite limitee",
    "societe anonyme",
    "societe cooperative",
    "groupement d interet public",
    "groupement d interet economique",
    "groupement d interet scientifique",
    "etablissement public",
    "association loi 1901",
    "association loi de 1901",
)
# The small words that one writes and another leaves out.
_SMALL = frozenset(
    {*("de", "du", "des", "d", "la", "le", "les", "l", "et", "a", "au", "aux", "en"), "the", "of", "and"}
)
_TITLES = frozenset({"m", "mr", "mme", "mlle", "ms", "mrs", "dr", "pr", "prof", "me", "docteur", "professeur"})
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "&": " et ", "+": " et "})
_WORDS = re.compile(r"[^\W_]+")
_NAMED = re.compile(r"[^\W_]+(?:[-\s]+[^\W_]+)*")  # words with nothing but spaces and hyphens between them
# What many bodies are called by, and says of none which one it is; what begins many a sentence of a proposal.
_COMMON = frozenset(
    {
        *("academie", "agence", "agences", "association", "associations", "bureau", "cabinet", "centre", "chambre"),
        *("clinique", "college", "collectivite", "collectivites", "comite", "commune", "communes", "conseil"),
        *("departement", "departements", "direction", "ecole", "entreprise", "entreprises", "etablissement", "etat"),
        *("etats", "europe", "fondation", "france", "groupe", "groupement", "hopital", "hopitaux", "independant"),
        *("independante", "institut", "laboratoire", "lycee", "mairie", "mairies", "ministere", "ministeres"),
        *("municipalite", "office", "paris", "prefecture", "prefectures", "public", "rectorat", "region", "regions"),
        *("republique", "retraite", "retraitee", "service", "services", "societe", "universite", "universites"),
        *("ville", "villes", "consultant", "consultante", "freelance", "administration", "administrations"),
        *("agent", "agents", "api", "audit", "cloud", "data", "donnees", "euro", "euros", "ia", "innovation", "llm"),
        *("logiciel", "modele", "numerique", "ocr", "pme", "pdf", "rag", "rgaa", "rgpd", "saas", "trl", "tva", "ue"),
        *("web", "xml", "json", "sql", "tei", "etp", "eti", "ess", "drh", "dsi", "dpo", "rssi", "sia", "url", "wcag"),
    }
)
_SHORTEST_WORD, _SHORTEST_ACRONYM = 4, 3
_MANY = 3  # words of a person's name that stand beside each other
_DOTTED = re.compile(r"\b(?:\w\.){2,}")
_PARTS = re.compile(r"\s+[-–—/|]\s+|[,;:()\[\]]")
_ACRONYM = re.compile(r"[A-Z][A-Z0-9&.]{2,11}")


def plain(text: str) -> str:
    """Words in lower case without accents and marks, a space between them."""
    lower = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    decomposed = unicodedata.normalize("NFKD", lower)
    bare = "".join(one for one in decomposed if not unicodedata.combining(one))
    return " ".join(_WORDS.findall(bare))


def organisation(name: str) -> str:
    """The key of an organisation's name: without case, accents, legal form and small words. "" of a blank name."""
    # « S.A.S. » is one word.
    spelled = _DOTTED.sub(lambda found: found[0].replace(".", "") + " ", name)
    said = plain(spelled)
    words = f" {said} "
    for phrase in _PHRASES:
        words = words.replace(f" {phrase} ", " ")
    kept = [word for word in words.split() if word not in _FORMS and word not in _SMALL]
    # One whose whole name is such words is called by them.
    return " ".join(kept) or said


def organisations(name: str) -> frozenset[str]:
    """The keys under which an organisation may be named: its whole name, and what stands before, after or between
    brackets and dashes, where that is an acronym or has two words: « Centre d’études (CDE) » is also « CDE »."""
    parts = [part.strip() for part in _PARTS.split(name)]
    told = [part for part in parts if _ACRONYM.fullmatch(part) or len(organisation(part).split()) >= 2]
    return frozenset(key for key in (organisation(one) for one in (name, *told)) if len(key) >= 2)


def capitals(text: str) -> frozenset[str]:
    """The words of a text by which a body may be named that has one word alone: those that begin with a capital, or
    are all of capitals, but for what is common. « poste de travail » does not name « La Poste ». None of a text that is
    written in capitals whole."""
    if text.upper() == text:
        return frozenset()
    spelled = _DOTTED.sub(lambda found: found[0].replace(".", "") + " ", text)
    words = [word for word in _WORDS.findall(spelled) if word[0].isupper()]
    kept = [word for word in words if len(word) >= (_SHORTEST_ACRONYM if word.isupper() else _SHORTEST_WORD)]
    return frozenset(key for key in map(plain, kept) if " " not in key) - _COMMON - _FORMS - _SMALL


def called(text: str) -> frozenset[str]:
    """The keys of what may be persons' names in a text: two or three words beside each other that begin with a
    capital."""
    keys: set[str] = set()
    for run in _NAMED.findall(text):
        words = _WORDS.findall(run)
        for start, length in ((start, length) for start in range(len(words)) for length in range(2, _MANY + 1)):
            some = words[start : start + length]
            if len(some) == length and all(word[0].isupper() for word in some):
                keys.add(person(" ".join(some)))
    return frozenset(keys - {""})


def person(name: str) -> str:
    """The key of a person's name, in whatever order its parts are written; "" of a single word, which names nobody."""
    words = sorted(word for word in plain(name).split() if word not in _TITLES)
    return " ".join(words) if len(words) >= 2 else ""


def body(identifier: str) -> str:
    """The key of a legal body's identifier: a SIRET and a French VAT number are their SIREN. "" of what is too short to
    tell one body from another."""
    code = "".join(_WORDS.findall(identifier.rsplit("/", 1)[-1] if "ror.org/" in identifier.lower() else identifier))
    code = code.upper()
    if not code.isascii():
        return ""
    if len(code) == 14 and code.isdigit() and siret.is_valid(code):
        return f"siren:{code[:9]}"
    if len(code) == 13 and code.startswith("FR") and siren.is_valid(code[4:]):
        return f"siren:{code[4:]}"
    if len(code) == 9 and code.isdigit() and siren.is_valid(code):
        return f"siren:{code}"
    return f"id:{code}" if len(code) >= 5 else ""
