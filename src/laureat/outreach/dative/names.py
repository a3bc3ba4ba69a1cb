"""People's names in the dative."""

from __future__ import annotations

import re
from dataclasses import dataclass

from laureat.outreach.dative.words import VOWELS, Form, adjective, is_russian, like, syllables

MALE, FEMALE = "male", "female"

_INITIAL = re.compile(r"[А-ЯЁ]\.(?:-[А-ЯЁ]\.)?")
_REMARK = re.compile(r"(?<=\S)\s*\([^()]*\)\s*$")
_GLUED = re.compile(r"(?<=\.)(?=[А-ЯЁ])")
_FATHERS_SON = re.compile(r"(?:ович|евич|ич)$")
_FATHERS_DAUGHTER = re.compile(r"(?:овна|евна|ична|инична)$")
_TURKIC = {"оглы": MALE, "улы": MALE, "кызы": FEMALE}

_MEN = """адам александр алексей анатолий андрей антон аркадий арсений артем артём артур богдан
борис вадим валентин валерий василий вениамин виктор виталий владимир владислав всеволод вячеслав
геннадий георгий герман глеб григорий давид даниил данила денис дмитрий евгений егор иван игорь
илья иосиф ирек ильдар камиль кирилл константин лев леонид лука макар максим марат марк матвей
михаил никита николай олег павел пётр петр равиль радик рамиль ренат ринат рашид роман рустам
руслан савва семён семен сергей станислав степан тимофей тимур фарид фёдор федор филипп фома шамиль
эдуард юрий яков ян ярослав"""
_WOMEN = """александра алена алёна алина алла альбина анастасия анна антонина валентина валерия
варвара вера вероника виктория галина гульнара дарья диана дина ева евгения екатерина елена
елизавета жанна зинаида зоя инна ирина карина кира клавдия кристина ксения лариса лидия лилия
любовь людмила маргарита марина мария надежда наталия наталья нина оксана олеся ольга полина раиса
регина римма светлана снежана софия софья тамара татьяна ульяна юлия яна"""
FIRST_NAMES = dict.fromkeys(_MEN.split(), MALE) | dict.fromkeys(_WOMEN.split(), FEMALE)

_STIFF = frozenset(["дюма", "тома", "дега", "люка", "ферма", "гамарра", "петипа"])
"""Surnames that end in a and do not change."""
_IRREGULAR = {"лев": "льву", "пётр": "петру", "петр": "петру", "павел": "павлу"}


@dataclass(frozen=True)
class Name:
    """The parts of a name as somebody wrote it down."""

    surname: str
    first: str = ""
    """Full, or an initial with its dot."""
    father: str = ""
    """Patronymic, full or an initial."""
    gender: str = ""
    sure: bool = True

    @property
    def initials(self) -> str:
        """«И. С.»"""
        parts = [part for part in (self.first, self.father) if part]
        return " ".join(part if part.endswith(".") else f"{part[0]}." for part in parts)

    @property
    def spoken(self) -> str:
        """«Иван Сергеевич», or nothing when only initials are known."""
        if not self.first or self.first.endswith(".") or self.father.endswith("."):
            return ""
        return f"{self.first} {self.father}".strip()


def parse(text: str) -> Name:
    """The parts of `text`, in whichever order they stand; a remark in brackets is none of them."""
    text = _REMARK.sub("", text)
    words = _GLUED.sub(" ", " ".join(text.replace(",", " ").split())).split()
    initials = [word for word in words if _INITIAL.fullmatch(word)]
    rest = [word for word in words if not _INITIAL.fullmatch(word)]
    if initials:
        return _with_initials(initials, rest)
    tail = rest.pop() if rest and rest[-1].lower() in _TURKIC else ""
    if tail:
        gender = _TURKIC[tail.lower()]
        parts = [*rest, "", "", ""][:3]
        return Name(parts[0], parts[1], f"{parts[2]} {tail}".strip(), gender)
    if len(rest) == 3:
        surname, first, father = _three(rest)
        return Name(surname, first, father, _gender_of(first, father, surname))
    if len(rest) == 2:
        return _two(rest)
    if len(rest) == 1:
        gender = _gender_of("", "", rest[0])
        return Name(rest[0], gender=gender, sure=bool(gender))
    return Name(" ".join(words), sure=False)


def _with_initials(initials: list[str], rest: list[str]) -> Name:
    surname = " ".join(rest)
    gender = _gender_of("", "", surname)
    return Name(
        surname,
        initials[0],
        " ".join(initials[1:]),
        gender,
        sure=bool(gender) and len(rest) == 1,
    )


def _three(words: list[str]) -> tuple[str, str, str]:
    if _is_father(words[1]):  # Иван Сергеевич Петров
        return words[2], words[0], words[1]
    return words[0], words[1], words[2]


def _two(words: list[str]) -> Name:
    first, second = words
    if _is_father(second) and first.lower() in FIRST_NAMES:
        return Name("", first, second, _gender_of(first, second, ""), sure=False)
    if second.lower() in FIRST_NAMES:
        surname, given = first, second
    elif first.lower() in FIRST_NAMES:
        surname, given = second, first
    else:
        return Name(first, second, gender=_gender_of(second, "", first), sure=False)
    return Name(surname, given, gender=FIRST_NAMES[given.lower()])


def _is_father(word: str) -> bool:
    lower = word.lower()
    return bool(_FATHERS_SON.search(lower) or _FATHERS_DAUGHTER.search(lower))


def _gender_of(first: str, father: str, surname: str) -> str:
    if _FATHERS_DAUGHTER.search(father.lower()):
        return FEMALE
    if _FATHERS_SON.search(father.lower()):
        return MALE
    if first.lower() in FIRST_NAMES:
        return FIRST_NAMES[first.lower()]
    if re.search(r"(?:[оеё]ва|[иы]на|ская|цкая|ая|яя)$", surname.lower()):
        return FEMALE
    if re.search(r"(?:[оеё]в|[иы]н|ский|цкий|ый|ой)$", surname.lower()):
        return MALE
    return ""


def of_name(text: str) -> Form:
    """«Петрову И. С.»: surname in the dative and initials, as the standard of office work has it.

    A name that is not Russian is left as it is, and so is a remark in brackets after a name.
    """
    text = " ".join(text.split())
    if remark := _REMARK.search(text):
        bare = of_name(text[: remark.start()])
        return Form(f"{bare.text}{remark[0]}", bare.sure)
    if not text:
        return Form("")
    if not is_russian(text):
        return Form(text, sure=False)
    name = parse(text)
    if not name.surname:
        return Form(f"{_first(name)} {_father(name)}".strip(), sure=False)
    if not name.gender:
        return Form(f"{name.surname} {name.initials}".strip(), sure=_stiff(name.surname))
    surname = _surname(name.surname, name.gender)
    return Form(f"{surname.text} {name.initials}".strip(), sure=name.sure and surname.sure)


def _stiff(surname: str) -> bool:
    """Whether a surname keeps its form for men and women alike."""
    lower = surname.lower()
    return lower[-1:] in set("оеэиыую") or lower.endswith(("их", "ых"))


def _surname(surname: str, gender: str) -> Form:
    parts = surname.split("-")
    forms = [_simple_surname(part, gender) for part in parts]
    return Form(
        "-".join(like(part, form.text) for part, form in zip(parts, forms, strict=True)),
        sure=all(form.sure for form in forms),
    )


def _simple_surname(surname: str, gender: str) -> Form:
    word = surname.lower()
    if _stiff(word) or word in _STIFF or len(word) < 2:
        return Form(word)
    if word.endswith("а"):
        if gender == FEMALE and re.search(r"(?:[оеё]в|[иы]н|[сц]к)а$", word):
            return Form(word[:-1] + "ой")
        return Form(word, sure=False) if word[-2] in VOWELS else Form(word[:-1] + "е")
    if gender == FEMALE:
        return _womans_surname(word)
    return _mans_surname(word)


def _womans_surname(word: str) -> Form:
    declined = adjective(word) if word.endswith(("ая", "яя")) else None
    if declined:
        return Form(declined)
    if word.endswith("ия"):
        return Form(word[:-1] + "и")
    if word.endswith("я"):
        return Form(word[:-1] + "е")
    return Form(word)


def _mans_surname(word: str) -> Form:
    if word.endswith("ия"):
        return Form(word[:-1] + "и")
    if word.endswith("я"):
        return Form(word[:-1] + "е")
    if word.endswith("ь"):
        return Form(word[:-1] + "ю", sure=not word.endswith("ень"))
    if word.endswith("й"):
        return _surname_in_short_i(word)
    if word.endswith("ец") and syllables(word) > 1:
        stem = word[:-2]
        if stem[-1] in VOWELS:
            return Form(f"{stem}йцу", sure=False)
        return Form(f"{stem}{'ь' if stem[-1] == 'л' else ''}цу")
    if word.endswith("яц"):
        return Form(f"{word[:-2]}йцу", sure=False)
    if word.endswith(("ок", "ек", "ёк")) and syllables(word) > 1:
        return Form(word + "у", sure=False)
    return Form(word + "у")


def _surname_in_short_i(word: str) -> Form:
    if syllables(word) == 1:
        return Form(word[:-1] + "ю")
    if word.endswith(("вей", "бей")):
        return Form(word[:-2] + "ью")
    declined = adjective(word)
    return Form(declined or word[:-1] + "ю")


def _first(name: Name) -> str:
    word = name.first.lower()
    if word in _IRREGULAR:
        return like(name.first, _IRREGULAR[word])
    if word.endswith("ия"):
        changed = word[:-1] + "и"
    elif word.endswith(("а", "я")):
        changed = word[:-1] + "е"
    elif word.endswith("ь"):
        changed = word[:-1] + ("и" if name.gender == FEMALE else "ю")
    elif word.endswith("й"):
        changed = word[:-1] + "ю"
    elif name.gender == FEMALE or word[-1:] in VOWELS:
        changed = word
    else:
        changed = word + "у"
    return like(name.first, changed)


def _father(name: Name) -> str:
    lower = name.father.lower()
    if _FATHERS_SON.search(lower):
        return name.father + "у"
    if _FATHERS_DAUGHTER.search(lower):
        return name.father[:-1] + "е"
    return name.father
