"""What forms are made of."""

from django import forms
from django.forms.renderers import DjangoTemplates

from laureat.platform.ui.forms import Renderer


class Colour(forms.Select):
    """With an option that cannot be chosen and one with a word of its own."""

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        if value == "grey":
            option["attrs"] |= {"disabled": True, "data-why": 5, "hidden": False}
        return option


CHOICES = [
    ("", "—"),
    (None, "nothing"),
    (1000, "a thousand"),
    ("Warm & light", [("red", "<red>"), ('a "quoted" one', "‘quoted’")]),
    ("Cold", [("grey", "grey"), ("blue", "blue")]),
]


def test_a_choice_is_what_django_makes_of_it():
    for kind in (Colour, forms.SelectMultiple):
        for value in ("", "grey", 1000, ["red", "blue"]):
            widget = kind(attrs={"class": "wide", "required": True}, choices=CHOICES)
            drawn = {
                renderer: widget.render("colour", value, {"id": "id_colour"}, renderer())
                for renderer in (Renderer, DjangoTemplates)
            }
            assert drawn[Renderer].split() == drawn[DjangoTemplates].split()
            assert drawn[Renderer].count("<option") == 7
