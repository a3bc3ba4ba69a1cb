"""Pages of the register: my organisations, all organisations, one of them, its goods; doubles."""

from laureat.registry.views.cards import (
    add_representative,
    ask,
    edit,
    edit_good,
    end_representative,
    export,
    known,
    mine,
    new,
    new_good,
    organisation,
    organisations,
)
from laureat.registry.views.doubles import doubles, find_double, merge
from laureat.registry.views.lists import enter_list, list_template
from laureat.registry.views.proposals import proposal, proposals

__all__ = [
    "add_representative",
    "ask",
    "doubles",
    "edit",
    "edit_good",
    "end_representative",
    "enter_list",
    "export",
    "find_double",
    "known",
    "list_template",
    "merge",
    "mine",
    "new",
    "new_good",
    "organisation",
    "organisations",
    "proposal",
    "proposals",
]
