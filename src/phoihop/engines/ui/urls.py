"""Addresses of the look itself."""

from django.urls import path

from phoihop.engines.ui import pages

urlpatterns = [path("choose/", pages.choose, name="choose")]
