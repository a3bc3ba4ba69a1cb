"""Charts as SVG, the same for pages and PDFs. Data classes in, `Chart` out.

    chart = profile([Bar("Лидерство", 62, low=40, high=70)], title="Профиль", columns=(…))
    {% figure chart "Профиль заявки 28-0317" %}                      on a page
    profile(…, theme=PRINT).svg                                      in a PDF

Every function takes `title` (begins the text alternative), `columns` (headings of the table of
data), `theme` (PAGE or PRINT), `width`, and `lang` for figures. All words come from the caller.
"""

from laureat.platform.ui.charts.core import PAGE, PRINT, Canvas, Chart, Scale, Theme, figure
from laureat.platform.ui.charts.entries import Stage, State, Step, funnel, sparkline, way
from laureat.platform.ui.charts.maps import Cell, tile_map
from laureat.platform.ui.charts.scores import Axis, Bar, profile, radar
from laureat.platform.ui.charts.spreads import Bin, Dot, Interval, histogram, intervals, spread

__all__ = [
    "PAGE",
    "PRINT",
    "Axis",
    "Bar",
    "Bin",
    "Canvas",
    "Cell",
    "Chart",
    "Dot",
    "Interval",
    "Scale",
    "Stage",
    "State",
    "Step",
    "Theme",
    "figure",
    "funnel",
    "histogram",
    "intervals",
    "profile",
    "radar",
    "sparkline",
    "spread",
    "tile_map",
    "way",
]
