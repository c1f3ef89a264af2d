"""Addresses of taking over paper books, and of a new epoch: neutral, things by ids."""

from django.urls import path

from phoihop.programmes.ost.pages import taking_over

urlpatterns = [
    path("dt/nhap-so/", taking_over.start, name="ost-taking-sites"),
    path("dt/nhap-so/co-so/<int:pk>/", taking_over.index, name="ost-taking"),
    path("dt/nhap-so/co-so/<int:pk>/mau/<str:sheet>/", taking_over.template, name="ost-taking-template"),
    path("dt/nhap-so/co-so/<int:pk>/<str:way>/", taking_over.send, name="ost-taking-send"),
    path("dt/nhap-so/<str:uid>/", taking_over.one, name="ost-taking-one"),
    path("dt/nhap-so/<str:uid>/tien-do/", taking_over.progress, name="ost-taking-progress"),
    path("dt/nhap-so/<str:uid>/nhan/", taking_over.confirm, name="ost-taking-confirm"),
    path("dt/nhap-so/<str:uid>/bo/", taking_over.drop, name="ost-taking-drop"),
    path("dt/nhap-so/<str:uid>/dong-sai/<str:sheet>/", taking_over.refused, name="ost-taking-refused"),
]
