"""Whether it is too late to invite: a contest that takes no applications any more."""

from __future__ import annotations

from laureat.outreach.models import Campaign
from laureat.outreach.wording import template_of, used
from laureat.rulebook import schema
from laureat.rulebook.models import Edition, EditionState, StageState

_OVER = (EditionState.PUBLISHED, EditionState.ARCHIVED)


def invites(letter: schema.Letter) -> bool:
    """Whether a letter asks to apply: by its key, or since it tells when applications open or close."""
    told = used(letter, "ru") | used(letter, "en")
    return letter.key == "invitation" or bool(told & {"opens", "closes"})


def takes_no_more(edition: Edition, region: str = "") -> bool:
    """Whether applications (of `region`, "": of any) are over: closed by hand or by the clock.

    Reads `edition.stages.all()`, so that callers with many editions prefetch them.
    """
    if edition.state in _OVER:
        return True
    first = edition.rules.stages[0].key
    intakes = [
        stage
        for stage in edition.stages.all()
        if stage.key == first and (not region or stage.region in ("", region))
    ]
    return bool(intakes) and all(
        stage.state == StageState.CLOSED or (stage.state == StageState.OPEN and not stage.is_open)
        for stage in intakes
    )


def too_late(campaign: Campaign) -> bool:
    """Whether `campaign` invites to what nobody can apply for any more."""
    try:
        template = template_of(campaign)
    except KeyError:
        return False
    return invites(template) and takes_no_more(campaign.edition, campaign.region)
