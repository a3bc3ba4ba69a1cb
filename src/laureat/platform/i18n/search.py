"""Searching and sorting Russian alike on every database.

Neither SQLite's LIKE nor its sorting knows Cyrillic case, and collations differ between servers:
so a normalised key is stored beside the text, and queries look at the key.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_KEEP = re.compile(r"[^0-9a-zа-я]+")


@lru_cache(maxsize=20_000)
def search_key(text: str) -> str:
    """`text` case-folded, ё as е, accents dropped, everything but letters and digits a space.

    >>> search_key("ООО «Берёзка»")
    'ооо березка'
    """
    folded = text.casefold().replace("ё", "е").replace("й", "\ue000")
    bare = "".join(
        char for char in unicodedata.normalize("NFD", folded) if not unicodedata.combining(char)
    )
    return _KEEP.sub(" ", bare.replace("\ue000", "й")).strip()
