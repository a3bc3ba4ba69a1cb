"""The register, the catalogue, and the pages of those who are in them."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from laureat.platform.i18n.content import localised
from laureat.registry.queries import merged_into, same_good
from laureat.showcase.forms import Filters
from laureat.showcase.queries import pages
from laureat.showcase.queries import register as register_queries
from laureat.showcase.views.caching import public
from laureat.showcase.views.drawings import tags

SHOWN = 30
CARDS = 24


@require_safe
@public
def register(request: HttpRequest) -> HttpResponse:
    """Everybody who was ever honoured, as far as it is known, and from where."""
    facets = register_queries.facets()
    form = Filters(request.GET, facets)
    asked = form.asked()
    page = Paginator(register_queries.rows(asked), SHOWN).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "titles": facets.titles,
        "narrowed": asked.narrowed(),
        "query": query.urlencode(),
        "chosen": form.chosen(),
        "inferred": any(line.inferred for line in page),
        "ways": [] if page.paginator.count else _ways_out(request, form, asked),
    }
    return render(request, "showcase/register.html", context)


def _ways_out(
    request: HttpRequest, form: Filters, asked: register_queries.Asked
) -> list[tuple[str, str, int]]:
    """Where nothing fits: what to leave out, the address of it, how much would fit then."""
    counts = register_queries.ways_out(asked)
    found = []
    if register_queries.SIMILAR in counts:
        like = register_queries.loosened(asked.search)
        query = request.GET.copy()
        query["q"] = like
        label = _("Words that begin alike: %(words)s") % {"words": f"{like.replace(' ', '… ')}…"}
        found.append((label, query.urlencode(), counts[register_queries.SIMILAR]))
    chosen = form.chosen()
    if len(chosen) == 1:  # without it: the whole register, which the page offers anyway
        return found
    return found + [
        (
            _("Without “%(label)s: %(value)s”") % {"label": each.label, "value": each.value},
            each.without,
            counts[each.name],
        )
        for each in chosen
        if each.name in counts
    ]


@require_safe
@public
def goods(request: HttpRequest) -> HttpResponse:
    """The catalogue of honoured goods."""
    facets = register_queries.facets(goods_only=True)
    form = Filters(
        request.GET, facets, only=("q", "award", "year", "honour", "category", "region", "kind")
    )
    asked = form.asked()
    page = Paginator(pages.goods(asked), CARDS).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "titles": facets.titles,
        "narrowed": asked.narrowed(),
        "chosen": form.chosen(),
    }
    return render(request, "showcase/goods.html", context)


@require_safe
@public
def organisation(request: HttpRequest, uid: str) -> HttpResponse:
    """One honoured organisation: facts, honours of all years, goods."""
    found = pages.organisation(uid)
    if found is None:
        if into := merged_into(uid):
            return redirect("showcase:organisation", into, permanent=True)
        raise Http404
    held = pages.held(found.distinctions.all())
    goods = {each.line.good.pk: each.line.good for each in held if each.line.good}
    context = {
        "organisation": found,
        "tags": tags(demo=found.is_demo),
        "held": held,
        "inferred": any(each.line.inferred for each in held),
        "goods": sorted(goods.values(), key=lambda good: localised(good, "name")),
        "inn": found.inn if len(found.inn) == 10 else "",
    }
    return render(request, "showcase/organisation.html", context)


@require_safe
@public
def good(request: HttpRequest, uid: str) -> HttpResponse:
    """One honoured good."""
    found = pages.good(uid)
    if found is None:
        if into := same_good(uid):
            return redirect("showcase:good", into, permanent=True)
        raise Http404
    held = pages.held(found.distinctions.all())
    inferred = any(each.line.inferred for each in held)
    context = {
        "good": found,
        "tags": tags(demo=found.is_demo or found.organisation.is_demo),
        "held": held,
        "inferred": inferred,
    }
    return render(request, "showcase/good.html", context)
