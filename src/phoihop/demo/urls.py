"""Addresses that there are in the demo alone. They stand before the house's own: "/" and the proving again
are answered here for who came in by one click, and by the house for everybody else."""

from django.urls import path

from phoihop.demo import entrance

urlpatterns = [
    path("", entrance.first, name="demo"),
    path("dung-thu/vao/", entrance.enter, name="demo-enter"),
    path("dang-nhap/xac-nhan/", entrance.prove, name="demo-prove"),
]
