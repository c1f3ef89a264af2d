"""``{% chart chart csv=address %}``: a chart as a figure with its table, source and ways to take it along."""

from typing import Any

from django import template
from django.utils.translation import get_language

from phoihop.interfaces.dashboards.charts import words
from phoihop.interfaces.dashboards.charts.options import drawn
from phoihop.interfaces.dashboards.charts.remarks import remarks
from phoihop.interfaces.dashboards.charts.tabling import table
from phoihop.interfaces.dashboards.charts.values import Chart

register = template.Library()


@register.inclusion_tag("dashboards/chart.html", name="chart")
def chart_figure(chart: Chart, csv: str = "", level: int = 3) -> dict[str, Any]:
    """The figure. ``csv``: where its figures can be had as a file; without it there is no such button.
    ``level``: of the heading that its title is, 2 to 6. One key stands once on a page."""
    lang = "en" if get_language() == "en" else "vi"
    return {
        "chart": chart,
        "table": table(chart),
        "csv": csv,
        "heading": f"h{level}",
        "id": f"chart-{chart.key}",
        "data": f"chart-{chart.key}-data",
        "drawn": drawn(chart, lang),
        "source": words.SOURCE,
        "remarks": remarks(chart),
    }
