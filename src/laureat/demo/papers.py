"""Files that invented applicants attach: valid, and marked as invented."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from zipfile import ZipFile, ZipInfo

from laureat.demo.remarks import praise
from laureat.platform.documents import render_pdf
from laureat.rulebook import schema
from laureat.rulebook.schema.stages import AssessmentStage

NOTE = (
    "Этот файл стоит в демонстрации на месте документа настоящего участника. Организация, её "
    "работа и показатели вымышлены (демо)."
)
_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
_JPG = bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffdb004300" + "01" * 64 + "ffc0000b080001000101011100"
    "ffc40014000100000000000000000000000000000000ffda0008010100003f0000ffd9"
)
_MP4 = bytes.fromhex("000000186674797069736f6d0000020069736f6d6d703432")
_SAMPLES = {"png": _PNG, "jpg": _JPG, "jpeg": _JPG, "mp4": _MP4}


def sample_file(ending: str) -> bytes:
    """The smallest valid file of a kind that is not written here: a picture, a film, an archive."""
    if ending in _SAMPLES:
        return _SAMPLES[ending]
    archive = BytesIO()
    with ZipFile(archive, "w") as made:  # Office documents are archives as well
        made.writestr(ZipInfo("[Content_Types].xml"), "<Types/>")
    return archive.getvalue()


@dataclass
class Papers:
    """The files of one season. A paper without an organisation on it is made once for everybody."""

    rules: schema.Edition
    made: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def attached(self, asked: schema.Field, organisation: str = "") -> tuple[str, bytes]:
        """Name and bytes of the file for a field: a PDF where the field takes one."""
        ending = min(asked.accept, key=lambda each: (each != "pdf", each))
        name = f"{asked.key}-демо.{ending}"
        if ending != "pdf":
            return name, sample_file(ending)
        place = (asked.key, organisation)
        if place not in self.made:
            self.made[place] = self._paper(asked, organisation)
        return name, self.made[place]

    def _paper(self, asked: schema.Field, organisation: str) -> bytes:
        data = {
            "edition": self.rules.title.ru,
            "organisation": organisation,
            "note": NOTE,
            "criteria": self._criteria() if "report" in asked.key else [],
            "demo": True,
        }
        return render_pdf("demo/paper", data, language="ru", title=asked.label.ru)

    def _criteria(self) -> list[dict[str, object]]:
        stage = next(
            (each for each in self.rules.stages if isinstance(each, AssessmentStage)), None
        )
        if stage is None:
            return []
        model = self.rules.models[stage.scorebook.model]
        return [_told(number, each) for number, each in enumerate(model.criteria, 1)]


def _told(number: int, criterion: schema.Criterion) -> dict[str, object]:
    parts = [
        {
            "title": f"{number}.{place}. {part.title.ru}",
            "text": " ".join(praise(part.key)) or f"{part.title.ru}: рассказ участника (демо).",
        }
        for place, part in enumerate(criterion.parts, 1)
    ]
    return {
        "title": f"{number}. {criterion.title.ru}",
        "text": " ".join(praise(criterion.key)),
        "parts": parts,
    }
