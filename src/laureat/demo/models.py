"""The demo owns no data: it plays seasons through the actions of the rooms."""
