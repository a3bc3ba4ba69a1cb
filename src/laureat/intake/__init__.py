"""The entry, from eligibility to submission, and its passage through the stages."""
