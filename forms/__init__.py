"""Pure: form, checklist, grid and process definitions; answers; validation; scoring; working days."""

from forms.amended import FieldChange, Piece, RowChange, changes, text_changes
from forms.answers import (
    asked_items,
    broken_rules,
    check_draft,
    check_files,
    counted,
    file_limit,
    normal,
    organisation_name,
    proposal_title,
    required,
    shown_fields,
    validate,
    visible,
    visible_files,
)
from forms.base import MOST_BYTES, Field, FieldError, FileFact, Text, step
from forms.call import Call, Letters, PersonalData, Service
from forms.clocks import Calendar, day_after, due, local_day, portion, resumed_due
from forms.conditions import Condition, holds
from forms.edition import Edition, EditionError, edition_from_json, edition_json, parse_edition
from forms.form import Form, Section, described
from forms.grid import Checklist, Criterion, Grid, Item, Stance
from forms.parsing import Fault
from forms.process import Outcome, Process, Stage
from forms.reviewing import validate_scores
from forms.rules import Broken, Rule
from forms.scales import Choice, Level
from forms.scoring import CriterionSummary, Summary, Totals, summary, totals, weighted_total

__all__ = [
    "MOST_BYTES",
    "Broken",
    "Calendar",
    "Call",
    "Checklist",
    "Choice",
    "Condition",
    "Criterion",
    "CriterionSummary",
    "Edition",
    "EditionError",
    "Fault",
    "Field",
    "FieldChange",
    "FieldError",
    "FileFact",
    "Form",
    "Grid",
    "Item",
    "Letters",
    "Level",
    "Outcome",
    "PersonalData",
    "Piece",
    "Process",
    "RowChange",
    "Rule",
    "Section",
    "Service",
    "Stage",
    "Stance",
    "Summary",
    "Text",
    "Totals",
    "asked_items",
    "broken_rules",
    "changes",
    "check_draft",
    "check_files",
    "counted",
    "day_after",
    "described",
    "due",
    "edition_from_json",
    "edition_json",
    "file_limit",
    "holds",
    "local_day",
    "normal",
    "organisation_name",
    "parse_edition",
    "portion",
    "proposal_title",
    "required",
    "resumed_due",
    "shown_fields",
    "step",
    "summary",
    "text_changes",
    "totals",
    "validate",
    "validate_scores",
    "visible",
    "visible_files",
    "weighted_total",
]
