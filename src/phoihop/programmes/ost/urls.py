"""Addresses of substitution treatment: below one neutral path, things by ids that say nothing."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
