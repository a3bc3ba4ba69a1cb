"""Teams for entries: the best that conflicts, loads and rules of a team allow, and why each pair.

The engine is `assigning`: the largest sum of worths with the entry that is worst off lifted first,
loads as even as they can be, teams mixed so that severities can be compared. What a pair is worth
is said by `task.WORTH`; equals are told apart by lot, a fraction of SHA-256 of seed, entry and assessor,
so that whoever knows the seed finds the same teams. Nobody who was asked before is moved.

Where not every place can be filled, as many as possible are, and the cheapest changes that would
fill the rest are told.
"""

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
from laureat.science.teaming.proposing import propose

__all__ = ["Bridge", "Gap", "Job", "Member", "Person", "Proposal", "TeamRule", "Way", "propose"]
