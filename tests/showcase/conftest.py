"""Pages are read in Russian unless their address says otherwise."""

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def in_russian():
    with translation.override("ru"):
        yield
