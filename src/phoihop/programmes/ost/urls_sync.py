"""Addresses of devices and of their synchronising."""

from django.urls import URLPattern, path

from phoihop.programmes.ost.pages import devices, epoch, sync

urlpatterns: list[URLPattern] = [
    path("dt/dong-bo/", sync.sync, name="ost-sync"),
    path("dt/thiet-bi/", devices.devices, name="ost-devices"),
    path("dt/thiet-bi/<int:pk>/may-moi/", devices.enrol, name="ost-device-enrol"),
    path("dt/thiet-bi/<int:pk>/khoi-phuc/", epoch.recovery, name="ost-epoch"),
    path("dt/thiet-bi/<int:pk>/khoi-phuc/bat-dau/", epoch.begin, name="ost-epoch-begin"),
    path("dt/thiet-bi/may/<int:pk>/", devices.device, name="ost-device"),
    path("dt/thiet-bi/may/<int:pk>/cap-phat/", devices.make_active, name="ost-device-active"),
    path("dt/thiet-bi/may/<int:pk>/ngung/", devices.make_inactive, name="ost-device-inactive"),
    path("dt/thiet-bi/may/<int:pk>/xac-nhan/", devices.check, name="ost-device-checked"),
    path("dt/thiet-bi/may/<int:pk>/khong-cho/", devices.excuse, name="ost-device-excused"),
    path("dt/thiet-bi/may/<int:pk>/thu-hoi/", devices.withdraw, name="ost-device-withdrawn"),
    path("dt/thiet-bi/may/<int:pk>/ma-hoi/", devices.call, name="ost-device-call"),
    path("dt/thiet-bi/may/<int:pk>/ma-tra/", devices.release, name="ost-device-release"),
]
