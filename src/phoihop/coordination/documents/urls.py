"""Addresses of this room. A document stands in one by an id that says nothing."""

from django.urls import path

from phoihop.coordination.documents.pages import register, reviewing, sending

urlpatterns = [
    path("", register.home, name="home"),
    path("van-ban/", register.index, name="documents"),
    path("van-ban/con-thieu/", register.missing, name="documents-missing"),
    path("van-ban/gui/", sending.index, name="sending"),
    path("van-ban/gui/tep/", sending.send, name="send"),
    path("van-ban/gui/dang-doc/", sending.progress, name="sending-progress"),
    path("van-ban/gui/<str:uid>/", sending.opened, name="upload-open"),
    path("van-ban/gui/<str:uid>/dung/", sending.cancel, name="upload-cancel"),
    path("van-ban/<str:uid>/", register.one, name="document"),
    path("van-ban/<str:uid>/toan-van/", register.text, name="document-text"),
    path("van-ban/<str:uid>/lich-su/", register.history, name="document-history"),
    path("van-ban/<str:uid>/tai-ve/<str:fmt>/", register.download, name="document-download"),
    path("van-ban/<str:uid>/rut/", reviewing.withdraw, name="sent-document-withdraw"),
    path("van-ban/<str:uid>/xac-nhan/", reviewing.confirm, name="document-confirm"),
    path("van-ban/<str:uid>/doi-chieu/", reviewing.review, name="document-review"),
    path("van-ban/<str:uid>/doi-chieu/thay-doi/", reviewing.changes, name="document-changes"),
    path("van-ban/<str:uid>/doi-chieu/them/", reviewing.add, name="document-add"),
    path("van-ban/<str:uid>/doi-chieu/nhan-het/", reviewing.rest, name="document-rest"),
    path("van-ban/<str:uid>/doi-chieu/<str:item>/", reviewing.item, name="document-item"),
]
