"""The look: tokens, base page, components (template library `ui`), form renderer, charts."""
