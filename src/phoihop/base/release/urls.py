"""Addresses of this room. Things are named by random numbers, which tell nobody how many there are."""

from django.conf import settings
from django.urls import path

from phoihop.base.release.pages import documents, emergencies, exports, requests

urlpatterns = [
    path("xuat/", exports.index, name="exports"),
    path("xuat/de-nghi/<int:pk>/", exports.ask, name="export-ask"),
    path("xuat/ban/<str:uid>/", exports.fetch, name="export-copy"),
    path("xuat/<str:uid>/", exports.one, name="export"),
    path("xuat/<str:uid>/tien-do", exports.status, name="export-status"),
    path("xuat/<str:uid>/lay", exports.take, name="export-take"),
    path("xuat/<str:uid>/huy", exports.revoke, name="export-revoke"),
    path("khan-cap/", emergencies.ask, name="emergency-ask"),
    path("khan-cap/mo", emergencies.start, name="emergency-start"),
    path("khan-cap/cua-toi/", emergencies.own, name="emergencies-own"),
    path("khan-cap/co-quan/", emergencies.of_agency, name="emergencies"),
    path("khan-cap/qua-han/", emergencies.overdue, name="emergencies-overdue"),
    path("khan-cap/<str:uid>/", emergencies.read, name="emergency"),
    path("khan-cap/<str:uid>/xet", emergencies.review, name="emergency-review"),
    path("khan-cap/<str:uid>/xet-qua-han", emergencies.review_overdue, name="emergency-review-overdue"),
    path("phat-hanh/", documents.index, name="documents-out"),
    path("phat-hanh/dua-vao/<int:pk>/", documents.draft, name="document-draft"),
    path("phat-hanh/da-phat-hanh/", documents.released, name="documents-released"),
    path("phat-hanh/<str:uid>/", documents.fetch, name="document-out"),
    path("phat-hanh/<str:uid>/quet", documents.scan, name="document-scan"),
    path("phat-hanh/<str:uid>/de-nghi", documents.propose, name="document-propose"),
    path("phat-hanh/<str:uid>/thu-hoi", documents.withdraw, name="document-withdraw"),
    path("phat-hanh/<str:uid>/tep", documents.fetch_released, name="document-released"),
]

# Switched off, these are no addresses at all: they are answered like any that never was.
answering = [
    path("yeu-cau/cua-toi/", requests.own, name="requests-own"),
    path("yeu-cau/gui/<str:pk>/", requests.ask, name="request-ask"),
    path("yeu-cau/", requests.of_agency, name="requests"),
    path("yeu-cau/<str:uid>/", requests.answer, name="request-answer"),
    path("yeu-cau/<str:uid>/tu-choi", requests.decline, name="request-decline"),
    path("yeu-cau/<str:uid>/nhan", requests.fetch, name="request-fetch"),
]

if settings.PHOIHOP_DISCLOSURE:
    urlpatterns += answering
