"""Reading for the pages of letters."""

from laureat.outreach.queries.campaigns import (
    campaign_of,
    campaigns,
    choices,
    count_in,
    latest_campaign,
    letter_of,
    letters,
    line_of,
    making_of,
    region_names,
    title_of,
    views_of,
    waits_since,
    written_to,
)
from laureat.outreach.queries.desk import desk_sections
from laureat.outreach.queries.invitations import takes_no_more, too_late
from laureat.outreach.queries.recipients import (
    Asked,
    Outlook,
    Recipients,
    fingerprint,
    outlook,
    recipients,
    size_choices,
    without_those_written_to,
)

__all__ = [
    "Asked",
    "Outlook",
    "Recipients",
    "campaign_of",
    "campaigns",
    "choices",
    "count_in",
    "desk_sections",
    "fingerprint",
    "latest_campaign",
    "letter_of",
    "letters",
    "line_of",
    "making_of",
    "outlook",
    "recipients",
    "region_names",
    "size_choices",
    "takes_no_more",
    "title_of",
    "too_late",
    "views_of",
    "waits_since",
    "without_those_written_to",
    "written_to",
]
