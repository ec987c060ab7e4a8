"""A choice whose second list depends on the first: a region, then one of its departments."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from forms.base import Context, FieldError, Text, blank, missing
from forms.conditions import Condition, holds
from forms.kinds.choices import Option, not_an_option, offered_if
from forms.kinds.identity import ObjectField


class LinkedOption(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to choose first; `options`: what is then to choose, nothing where the list is empty. `shown_if`: as of
    any option."""

    id: str
    label: Text
    options: tuple[Option, ...] = ()
    shown_if: Condition | None = None


class LinkedChoice(ObjectField, frozen=True, kw_only=True, tag="linked_choice"):
    """Value: `{"first", "second"}`, ids of options; the second is one of those of the first. An id is that of one
    option of all second lists."""

    options: tuple[LinkedOption, ...]
    first_label: Text
    second_label: Text

    @property
    def offers(self) -> Mapping[str, Condition]:
        firsts = {f"first/{one.id}": one.shown_if for one in self.options if one.shown_if is not None}
        return firsts | offered_if((one for option in self.options for one in option.options), "second/")

    def parts(self) -> dict[str, bool]:
        return {"first": True, "second": False}

    def accepts(self, value: Any, at: str) -> list[FieldError]:
        found = super().accepts(value, at)
        if found:
            return found
        for key, allowed in (("first", self._firsts()), ("second", self._seconds())):
            said = value.get(key)
            if said and said not in allowed:
                found.append(not_an_option(f"{at}/{key}", allowed))
        return found

    def _firsts(self) -> list[str]:
        return [option.id for option in self.options]

    def _seconds(self) -> list[str]:
        return [one.id for option in self.options for one in option.options]

    def faults(self, value: dict[str, Any], at: str, context: Context) -> list[FieldError]:
        found = super().faults(value, at, context)
        first = next((option for option in self.options if option.id == value.get("first")), None)
        if first is None:
            return found
        allowed, second = _offered(first.options, context), value.get("second")
        if blank(second):
            return found + ([missing(f"{at}/second")] if allowed else [])
        if second not in allowed:
            fr = f"Ce choix n’est pas de la liste de « {first.label.fr} » : choisissez-en un autre, ou aucun."
            en = f"This choice is not of the list of “{first.label.en}”: choose another one, or none."
            found.append(FieldError(f"{at}/second", "other_list", fr, en))
        return found

    def shape(self) -> dict[str, Any]:
        return {
            **super().shape(),
            "properties": {
                "first": {"type": "string", "enum": self._firsts()},
                "second": {"type": "string", "enum": self._seconds()},
            },
        }

    def lines(self, value: dict[str, Any], lang: str = "fr") -> tuple[str, ...]:
        """What was chosen, first and second, as people read it."""
        names = {
            "first": {option.id: option.label.to(lang) for option in self.options},
            "second": {one.id: one.label.to(lang) for option in self.options for one in option.options},
        }
        return tuple(names[key].get(value[key], value[key]) for key in names if not blank(value.get(key)))


def _offered(options: Sequence[Option], context: Context) -> list[str]:
    return [one.id for one in options if one.shown_if is None or holds(one.shown_if, context.answers, context.today)]
