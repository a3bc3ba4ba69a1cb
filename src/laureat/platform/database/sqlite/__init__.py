"""The back end that a database `sqlite:///…` is read with."""
