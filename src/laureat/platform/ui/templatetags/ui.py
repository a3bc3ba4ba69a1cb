"""The components of every page: a template builtin, so no `{% load %}` is needed.

Words and figures
    {% text good "title" %}                     two languages; the other one is marked
    {{ good|in_language:"title" }}              the same as plain text (attributes, titles)
    {{ 1234.5|number }}  {{ x|number:1 }}       1234,5 / 1,234.5 ; — for nothing
    {{ 0.98|percent }}   {{ bytes|file_size }}  98 % ; 2,4 МБ
    {% when instant %}   {% when day "date" %}  <time>, reader's zone and Moscow; style: datetime date short time
    {{ edition.zone|zone_name }}                Moscow time; UTC+7 (Kemerovo, Novokuznetsk)
    {% days start end years=True %}             16 января – 1 марта; both years where they differ
    {% countdown instant over="closed" %}       counts down in the browser
    {% icon "check" %}   {% laurel %}           decoration beside words

Page
    {% page_header "Title" eyebrow="…" lead="…" tags=t %}actions{% endpage_header %}
    {% breadcrumbs %}{% crumb "Awards" url %}{% crumb "2024" %}{% endbreadcrumbs %}
    {% subnav "Parts" %}{% nav_link "Profile" url count=3 %}{% endsubnav %}     also {% tabs items "Parts" %}
    {% sheet "Title" eyebrow="…" tone="" level=2 anchor="" %}…{% endsheet %}    tone: quiet gold warn
    {% card "Title" href=url eyebrow="…" tags=t %}…{% endcard %}
    {% more "Details" %}…{% endmore %}          folded
    {% stats %}{% stat 412 "goods judged" note="…" href=url %}{% endstats %}

Parts
    {% tag "laureate" "gold" %}                 neutral ok gold warn error quiet; keep it: {% tag … as t %}
    {% notice "warn" "Title" %}…{% endnotice %} info ok warn error
    {% empty "Nothing yet" "why" %}actions{% endempty %}
    {% facts %}{% fact "Region" value %}{% fact_block "State" %}…{% endfact_block %}{% endfacts %}
    {% table "Caption" sticky=True %}<thead>…<tbody>…{% endtable %}             class n: figures; line: decision line under a row
                                                rows become cards on phones; cards=False scrolls instead;
                                                slim=True, for long lists: values in a line; class told
                                                keeps its heading, class none is left out
    {% sort_header "Score" "score" numeric=True %}                               <th> that sorts by ?sort=
    {% pagination page_obj anchor="list" %}     anchor: where the list begins below much else
    {% progress 11 32 "parts filled" %}         {% meter 65 100 "65 of 100" line=70 tone="gold" %}
    {% way stages "Way of the entry" %}         {% stepper steps current=2 %}
    {% person "Name" note="…" %}                {% assessor 2 lead=True you=True name="…" %}
    {% figure chart "Caption" note="…" %}       chart, caption, table of data

Forms (`{{ form }}` and `{{ field.as_field_group }}` are dressed by `ui.forms.Renderer`)
    {% button "Save" kind="primary" name="go" value="save" confirm="…" hx_post=url %}   kinds: primary plain quiet danger
    {% link_button "Open" url kind="plain" icon="right" %}
    {% post_button "Withdraw" url confirm="Sure?" kind="danger" reason="x" %}           csrf and hidden fields inside
    {% field form.name %}   {% error_summary form %}
    {% fieldset "Legend" hint="…" %}…{% endfieldset %}
    {% form_actions sticky=True %}{% button "Save" %}{% autosave %}{% endform_actions %}
    {% print_button %}

Layout classes: page, stack, split, grid, row, filters (a form above a list), wide-only (hidden on phones), quiet, n, no-print.
"""

from django import template

from laureat.platform.ui.tags import forms, page, parts, tables, words

register = template.Library()
for library in (words, page, parts, tables, forms):
    register.tags.update(library.register.tags)
    register.filters.update(library.register.filters)
