"""Addresses of the dispensing window, of lending clients between sites, and of medicine to take home."""

from django.urls import path

from phoihop.programmes.ost.pages import lending, supplying, takehome, window

urlpatterns = [
    path("dt/cap-phat/", window.start, name="ost-window-sites"),
    path("dt/cap-phat/<int:pk>/", window.window, name="ost-window"),
    path("dt/cap-phat/<int:pk>/mo-ngay/", window.open_day, name="ost-open-day"),
    path("dt/cap-phat/nguoi/<str:uid>/", window.card, name="ost-window-card"),
    path("dt/noi-uong/", lending.start, name="ost-lending-sites"),
    path("dt/noi-uong/co-so/<int:pk>/", lending.board, name="ost-lending"),
    path("dt/noi-uong/<str:uid>/", lending.lend, name="ost-lend"),
    path("dt/noi-uong/<str:uid>/goi-ve/", lending.call_back, name="ost-call-back"),
    path("dt/mang-ve/kiem-tra/", takehome.recall_sites, name="ost-recall-sites"),
    path("dt/mang-ve/kiem-tra/<int:pk>/", takehome.recalls, name="ost-recalls"),
    path("dt/mang-ve/kiem-tra/<int:pk>/boc-tham/", takehome.draw, name="ost-recall-draw"),
    path("dt/mang-ve/nguoi/<str:uid>/", takehome.hand_out, name="ost-bottles"),
    path("dt/mang-ve/nguoi/<str:uid>/chai/", takehome.take_back, name="ost-bottle-back"),
    path("dt/mang-ve/nguoi/<str:uid>/nhan/<str:issue>/", takehome.label, name="ost-labels"),
    path("dt/mang-ve/<str:uid>/", takehome.care, name="ost-takehome"),
    path("dt/mang-ve/<str:uid>/cam-ket/", takehome.commit, name="ost-takehome-commit"),
    path("dt/mang-ve/<str:uid>/cham-dut/", takehome.end, name="ost-takehome-end"),
    path("dt/mang-ve/<str:uid>/kiem-tra/", takehome.came, name="ost-takehome-came"),
    path("dt/noi-tru/", supplying.start, name="ost-supply-sites"),
    path("dt/noi-tru/co-so/<int:pk>/", supplying.index, name="ost-supplies"),
    path("dt/noi-tru/phieu/<str:uid>/", supplying.hand_over, name="ost-supply"),
    path("dt/noi-tru/phieu/<str:uid>/tra/", supplying.take_back, name="ost-supply-back"),
    path("dt/noi-tru/phieu/<str:uid>/giay/<str:which>/", supplying.paper, name="ost-supply-paper"),
    path("dt/noi-tru/<str:uid>/", supplying.prepare, name="ost-supply-prepare"),
]
