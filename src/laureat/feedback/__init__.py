"""The report every applicant gets."""
