"""A form: sections of fields, as data."""

from functools import cached_property
from typing import Any

import msgspec

from forms.base import Field, Text
from forms.conditions import Condition
from forms.kinds import AnyField, Block, Computed, Country, RowsField
from forms.rules import Rule
from forms.showing import Formula, Outlook, Step, in_order


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Some fields under a title; a page of the form. Its condition holds for all its fields. `stage`: the stage of kind
    submission that asks for it, where it is not asked from the start."""

    id: str
    title: Text
    fields: tuple[AnyField, ...]
    intro: Text | None = None
    shown_if: Condition | None = None
    stage: str | None = None


class Form(msgspec.Struct, frozen=True, dict=True, forbid_unknown_fields=True):
    """The sections, which fields name the proposal and the legal body that submits it, and the rules across fields."""

    sections: tuple[Section, ...]
    title_field: str
    organisation_field: str
    rules: tuple[Rule, ...] = ()

    @cached_property
    def index(self) -> dict[str, AnyField]:
        """Every field by its id, in the order of the form."""
        return {field.id: field for section in self.sections for field in section.fields}

    @cached_property
    def fields(self) -> tuple[AnyField, ...]:
        """Every field, in the order of the form."""
        return tuple(self.index.values())

    def field(self, field: str) -> Field | None:
        """The field of that id, or None."""
        return self.index.get(field)

    @cached_property
    def conditions(self) -> dict[str, tuple[Condition, ...]]:
        """For each field that may be hidden, what must hold for it to be shown: its own condition, its section's."""
        return {
            field.id: wanted
            for section in self.sections
            for field in section.fields
            if (wanted := tuple(one for one in (section.shown_if, field.shown_if) if one is not None))
        }

    @cached_property
    def settling(self) -> tuple[Step, ...]:
        """`conditions`, computed fields, choices offered on conditions and rows that look outside them, each after the
        fields that it looks at: one pass settles them."""
        formulas = {one.id: Formula(one.value, one.decimals) for one in self.fields if isinstance(one, Computed)}
        offers = {one.id: one.offers for one in self.fields if one.offers}
        rowed = [one for one in self.fields if isinstance(one, RowsField) and one.hangs_on]
        return in_order(
            self.conditions, formulas, offers, {one.id: Outlook(one.hangs_on, one.counted) for one in rowed}
        )

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The repeatable blocks."""
        return tuple(field for field in self.fields if isinstance(field, Block))

    @cached_property
    def rowed(self) -> tuple[RowsField, ...]:
        """The blocks and tables inside whose rows something depends on something else there, and nothing outside."""
        return tuple(
            field for field in self.fields if isinstance(field, RowsField) and field.settling and not field.hangs_on
        )


def described(form: Form) -> dict[str, Any]:
    """The form as JSON-ready data that explains itself: beside what the edition says, each field has its
    `options` (countries too) and the JSON Schema of its value as `shape`, so that a program that never saw the call can
    fill it in.
    """
    return {
        "title_field": form.title_field,
        "organisation_field": form.organisation_field,
        "rules": msgspec.to_builtins(form.rules),
        "sections": [
            {
                **msgspec.to_builtins(msgspec.structs.replace(section, fields=())),
                "fields": [_described(field) for field in section.fields],
            }
            for section in form.sections
        ],
    }


def _described(field: AnyField) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(field)
    if isinstance(field, Block):
        told["fields"] = [_described(one) for one in field.fields]
    if isinstance(field, Country):
        told["options"] = msgspec.to_builtins(field.options)
    told["answered"] = field.answered
    told["shape"] = field.shape()
    return told
