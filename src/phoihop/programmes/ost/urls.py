"""Addresses of substitution treatment: below one neutral path, things by ids that say nothing."""

from django.urls import URLPattern

from phoihop.programmes.ost import urls_care as care
from phoihop.programmes.ost import urls_stock as stock
from phoihop.programmes.ost import urls_sync as sync
from phoihop.programmes.ost import urls_taking as taking
from phoihop.programmes.ost import urls_window as window

urlpatterns: list[URLPattern] = [
    *care.urlpatterns,
    *stock.urlpatterns,
    *sync.urlpatterns,
    *taking.urlpatterns,
    *window.urlpatterns,
]
