"""Who may do what: roles with a scope, and permissions that answer with their reason."""
