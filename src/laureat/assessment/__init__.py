"""Assessors, conflicts, teams, scorebooks, consensus, visits, tastings, results."""
