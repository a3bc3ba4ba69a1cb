"""How forms look: every `{{ form }}` and `{{ field.as_field_group }}` goes through here."""

from django.forms.renderers import DjangoTemplates


class Renderer(DjangoTemplates):
    """Labels, help, errors in words and icon, a summary that links to the fields."""

    form_template_name = "ui/forms/form.html"
    formset_template_name = "ui/forms/formset.html"
    field_template_name = "ui/forms/field.html"
