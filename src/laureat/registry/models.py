"""Who takes part. Nothing but the registry crosses editions."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from laureat.platform.clock import now
from laureat.platform.i18n.search import search_key
from laureat.platform.identity import new_uid


class Region(models.Model):
    """A subject of the Russian Federation by its two-digit code; a cell of the tile map."""

    code = models.CharField(max_length=2, primary_key=True)
    name_ru = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    short_ru = models.CharField(max_length=12)
    """A few letters for the tile map."""
    short_en = models.CharField(max_length=12)
    zone = models.CharField(max_length=40, default="Europe/Moscow")
    row = models.PositiveSmallIntegerField()
    column = models.PositiveSmallIntegerField()

    class Meta:
        """By code."""

        ordering = ("code",)

    def __str__(self) -> str:
        return self.code


class Sector(models.Model):
    """A line of business, for statistics."""

    key = models.CharField(max_length=40, primary_key=True)
    title_ru = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.key


class Standing(models.Manager["Organisation"]):
    """The organisations of the register, without the doubles that were merged into another."""

    def get_queryset(self) -> models.QuerySet[Organisation]:
        """Without the merged ones."""
        return super().get_queryset().filter(merged_into=None)


class Organisation(models.Model):
    """An enterprise, institution or entrepreneur.

    A legal entity has one INN and one OGRN; its KPP says at which place the tax service knows it.
    So there is one head office to an INN, and beside it as many branches (обособленные
    подразделения) as take part by themselves, each with a KPP of its own.
    """

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    name_ru = models.CharField(_("name in Russian"), max_length=300)
    name_en = models.CharField(_("name in English"), max_length=300, blank=True)
    inn = models.CharField(_("INN"), max_length=12, blank=True)
    ogrn = models.CharField(_("OGRN"), max_length=15, blank=True)
    kpp = models.CharField(_("KPP"), max_length=9, blank=True)
    is_branch = models.BooleanField(_("branch"), default=False)
    """Not the legal entity itself, but a branch of it: same INN, a KPP of its own."""
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="organisations", null=True, blank=True
    )
    city_ru = models.CharField(max_length=120, blank=True)
    city_en = models.CharField(max_length=120, blank=True)
    address = models.CharField(_("postal address"), max_length=300, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    site = models.URLField(_("site"), blank=True)
    head_name = models.CharField(_("head"), max_length=200, blank=True)
    head_post = models.CharField(_("post of the head"), max_length=200, blank=True)
    head_name_dative = models.CharField(max_length=200, blank=True)
    """«Кому»: corrected by the secretary where the rule errs, then kept."""
    head_post_dative = models.CharField(max_length=200, blank=True)
    headcount = models.PositiveIntegerField(_("headcount"), null=True, blank=True)
    sector = models.ForeignKey(
        Sector, on_delete=models.PROTECT, related_name="organisations", null=True, blank=True
    )
    founded_on = models.DateField(_("active since"), null=True, blank=True)
    is_demo = models.BooleanField(default=False)
    """Invented: shown as «демо» wherever it appears."""
    source_ru = models.CharField(max_length=300, blank=True)
    source_en = models.CharField(max_length=300, blank=True)
    """Where a real organisation's facts come from; a name that is none of a language's is in both."""
    search = models.CharField(max_length=700, editable=False, db_index=True)
    """Case-folded, ё→е: what searching looks at on both engines."""
    sort_key = models.CharField(max_length=300, editable=False, db_index=True)
    registered_at = models.DateTimeField(default=now)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    """Of a double: the organisation that has taken over everything; addresses lead there.

    Without an index: nearly every row says NULL, and SQLite would take it before a useful one.
    """

    objects = Standing()
    every = models.Manager["Organisation"]()
    """With the doubles that were merged; what follows a key finds them too."""

    class Meta:
        """One head office to an INN; an INN/KPP pair names one organisation."""

        ordering = ("sort_key", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["inn", "kpp"],
                condition=~models.Q(inn="") & models.Q(merged_into=None),
                name="one_organisation_per_inn_kpp",
            ),
            models.UniqueConstraint(
                fields=["inn"],
                condition=~models.Q(inn="") & models.Q(is_branch=False, merged_into=None),
                name="one_head_office_per_inn",
            ),
            models.CheckConstraint(
                condition=models.Q(is_branch=False) | ~models.Q(kpp=""), name="branches_have_a_kpp"
            ),
        )
        # The constraints above do not serve as indexes on SQLite: their conditions are not implied
        # by `inn = ?`.
        indexes = (
            models.Index(fields=["inn"], name="organisations_by_inn"),
            models.Index(fields=["ogrn"], name="organisations_by_ogrn"),
        )

    def __str__(self) -> str:
        return self.name_ru

    def derive(self) -> None:
        """Set the stored search and sort keys from the names."""
        self.search = search_key(f"{self.name_ru} {self.name_en} {self.inn} {self.city_ru}")[:700]
        self.sort_key = search_key(self.name_ru.split("«", 1)[-1])[:300]


class Good(models.Model):
    """A product or service."""

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="goods")
    name_ru = models.CharField(_("name in Russian"), max_length=300)
    name_en = models.CharField(_("name in English"), max_length=300, blank=True)
    okpd2 = models.CharField(_("OKPD2 code"), max_length=12, blank=True)
    normative_document = models.CharField(_("normative document"), max_length=200, blank=True)
    launched_on = models.DateField(_("on the market since"), null=True, blank=True)
    is_demo = models.BooleanField(default=False)
    search = models.CharField(max_length=700, editable=False, db_index=True)

    class Meta:
        """By organisation."""

        ordering = ("organisation", "name_ru", "pk")

    def __str__(self) -> str:
        return self.name_ru

    def derive(self) -> None:
        """Set the stored search key from the names."""
        self.search = search_key(f"{self.name_ru} {self.name_en}")[:700]


class Told(models.Manager["Distinction"]):
    """The honours of the register, without those that another row tells already."""

    def get_queryset(self) -> models.QuerySet[Distinction]:
        """Without the doubles."""
        return super().get_queryset().filter(merged_into=None)


class Distinction(models.Model):
    """An honour as the register keeps it for ever: of past years from sources, of our own
    editions when they are published. The honours room writes it, eligibility reads it.
    """

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    award_key = models.CharField(max_length=60, db_index=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="distinctions"
    )
    organisation_ru = models.CharField(max_length=300, blank=True)
    organisation_en = models.CharField(max_length=300, blank=True)
    good = models.ForeignKey(
        Good, on_delete=models.PROTECT, related_name="distinctions", null=True, blank=True
    )
    good_ru = models.CharField(max_length=300, blank=True)
    good_en = models.CharField(max_length=300, blank=True)
    """What the two were called on the day; whoever is renamed since stays honoured by these names."""
    search = models.CharField(max_length=1300, blank=True, editable=False)
    """The names of the day as searching looks at them; "" while they are still the names."""
    honour_key = models.CharField(max_length=60)
    title_ru = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    category_key = models.CharField(max_length=60, blank=True)
    category_ru = models.CharField(max_length=200, blank=True)
    category_en = models.CharField(max_length=200, blank=True)
    tone = models.CharField(max_length=6, default="laurel")
    source_title_ru = models.CharField(max_length=300, blank=True)
    source_title_en = models.CharField(max_length=300, blank=True)
    source_url = models.CharField(max_length=300, blank=True)
    note_ru = models.CharField(max_length=300, blank=True)
    note_en = models.CharField(max_length=300, blank=True)
    """What a reader should know about it, e.g. that the source is vague."""
    inferred = models.JSONField(default=list, blank=True)
    """What was concluded, not read in the source: "year", "category", "region", …"""
    reference = models.CharField(max_length=16, blank=True, db_index=True)
    """uid of the honour in the edition it was given in ("" for past years)."""
    revoked_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    """Of an honour that two cards of one organisation told: the row that tells it now."""

    objects = Told()
    every = models.Manager["Distinction"]()
    """With the doubles; what follows a key finds them too."""

    class Meta:
        """Newest first."""

        ordering = ("-year", "award_key", "organisation__sort_key", "pk")
        # The order of the public register: its first page is read off, not sorted out.
        indexes = (models.Index(fields=["-year", "award_key"], name="distinctions_newest"),)

    def __str__(self) -> str:
        return f"{self.award_key} {self.year}: {self.honour_key}"

    def derive(self) -> None:
        """Set the stored search key: names that nobody bears any more are found by it."""
        old = f"{self.organisation_ru} {self.organisation_en}" if self.organisation_renamed else ""
        if self.good_renamed:
            old += f" {self.good_ru} {self.good_en}"
        self.search = search_key(old)[:1300]

    @property
    def organisation_renamed(self) -> bool:
        """Whether the organisation bears another name today."""
        return _renamed(self, "organisation", self.organisation)

    @property
    def good_renamed(self) -> bool:
        """Whether the good bears another name today."""
        return self.good is not None and _renamed(self, "good", self.good)


def _renamed(honour: Distinction, what: str, today: Organisation | Good) -> bool:
    """A name that was not known on the day, or is not known any more, is no other name."""
    for language in ("ru", "en"):
        then, since = getattr(honour, f"{what}_{language}"), getattr(today, f"name_{language}")
        if then and since and then != since:
            return True
    return False


class ProposalState(models.TextChoices):
    """What became of a proposed change."""

    WAITING = "waiting", pgettext_lazy("proposed change", "waits for a decision")
    ACCEPTED = "accepted", pgettext_lazy("proposed change", "accepted")
    DECLINED = "declined", pgettext_lazy("proposed change", "declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("proposed change", "taken back")


TRANSITIONS = {
    ProposalState.WAITING: {
        ProposalState.ACCEPTED,
        ProposalState.DECLINED,
        ProposalState.WITHDRAWN,
    },
    ProposalState.ACCEPTED: set(),
    ProposalState.DECLINED: set(),
    ProposalState.WITHDRAWN: set(),
}


class Proposal(models.Model):
    """A change that an applicant asks for, of facts by which others know an organisation or a good
    already: those of an application that was handed in, those of an honour.
    """

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="proposals"
    )
    good = models.ForeignKey(
        Good, on_delete=models.PROTECT, related_name="proposals", null=True, blank=True
    )
    """What is changed, if it is not the organisation itself."""
    changes = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    """By field: [as it was, as it shall be]."""
    why = models.CharField(max_length=500)
    """In the words of whoever asks: by which paper."""
    version = models.PositiveSmallIntegerField(default=1)
    """Counts what was added while it waited: a decision is about what was read."""
    state = models.CharField(
        max_length=9, choices=ProposalState.choices, default=ProposalState.WAITING
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField(default=now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    """In the words of whoever decides."""

    class Meta:
        """One that waits to an organisation, and to a good."""

        ordering = ("-proposed_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["organisation"],
                condition=models.Q(state="waiting", good=None),
                name="one_waiting_proposal_per_organisation",
            ),
            models.UniqueConstraint(
                fields=["good"],
                condition=models.Q(state="waiting"),
                name="one_waiting_proposal_per_good",
            ),
        )

    def __str__(self) -> str:
        return f"{self.uid}: {self.state}"

    @property
    def tone(self) -> str:
        """The colour of its state as a tag."""
        tones = {"waiting": "warn", "accepted": "ok", "declined": "error"}
        return tones.get(self.state, "quiet")
