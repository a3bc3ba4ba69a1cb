"""What is done to the register of organisations, goods and distinctions."""

from laureat.registry.actions.asking import ask_to_act_for
from laureat.registry.actions.distinctions import record_distinction, revoke_distinction
from laureat.registry.actions.goods import GoodData, change_good, register_good
from laureat.registry.actions.history import ImportedHistory, import_history
from laureat.registry.actions.importing import Imported, Known, import_organisations
from laureat.registry.actions.merging import merge_organisations
from laureat.registry.actions.organisations import (
    OrganisationData,
    add_representative,
    change_organisation,
    end_representative,
    register_organisation,
)
from laureat.registry.actions.proposals import (
    Outcome,
    change_or_propose,
    decide_proposal,
    withdraw_proposal,
)
from laureat.registry.actions.tables import load_regions, load_sectors

__all__ = [
    "GoodData",
    "Imported",
    "ImportedHistory",
    "Known",
    "OrganisationData",
    "Outcome",
    "add_representative",
    "ask_to_act_for",
    "change_good",
    "change_or_propose",
    "change_organisation",
    "decide_proposal",
    "end_representative",
    "import_history",
    "import_organisations",
    "load_regions",
    "load_sectors",
    "merge_organisations",
    "record_distinction",
    "register_good",
    "register_organisation",
    "revoke_distinction",
    "withdraw_proposal",
]
