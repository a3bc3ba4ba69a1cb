"""Public results, catalogue, register, statistics."""
