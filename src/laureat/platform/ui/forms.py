"""How forms look: every `{{ form }}` and `{{ field.as_field_group }}` goes through here."""

from typing import Any

from django.forms.renderers import DjangoTemplates

OURS = {"django/forms/widgets/select.html": "ui/forms/select.html"}
"""Templates of ours in place of Django's."""


class Renderer(DjangoTemplates):
    """Labels, help, errors in words and icon, a summary that links to the fields."""

    form_template_name = "ui/forms/form.html"
    formset_template_name = "ui/forms/formset.html"
    field_template_name = "ui/forms/field.html"

    def get_template(self, template_name: str) -> Any:
        """The template of this name, or ours in its place."""
        return super().get_template(OURS.get(template_name, template_name))
