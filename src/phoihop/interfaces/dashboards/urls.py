"""Addresses of this room. What is shown stands in none: a target by an id that says nothing."""

from django.urls import path

from phoihop.interfaces.dashboards.pages import figures, reported, steering

urlpatterns = [
    path("dieu-hanh/", steering.index, name="steering"),
    path("dieu-hanh/chi-tieu/<str:uid>/", steering.target, name="steering-target"),
    path("dieu-hanh/<str:uid>/", steering.plan, name="steering-plan"),
    path("dieu-hanh/<str:uid>/bac-thang/", steering.cascade, name="steering-cascade"),
    path("dieu-hanh/<str:uid>/so-nam/", steering.years, name="steering-years"),
    path("dieu-hanh/<str:uid>/canh-nhau/", steering.beside, name="steering-beside"),
    path("so-lieu/", figures.index, name="figures"),
    path("so-lieu/tien-do/", figures.progress, name="figures-progress"),
    path("so-lieu/tinh/", figures.start, name="figures-start"),
    path("so-lieu/dot-moi/", figures.begin, name="figures-begin"),
    path("so-lieu/dot/<int:pk>/", figures.release, name="release"),
    path("so-lieu/dot/<int:pk>/de-nghi/", figures.propose, name="release-propose"),
    path("so-lieu/co-quan/<int:pk>/", reported.index, name="reported"),
    path("so-lieu/co-quan/<int:pk>/ghi/", reported.report, name="report-figure"),
]
