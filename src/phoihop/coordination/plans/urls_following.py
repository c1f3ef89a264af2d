"""Addresses of obstacles, committees, meetings and reminders."""

from django.urls import path

from phoihop.coordination.plans.pages import obstacles, reminders, steering

urlpatterns = [
    path("nhac-viec/", reminders.index, name="reminders"),
    path("nhac-viec/nhip/", reminders.pace, name="reminders-pace"),
    path("vuong-mac/", obstacles.index, name="obstacles"),
    path("vuong-mac/neu/", obstacles.new, name="obstacle-new"),
    path("vuong-mac/<str:uid>/", obstacles.one, name="obstacle"),
    path("ban-chi-dao/", steering.index, name="committees"),
    path("ban-chi-dao/lap/", steering.new, name="committee-new"),
    path("ban-chi-dao/<str:uid>/", steering.one, name="committee"),
    path("ban-chi-dao/<str:uid>/kien-toan/", steering.man, name="committee-man"),
    path("ban-chi-dao/<str:uid>/ket-thuc/", steering.end, name="committee-end"),
    path("ban-chi-dao/<str:uid>/hop/", steering.new_meeting, name="meeting-new"),
    path("hop/", steering.meetings, name="meetings"),
    path("hop/<str:uid>/", steering.meeting, name="meeting"),
    path("hop/<str:uid>/ket-luan/", steering.conclude, name="conclude"),
]
