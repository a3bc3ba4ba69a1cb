"""Reading what is public. Nothing here looks at drafts, pending honours, or people."""
