"""Addresses of the stock, of the head of a facility and of the province: neutral, things by ids."""

from django.urls import path

from phoihop.programmes.ost.pages import counting, head, province, stock, stock_papers

urlpatterns = [
    path("dt/kho/", stock.start, name="ost-stock"),
    path("dt/kho/<int:pk>/", stock.store, name="ost-stock-store"),
    path("dt/kho/<int:pk>/nhap/", stock.receive, name="ost-stock-receive"),
    path("dt/kho/<int:pk>/chuyen/", stock.move, name="ost-stock-move"),
    path("dt/kho/<int:pk>/giao/", stock.send, name="ost-stock-send"),
    path("dt/kho/<int:pk>/do-vo/", stock.spill, name="ost-stock-spill"),
    path("dt/kho/<int:pk>/huy/", stock.destroy, name="ost-stock-destroy"),
    path("dt/kho/<int:pk>/tra-lai/", stock.give_back, name="ost-stock-give-back"),
    path("dt/kho/<int:pk>/so/", stock.book, name="ost-stock-book"),
    path("dt/kho/<int:pk>/kiem-ke/<str:place>/", counting.sheet, name="ost-stock-count"),
    path("dt/kho/<int:pk>/kiem-ke/<str:place>/bien-ban/", counting.minutes, name="ost-stock-count-minutes"),
    path("dt/kho/nhan/<str:uid>/", stock.confirm, name="ost-stock-confirm"),
    path("dt/kho/but-toan/<int:pk>/", stock.movement, name="ost-stock-movement"),
    path("dt/kho/bien-ban/<str:uid>/", stock.minutes, name="ost-stock-minutes"),
    path("dt/kho/bien-ban/<str:uid>/ky/", stock.sign, name="ost-stock-sign"),
    path("dt/kho/bien-ban/<str:uid>/rut/", stock.withdraw, name="ost-stock-withdraw"),
    path("dt/kho/bien-ban/<str:uid>/in/", stock_papers.minutes, name="ost-stock-minutes-paper"),
    path("dt/kho/bien-ban/<str:uid>/van-ban/", stock_papers.minutes_word, name="ost-stock-minutes-word"),
    path("dt/kho/<int:pk>/bao-cao/", stock_papers.periods, name="ost-stock-reports"),
    path("dt/kho/<int:pk>/bao-cao/<str:period>/", stock_papers.report, name="ost-stock-report"),
    path("dt/kho/<int:pk>/bao-cao/<str:period>/gui/", stock_papers.send, name="ost-stock-report-send"),
    path(
        "dt/kho/<int:pk>/bao-cao/<str:period>/in/", stock_papers.report_paper, name="ost-stock-report-paper"
    ),
    path(
        "dt/kho/<int:pk>/bao-cao/<str:period>/van-ban/",
        stock_papers.report_word,
        name="ost-stock-report-word",
    ),
    path(
        "dt/kho/<int:pk>/bao-cao/<str:period>/bang/", stock_papers.report_sheet, name="ost-stock-report-sheet"
    ),
    path("dt/co-so/", head.start, name="ost-head"),
    path("dt/co-so/<int:pk>/", head.site, name="ost-head-site"),
    path("dt/co-so/<int:pk>/giam-sat/<int:site>/", head.visit_new, name="ost-head-visit-new"),
    path("dt/co-so/giam-sat/<str:uid>/", head.visit, name="ost-head-visit"),
    path("dt/co-so/giam-sat/<str:uid>/in/", head.visit_paper, name="ost-head-visit-paper"),
    path("dt/co-so/giam-sat/<str:uid>/van-ban/", head.visit_word, name="ost-head-visit-word"),
    path("dt/tinh/", province.overview, name="ost-province"),
    path("dt/tinh/<int:pk>/giam-sat/", province.visit_new, name="ost-province-visit-new"),
    path("dt/tinh/giam-sat/<str:uid>/", province.visit, name="ost-province-visit"),
]
