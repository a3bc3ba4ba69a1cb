"""«Кому»: the names of people and their posts in the Russian dative.

Rules err, so every answer says whether it is sure; the secretary corrects the others, and the
correction is stored with the organisation.

>>> of_name("Петров Иван Сергеевич").text
'Петрову И. С.'
>>> of_post("Генеральный директор").text
'Генеральному директору'
"""

from laureat.outreach.dative.names import Name, of_name, parse
from laureat.outreach.dative.posts import of_post
from laureat.outreach.dative.words import Form

__all__ = ["Form", "Name", "of_name", "of_post", "parse"]
