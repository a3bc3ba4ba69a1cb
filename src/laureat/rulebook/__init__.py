"""What a contest is, as data: stages, categories, criteria, scales, gates, honours, calendar."""
