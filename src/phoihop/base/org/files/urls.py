"""Addresses of files. No name of a file stands in one."""

from django.urls import path

from phoihop.base.org.files import pages

urlpatterns = [
    path("tep/<str:pk>/", pages.ask, name="file-link"),
    path("tep/<str:pk>/<str:token>/", pages.give, name="file"),
]
