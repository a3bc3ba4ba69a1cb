"""Teams for entries: the best that conflicts, loads and rules of a team allow, and why each pair.

The engine is `assigning`: the largest sum of worths with the entry that is worst off lifted first,
loads as even as they can be, teams mixed so that severities can be compared. What a pair is worth
is said by `task.WORTH`; equals are told apart by lot, a fraction of SHA-256 of seed, entry and assessor,
so that whoever knows the seed finds the same teams. Nobody who was asked before is moved.

Where not every place can be filled, as many as possible are, and the cheapest changes that would
fill the rest are told. The engine is loaded when it is asked.
"""

from typing import TYPE_CHECKING, Any

from laureat.science.teaming.plain import (
    Bridge,
    Gap,
    Job,
    Member,
    Person,
    Proposal,
    TeamRule,
    Way,
)

if TYPE_CHECKING:
    from laureat.science.teaming.proposing import propose

__all__ = ["Bridge", "Gap", "Job", "Member", "Person", "Proposal", "TeamRule", "Way", "propose"]


def __getattr__(name: str) -> Any:
    if name == "propose":
        from laureat.science.teaming.proposing import propose  # noqa: PLC0415 - see above

        return propose
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
