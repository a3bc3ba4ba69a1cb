"""App configuration."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Private, content-addressed files."""

    name = "laureat.platform.files"
    label = "files"
