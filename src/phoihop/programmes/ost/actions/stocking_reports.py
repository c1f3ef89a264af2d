"""Sending a stock report: its figures are frozen as they stand."""

from collections.abc import Mapping

from phoihop.base.org.doors import action
from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Viewer
from phoihop.programmes.ost.actions import stocking_papers as papers
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import StockSaid
from phoihop.programmes.ost.queries import reports, values
from phoihop.programmes.ost.queries.reports import Period
from phoihop.programmes.ost.rules.amounts import Presentation


@action("ost.stock_report", "Gửi báo cáo thuốc", "Send a stock report", of="facility")
def send(*, by: Viewer, facility: Facility, period: Period, expected: Mapping[Presentation, int]) -> int:
    """Freeze the report of a period; how many medicines it has. It can be sent again once figures have
    changed, and what was sent before stays.

    ``expected``: by how many clients each medicine is expected to grow. Refusal: "report-not-over" for a
    quarter that goes on and a month to come; "report-sent" where nothing has changed.
    """
    early = by.day < period.first if facility.parent_id is not None else by.day <= period.last
    if early:
        raise refuse("report-not-over")
    with reaching.centre(by.account, facility.pk):
        papers.alone(facility.pk)
        before = reports.said(facility, period)
        rows = reports.figures(facility, period, expected, values.book())
        told = {each.presentation: [f"{cell:f}" for cell in each.cells()] for each in rows}
        if told and all(before.get(each) and before[each].cells == cells for each, cells in told.items()):
            raise refuse("report-sent")
        StockSaid.objects.bulk_create(
            StockSaid(
                facility=facility,
                first=period.first,
                last=period.last,
                cells=cells,
                drug=each.drug.value,
                strength=each.strength,
                by_id=by.account or 0,
            )
            for each, cells in told.items()
        )
        return len(told)
