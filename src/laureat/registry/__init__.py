"""Who: organisations, goods, regions, distinctions."""

CHAIN = "registry/organisations"
"""The ledger chain of what belongs to no edition."""
