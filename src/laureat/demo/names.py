"""Invented organisations, goods and people. Everything is marked: «демо» in Russian, “demo” in
English; none is meant to exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

FORMS = (("ООО", "LLC", 46), ("АО", "JSC", 30), ("ПАО", "PJSC", 8), ("ЗАО", "CJSC", 4))
INSTITUTIONS = {
    "education": ("ФГБОУ ВО", "ГБПОУ"),
    "health": ("ГБУЗ", "ФГБУ"),
    "culture": ("ГБУК",),
}
SECTOR_WORDS = {
    "food": (
        ("Комбинат питания", "Food Works"),
        ("Хлебокомбинат", "Bakery"),
        ("Молочный завод", "Dairy"),
        ("Мясокомбинат", "Meat Works"),
    ),
    "machinery": (("Машзавод", "Machine Works"), ("Станкозавод", "Machine Tools")),
    "textiles": (("Швейная фабрика", "Garment Factory"), ("Трикотаж", "Knitwear")),
    "metals": (("Металлургический завод", "Metal Works"), ("Литейный завод", "Foundry")),
    "chemicals": (("Химзавод", "Chemical Works"), ("Полимер", "Polymers")),
    "electronics": (("Приборный завод", "Instrument Works"), ("Радиозавод", "Radio Works")),
    "electrical": (("Электрозавод", "Electrical Works"), ("Кабельный завод", "Cable Works")),
    "energy": (("Энергосбыт", "Power"), ("Тепловые сети", "Heat Networks")),
    "education": (
        ("Технический университет", "Technical University"),
        ("Колледж технологий", "College of Technology"),
    ),
    "health": (
        ("Клиническая больница", "Clinical Hospital"),
        ("Центр реабилитации", "Rehabilitation Centre"),
    ),
    "construction": (
        ("Домостроительный комбинат", "House Building Works"),
        ("Стройтрест", "Construction Trust"),
    ),
    "transport": (("Автотранс", "Road Transport"), ("Грузовой порт", "Cargo Port")),
    "it": (("Информсистемы", "Information Systems"), ("Софт", "Software")),
    "services": (("Бытсервис", "Services"), ("Инженерный сервис", "Engineering Services")),
    "wood": (("Деревообработка", "Woodworking"), ("Мебельная мастерская", "Woodcraft")),
    "vehicles": (("Вагоностроительный завод", "Carriage Works"), ("Авиазавод", "Aircraft Works")),
    "agriculture": (("Агрофирма", "Agrofirm"), ("Птицефабрика", "Poultry Farm")),
    "culture": (
        ("Дом ремёсел", "House of Crafts"),
        ("Центр народного творчества", "Folk Arts Centre"),
    ),
}
GENERAL_WORDS = (("Предприятие", "Enterprise"), ("Завод", "Works"), ("Компания", "Company"))
PROPER = (
    ("Кедр", "Kedr"),
    ("Заря", "Zarya"),
    ("Восход", "Voskhod"),
    ("Сокол", "Sokol"),
    ("Родник", "Rodnik"),
    ("Берёзка", "Beryozka"),
    ("Меридиан", "Meridian"),
    ("Полюс", "Polyus"),
    ("Маяк", "Mayak"),
    ("Север", "Sever"),
    ("Исток", "Istok"),
    ("Прогресс", "Progress"),
    ("Луч", "Luch"),
    ("Орион", "Orion"),
    ("Вега", "Vega"),
    ("Сигнал", "Signal"),
    ("Гранит", "Granit"),
    ("Янтарь", "Yantar"),
    ("Рубин", "Rubin"),
    ("Алмаз", "Almaz"),
    ("Ладога", "Ladoga"),
    ("Енисей", "Yenisei"),
    ("Амур", "Amur"),
    ("Урал", "Ural"),
    ("Волна", "Volna"),
    ("Горизонт", "Gorizont"),
    ("Эталон", "Etalon"),
    ("Фрегат", "Fregat"),
    ("Каскад", "Kaskad"),
    ("Импульс", "Impuls"),
    ("Вектор", "Vektor"),
    ("Спектр", "Spektr"),
    ("Тайга", "Taiga"),
    ("Колос", "Kolos"),
    ("Нива", "Niva"),
    ("Парус", "Parus"),
)
GOODS = {
    "food": (
        ("Хлеб «{n}»", "“{e}” bread"),
        ("Масло сливочное «{n}»", "“{e}” butter"),
        ("Пельмени «{n}»", "“{e}” dumplings"),
        ("Сыр «{n}»", "“{e}” cheese"),
        ("Колбаса варёная «{n}»", "“{e}” sausage"),
        ("Мёд цветочный «{n}»", "“{e}” honey"),
        ("Вода минеральная «{n}»", "“{e}” mineral water"),
    ),
    "consumer": (
        ("Куртка зимняя «{n}»", "“{e}” winter jacket"),
        ("Шкаф «{n}»", "“{e}” wardrobe"),
        ("Светильник «{n}»", "“{e}” lamp"),
        ("Матрас «{n}»", "“{e}” mattress"),
    ),
    "technical": (
        ("Редуктор шахтный «{n}»", "“{e}” mine gearbox"),
        ("Кабель силовой «{n}»", "“{e}” power cable"),
        ("Конвейер ленточный «{n}»", "“{e}” belt conveyor"),
        ("Насос центробежный «{n}»", "“{e}” centrifugal pump"),
    ),
    "craft": (
        ("Берестяной туес «{n}»", "“{e}” birch-bark box"),
        ("Кукла в народном костюме «{n}»", "“{e}” folk doll"),
        ("Роспись по дереву «{n}»", "“{e}” painted woodwork"),
    ),
    "service": (
        ("Санаторное лечение «{n}»", "“{e}” spa treatment"),
        ("Восстановление суставов «{n}»", "“{e}” joint rehabilitation"),
        ("Курсы рабочих профессий «{n}»", "“{e}” vocational courses"),
    ),
    "service-technical": (
        ("Поверка средств измерений «{n}»", "“{e}” instrument verification"),
        ("Неразрушающий контроль «{n}»", "“{e}” non-destructive testing"),
        ("Сопровождение учётных программ «{n}»", "“{e}” software support"),
    ),
}
ONLY_BY = {
    "Куртка зимняя «{n}»": "textiles",
    "Матрас «{n}»": "textiles",
    "Шкаф «{n}»": "wood",
    "Светильник «{n}»": "wood",
    "Редуктор шахтный «{n}»": "machinery",
    "Конвейер ленточный «{n}»": "machinery",
    "Кабель силовой «{n}»": "electrical",
    "Насос центробежный «{n}»": "metals",
    "Санаторное лечение «{n}»": "health",
    "Восстановление суставов «{n}»": "health",
    "Курсы рабочих профессий «{n}»": "education",
    "Поверка средств измерений «{n}»": "services",
    "Неразрушающий контроль «{n}»": "services",
    "Сопровождение учётных программ «{n}»": "it",
}
"""Goods that only enterprises of one sector make."""
CATEGORY_SECTORS = {
    "food": ("food", "agriculture"),
    "consumer": ("textiles", "wood"),
    "technical": ("machinery", "electrical", "metals"),
    "craft": ("wood", "culture"),
    "service": ("health", "education"),
    "service-technical": ("services", "it"),
}
SURNAMES = (
    "Иванова",
    "Петров",
    "Сидорова",
    "Кузнецов",
    "Смирнова",
    "Васильев",
    "Попова",
    "Соколов",
    "Михайлова",
    "Новиков",
    "Фёдорова",
    "Морозов",
    "Волкова",
    "Алексеев",
    "Лебедева",
    "Семёнов",
    "Егорова",
    "Павлов",
    "Козлова",
    "Степанов",
    "Николаева",
    "Орлов",
    "Андреева",
    "Макаров",
    "Захарова",
    "Зайцев",
    "Соловьёва",
    "Борисов",
    "Яковлева",
    "Григорьев",
    "Романова",
    "Воробьёв",
)
WOMEN = ("Мария", "Анна", "Елена", "Ольга", "Наталья", "Татьяна", "Ирина", "Светлана")
MEN = ("Андрей", "Сергей", "Дмитрий", "Алексей", "Иван", "Павел", "Михаил", "Николай")
PATRONYMICS = ("Сергеев", "Андреев", "Иванов", "Павлов", "Николаев", "Михайлов", "Алексеев")
POSTS = ("Генеральный директор", "Директор", "Исполнительный директор")


@dataclass(frozen=True)
class Name:
    """A name in both languages."""

    ru: str
    en: str


def organisation_name(random: Random, sector: str, taken: set[str]) -> Name:
    """An organisation that nobody has founded, e.g. АО «Приборный завод „Вега-демо“».

    A name in `taken` gets a number; the name is added to it.
    """
    proper = random.choice(PROPER)
    word = random.choice(SECTOR_WORDS.get(sector, GENERAL_WORDS))
    if sector in INSTITUTIONS:
        words = SECTOR_WORDS.get(sector, GENERAL_WORDS)
        place = words.index(word) % len(INSTITUTIONS[sector])
        form_ru, form_en = INSTITUTIONS[sector][place], ""
    else:
        form_ru, form_en, _weight = random.choices(FORMS, [each[2] for each in FORMS])[0]
    number = _number(f"{form_ru} {word[0]} {proper[0]}", taken)
    return Name(
        f"{form_ru} «{word[0]} {proper[0]}-демо{number}»",
        f"{proper[1]}-demo{number} {word[1]} {form_en}".strip(),
    )


def _number(name: str, taken: set[str]) -> str:
    """Nothing for the first of a name, then " 2", " 3", …"""
    number = 1
    while (full := f"{name} {number}") in taken:
        number += 1
    taken.add(full)
    return f" {number}" if number > 1 else ""


def good_name(random: Random, category: str, sector: str, taken: set[str]) -> Name:
    """A good that nobody makes, and that an enterprise of `sector` could make."""
    goods = GOODS.get(category, GOODS["technical"])
    ru, en = random.choice(
        [each for each in goods if ONLY_BY.get(each[0], sector) == sector] or goods
    )
    proper = random.choice(PROPER)
    number = _number(f"{ru} {proper[0]}", taken)
    return Name(ru.format(n=f"{proper[0]}-демо{number}"), en.format(e=f"{proper[1]}-demo{number}"))


def person_name(random: Random) -> str:
    """A person who does not exist, e.g. Петров Сергей Иванович (демо)."""
    surname = random.choice(SURNAMES)
    woman = surname.endswith("а")
    first = random.choice(WOMEN if woman else MEN)
    patronymic = random.choice(PATRONYMICS) + ("на" if woman else "ич")
    return f"{surname} {first} {patronymic} (демо)"


def head_of(random: Random) -> tuple[str, str]:
    """Name and post of the head of an organisation."""
    return person_name(random), random.choice(POSTS)


def inn(random: Random, region: str) -> str:
    """A ten-digit INN of `region` with the right check digit."""
    digits = f"{int(region):02d}{random.randrange(10**7):07d}"
    weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
    check = sum(w * int(d) for w, d in zip(weights, digits, strict=True)) % 11 % 10
    return f"{digits}{check}"


def ogrn(random: Random, region: str) -> str:
    """A thirteen-digit OGRN of `region` with the right check digit."""
    digits = f"1{random.randrange(3, 21):02d}{int(region):02d}{random.randrange(10**7):07d}"
    return f"{digits}{int(digits) % 11 % 10}"
