"""Addresses of the dispensing window, of lending clients between sites, and of medicine to take home."""

from django.urls import path

from phoihop.programmes.ost.pages import window

urlpatterns = [
    path("dt/cap-phat/", window.choose, name="ost-window-sites"),
    path("dt/cap-phat/<int:pk>/", window.window, name="ost-window"),
    path("dt/cap-phat/<int:pk>/mo-ngay/", window.open_day, name="ost-open-day"),
    path("dt/cap-phat/nguoi/<str:uid>/", window.card, name="ost-window-card"),
]
