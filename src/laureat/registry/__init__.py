"""Who: organisations, goods, regions, distinctions."""
