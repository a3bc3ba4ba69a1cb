"""Where regions stand on a tile map of Russia, and three Russian letters for each tile.

PLACES: ISO 3166-2:RU code → (row, column). LETTERS: the same code → letters.

A drawing, not a gazetteer: who is on the map, and under which name, is the caller's data.
"""

from __future__ import annotations

_ROWS = """
0  7:MUR 16:CHU
1  1:KGD 6:KR 9:NEN 11:YAN 15:SA 16:MAG 17:KAM
2  5:SPE 6:LEN 7:NGR 8:VLG 9:ARK 10:KO 11:KHM 12:TYU 13:TOM 14:KYA 15:IRK 16:AMU 17:KHA
3  4:PSK 5:TVE 6:YAR 7:IVA 8:KOS 9:KIR 10:PER 11:SVE 12:KGN 13:OMS 14:KEM 15:BU 16:YEV 17:SAK
4  3:SMO 4:KLU 5:MOW 6:MOS 7:VLA 8:NIZ 9:ME 10:UD 11:CHE 12:NVS 13:KK 14:TY 15:ZAB 16:PRI
5  3:BRY 4:ORL 5:TUL 6:RYA 7:MO 8:CU 9:TA 10:BA 12:ALT 13:AL
6  4:KRS 5:LIP 6:TAM 7:PNZ 8:ULY 9:SAM 10:ORE
7  4:BEL 5:VOR 7:SAR
8  5:ROS 6:VGG 7:AST 8:KL
9  4:KDA 5:AD 6:STA 7:CE 8:DA
10 5:KC 6:KB 7:SE 8:IN
"""

PLACES: dict[str, tuple[int, int]] = {
    f"RU-{code}": (int(line.split()[0]), int(col))
    for line in _ROWS.strip().splitlines()
    for col, code in (pair.split(":") for pair in line.split()[1:])
}

_LETTERS = """
AD:Адг AL:Алт ALT:АлК AMU:Аму ARK:Арх AST:Аст BA:Баш BEL:Бел BRY:Брн BU:Бур CE:Чеч CHE:Чел
CHU:Чук CU:Чув DA:Даг IN:Инг IRK:Ирк IVA:Ива KAM:Кам KB:КБР KC:КЧР KDA:Крд KEM:Кем KGD:Клг
KGN:Кур KHA:Хаб KHM:Хан KIR:Кир KK:Хак KL:Клм KLU:Клж KO:Ком KOS:Кос KR:Кар KRS:Крс KYA:Кря
LEN:Лен LIP:Лип MAG:Маг ME:Мар MO:Мор MOS:МО MOW:Мск MUR:Мур NEN:Нен NGR:Нов NIZ:Ниж NVS:Нск
OMS:Омс ORE:Орб ORL:Орл PER:Прм PNZ:Пнз PRI:При PSK:Пск ROS:Рос RYA:Ряз SA:Якт SAK:Сах
SAM:Сам SAR:Сар SE:Осе SMO:Смо SPE:СПб STA:Ста SVE:Све TA:Тат TAM:Там TOM:Том TUL:Тул
TVE:Тве TY:Тыв TYU:Тюм UD:Удм ULY:Уль VGG:Вгр VLA:Вла VLG:Влг VOR:Вор YAN:Яма YAR:Яро
YEV:Евр ZAB:Заб
"""

LETTERS: dict[str, str] = {
    f"RU-{code}": letters for code, letters in (pair.split(":") for pair in _LETTERS.split())
}
