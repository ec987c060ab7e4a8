"""Keywords: from a vocabulary, free, or both."""

from collections.abc import Mapping
from typing import Any, TypeGuard

from forms.base import Context, Field, FieldError, blank, missing, wrong_type
from forms.conditions import Condition
from forms.kinds.choices import OTHER, Option, SeveralOf, accept_option, chosen_words, offered_if
from forms.kinds.texts import too_long

MOST_KEYWORDS = 100
_SEVERAL = (",", ";", "\n")


class Keywords(Field, frozen=True, kw_only=True, tag="keywords"):
    """Value: a list without repeats of ids of the vocabulary, `options`, and, where `free`, of `{"other": "a text"}`,
    each a keyword of at most `characters`."""

    options: tuple[Option, ...] = ()
    free: bool = False
    least: int = 0
    most: int = 10
    characters: int = 60

    @property
    def offers(self) -> Mapping[str, Condition]:
        return offered_if(self.options)

    def accepts(self, value: Any, at: str) -> list[FieldError]:
        if not isinstance(value, list):
            return [wrong_type(at, "une liste de mots-clés", "a list of keywords")]
        if len(value) > MOST_KEYWORDS:
            fr = "Cette liste est trop longue : retirez des mots-clés."
            return [FieldError(at, "too_large", fr, "This list is too long: remove some keywords.")]
        ids = [option.id for option in self.options]
        return [
            error
            for index, one in enumerate(value)
            for error in accept_option(one, f"{at}/{index}", ids, other=self.free)
        ]

    def faults(self, value: list[Any], at: str, _context: Context) -> list[FieldError]:
        found = [error for index, one in enumerate(value) for error in self._word_faults(one, f"{at}/{index}")]
        names = [_folded(one[OTHER]) if isinstance(one, dict) else f"\0{one}" for one in value]
        if len(set(names)) < len(names):
            found.append(
                FieldError(at, "repeated", "Un même mot-clé figure deux fois.", "A keyword is there more than once.")
            )
        if len(value) < self.least:
            fr = f"Donnez-en {self.least} au moins ; il y en a {len(value)}."
            found.append(FieldError(at, "too_few", fr, f"Give at least {self.least}; there are {len(value)}."))
        if len(value) > self.most:
            fr = f"Donnez-en {self.most} au plus ; il y en a {len(value)}."
            found.append(FieldError(at, "too_many", fr, f"Give at most {self.most}; there are {len(value)}."))
        return found

    def _word_faults(self, one: Any, at: str) -> list[FieldError]:
        if not isinstance(one, dict):
            return [missing(at)] if blank(one) else []
        word, at = one[OTHER], f"{at}/{OTHER}"
        if blank(word):
            return [missing(at)]
        if any(sign in word for sign in _SEVERAL):
            return [FieldError(at, "several_words", "Donnez un mot-clé à la fois.", "Give one keyword at a time.")]
        for option in self.options:
            if _folded(word) in (_folded(option.label.fr), _folded(option.label.en)):
                fr = f"« {option.label.fr} » figure dans la liste : choisissez-le là."
                return [FieldError(at, "in_vocabulary", fr, f"“{option.label.en}” is in the list: choose it there.")]
        return too_long(word, at, self.characters)

    def shape(self) -> dict[str, Any]:
        listed = {"type": "string", "enum": [option.id for option in self.options]}
        word = {
            "type": "object",
            "properties": {OTHER: {"type": "string", "maxLength": self.characters}},
            "required": [OTHER],
            "additionalProperties": False,
        }
        both = {"oneOf": [listed, word]} if self.options else word
        items = both if self.free else listed
        return {
            "type": "array",
            "items": items,
            "uniqueItems": True,
            "minItems": self.least,
            "maxItems": self.most,
        }

    def words(self, value: list[Any], lang: str = "fr") -> tuple[str, ...]:
        """The keywords as people read them, in their order."""
        return chosen_words(self.options, value, lang)


def is_vocabulary(field: Field) -> TypeGuard[Keywords | SeveralOf]:
    """Whether what it offers are the keywords of proposals and experts."""
    return isinstance(field, Keywords) or (isinstance(field, SeveralOf) and field.vocabulary)


def _folded(word: str) -> str:
    return " ".join(word.split()).casefold()
