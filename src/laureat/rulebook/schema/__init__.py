"""The shape of a rulebook, without Django: usable from a notebook.

`Edition` is the root. Everything an edition pins is here: categories, eligibility, forms,
criteria models with their scales, stages with gates, honours, letters, texts.
"""

from laureat.rulebook.schema.base import Node, Sourced, Text
from laureat.rulebook.schema.edition import Award, Edition
from laureat.rulebook.schema.forms import Field, Form, Section
from laureat.rulebook.schema.honours import Declining, Emblem, Feedback, Honour, ResultQuestions
from laureat.rulebook.schema.letters import Letter
from laureat.rulebook.schema.model import Criterion, Model, Part
from laureat.rulebook.schema.predicates import Predicate, PredicateError
from laureat.rulebook.schema.scales import Scale
from laureat.rulebook.schema.stages import (
    AssessmentStage,
    CheckStage,
    DecisionStage,
    FairModel,
    Gate,
    IntakeStage,
    Stage,
)

__all__ = [
    "AssessmentStage",
    "Award",
    "CheckStage",
    "Criterion",
    "DecisionStage",
    "Declining",
    "Edition",
    "Emblem",
    "FairModel",
    "Feedback",
    "Field",
    "Form",
    "Gate",
    "Honour",
    "IntakeStage",
    "Letter",
    "Model",
    "Node",
    "Part",
    "Predicate",
    "PredicateError",
    "ResultQuestions",
    "Scale",
    "Section",
    "Sourced",
    "Stage",
    "Text",
]
