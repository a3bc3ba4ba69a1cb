"""Reading the register: for pages, for predicates of rulebooks, for the public."""

from laureat.registry.queries.desk import (
    Gap,
    desk_sections,
    gaps,
)
from laureat.registry.queries.facts import (
    facts_of,
    history_of,
    months_between,
    years_between,
)
from laureat.registry.queries.organisations import (
    by_inn,
    distinctions_of,
    good_of,
    goods_of,
    keepers,
    kept_regions,
    known_organisation,
    matching,
    mine,
    organisation_of,
    organisations,
    regions,
    representative,
    representatives,
    representatives_of,
    sectors,
)
from laureat.registry.queries.prefill import (
    Known,
    Prefill,
    known,
)
from laureat.registry.queries.register import (
    conditions,
    distinctions,
    honoured,
    register_counts,
    register_regions,
    register_years,
)
from laureat.registry.queries.searching import begins_word, good_found, named, terms

__all__ = [
    "Gap",
    "Known",
    "Prefill",
    "begins_word",
    "by_inn",
    "conditions",
    "desk_sections",
    "distinctions",
    "distinctions_of",
    "facts_of",
    "gaps",
    "good_found",
    "good_of",
    "goods_of",
    "history_of",
    "honoured",
    "keepers",
    "kept_regions",
    "known",
    "known_organisation",
    "matching",
    "mine",
    "months_between",
    "named",
    "organisation_of",
    "organisations",
    "regions",
    "register_counts",
    "register_regions",
    "register_years",
    "representative",
    "representatives",
    "representatives_of",
    "sectors",
    "terms",
    "years_between",
]
