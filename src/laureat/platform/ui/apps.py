from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "laureat.platform.ui"
    label = "ui"
