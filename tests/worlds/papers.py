"""The smallest paper that every reader of PDF opens: one empty page."""

from __future__ import annotations


def one_page(said: str = "", *, version: str = "1.7") -> bytes:
    """A PDF of one empty page; `said` stands in a comment and tells two of them apart."""
    parts = [f"%PDF-{version}\n%{said}\n".encode()]
    places = []
    for number, held in enumerate(
        (
            "/Type/Catalog/Pages 2 0 R",
            "/Type/Pages/Kids[3 0 R]/Count 1",
            "/Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]",
        ),
        start=1,
    ):
        places.append(sum(map(len, parts)))
        parts.append(f"{number} 0 obj\n<<{held}>>\nendobj\n".encode())
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    parts.append(
        f"xref\n0 4\n0000000000 65535 f \n{table}"
        f"trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n{sum(map(len, parts))}\n%%EOF\n".encode()
    )
    return b"".join(parts)
