"""What is done with rulebooks: loading them, uploading them; opening, closing and moving stages."""

from laureat.rulebook.actions.loading import load, load_read
from laureat.rulebook.actions.stages import close_stage, move_dates, move_edition, open_stage
from laureat.rulebook.actions.uploading import Uploaded, load_upload

__all__ = [
    "Uploaded",
    "close_stage",
    "load",
    "load_read",
    "load_upload",
    "move_dates",
    "move_edition",
    "open_stage",
]
