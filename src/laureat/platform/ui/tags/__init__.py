"""The parts of the template library `ui`; pages load them as one, see `templatetags/ui.py`."""
