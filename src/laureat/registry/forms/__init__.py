"""What people type about organisations and goods."""

from laureat.registry.forms.cards import (
    DoubleForm,
    FilterForm,
    GoodForm,
    OrganisationForm,
    RepresentativeForm,
    add_refusal,
    day_input,
    offer,
)
from laureat.registry.forms.facts import DecisionForm, FactsForm

__all__ = [
    "DecisionForm",
    "DoubleForm",
    "FactsForm",
    "FilterForm",
    "GoodForm",
    "OrganisationForm",
    "RepresentativeForm",
    "add_refusal",
    "day_input",
    "offer",
]
