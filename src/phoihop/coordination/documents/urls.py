"""Addresses of the reader. Ids are opaque tokens: no address holds a document's name."""

from django.urls import path

from phoihop.coordination.documents import pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("doc/", pages.upload, name="upload"),
    path("doc/<str:token>/", pages.result, name="result"),
    path("doc/<str:token>/status", pages.status, name="status"),
    path("doc/<str:token>/cancel", pages.cancel, name="cancel"),
    path("doc/<str:token>/download/<str:fmt>", pages.download, name="download"),
]
