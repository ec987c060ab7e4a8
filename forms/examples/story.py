"""The story of an invented proposal: who submits it, what it is about, and the luck that settles the rest."""

import random
import tomllib
import unicodedata
from functools import lru_cache
from importlib.resources import files
from typing import Any

from forms.base import Field
from forms.edition import Edition
from forms.examples.values import BY_KIND, VAT
from forms.kinds import OneOf


@lru_cache(maxsize=1)
def _texts() -> dict[str, Any]:
    return tomllib.loads((files("forms") / "example_texts.toml").read_text(encoding="utf-8"))


class Story:
    """One invented proposal: who submits it, what it is about, and the luck that settles the rest."""

    def __init__(self, edition: Edition, n: int, lang: str) -> None:
        texts = _texts()
        self.luck: random.Random = random.Random(f"{edition.call.slug}-{n}")  # noqa: S311  examples, not secrets
        self.lang = "en" if lang == "en" else "fr"
        self.texts = texts["texts"]
        self.words = {**texts["words"], **texts["words"][self.lang]}
        theme = texts["stories"][n % len(texts["stories"])]
        self.domain: str = theme["domain"]
        self.theme: dict[str, str] = theme[self.lang]
        self.country: str = self.luck.choice(sorted(VAT)) if n % 4 == 3 else "FR"
        self.kind = self._kind(edition)
        self.name: str = self.luck.choice(self.words["names"])
        self.place: str = self.luck.choice(self.words["places"])
        self.round = n // len(texts["stories"])
        self.said: dict[str, Any] = {}

    def _kind(self, edition: Edition) -> str:
        field = edition.form.field("organisation_kind")
        return self.luck.choice([option.id for option in field.options]) if isinstance(field, OneOf) else "company"

    def answer(self, field: Field) -> Any:
        """A valid answer to any field that takes one."""
        named = self._named(field)
        self.said[field.id] = named if named is not None else BY_KIND[type(field)](self, field)
        return self.said[field.id]

    def _named(self, field: Field) -> Any:
        """What is known of this proposal from its story, by field id."""
        if field.id in ("organisation_name", "employer"):
            return self.body(self.public)
        if field.id in ("public_partner", "private_partner"):
            return self.body(field.id == "public_partner")
        if field.id == "accessibility":
            return "partial" if isinstance(field, OneOf) and self.luck.random() < 0.6 else None
        if field.id == "accessibility_rate":
            rate = self.luck.choice((62.5, 78, 84, 91))
            return {"full": 100, "not_compliant": rate / 2}.get(str(self.said.get("accessibility")), rate)
        # A second round of stories gets another name.
        title = self.theme["title"] + (f" {self.round + 1}" if self.round else "")
        known = {"organisation_kind": self.kind, "country": self.country, **self.theme, "title": title}
        return known.get(field.id)

    @property
    def public(self) -> bool:
        """Whether the body that submits is a public one."""
        return self.kind in ("ministry", "agency", "local", "health", "research")

    def body(self, public: bool) -> str:  # noqa: FBT001  read with its value's name at both calls
        """The name of an invented legal body; that of the proposal's own place."""
        place = self.place
        if public:
            forms = {
                "ministry": f"Direction régionale des services numériques de {place}",
                "agency": f"Agence nationale de l’eau de {place}",
                "local": f"Département de {place}",
                "health": f"Centre hospitalier de {place}",
                "research": f"Université de {place}",
            }
            return forms.get(self.kind, f"Ville de {place}")
        suffix = {"association": "Association", "research": "Institut", "consortium": "Groupement"}.get(self.kind)
        legal = {"FR": "SAS", "DE": "GmbH", "AT": "GmbH", "ES": "SL", "IT": "Srl", "NL": "BV", "BE": "SRL", "PT": "Lda"}
        return f"{suffix} {self.name}" if suffix else f"{self.name} {legal.get(self.country, 'SA')}"

    def some(self, key: str) -> str:
        """One of the words of a list."""
        return str(self.luck.choice(self.words[key]))

    def domain_name(self) -> str:
        """A mail and web domain that cannot exist."""
        plain = unicodedata.normalize("NFKD", self.name).encode("ascii", "ignore").decode().lower()
        return f"{plain}.example"
