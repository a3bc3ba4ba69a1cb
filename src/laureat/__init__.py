"""laureat runs quality awards: from the invitation letter to the public register of laureates."""

__version__ = "0.1.0"
