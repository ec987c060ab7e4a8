"""An edition told in plain French, to whoever reads it before applying: conditions, limits, steps, rules, data."""

from forms.telling.blank import BlankForm, Part, Question, blank_form
from forms.telling.collected import Collected, collected, told_of_data
from forms.telling.conditions import told
from forms.telling.grid import rules_words, scale_words
from forms.telling.steps import Step, steps

__all__ = [
    "BlankForm",
    "Collected",
    "Part",
    "Question",
    "Step",
    "blank_form",
    "collected",
    "rules_words",
    "scale_words",
    "steps",
    "told",
    "told_of_data",
]
