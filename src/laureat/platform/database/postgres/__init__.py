"""The back end that a database `postgresql://…` is read with."""
