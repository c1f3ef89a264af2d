"""Addresses of everything that is done with a client beside giving doses, and of the values behind it."""

from django.urls import path

from phoihop.programmes.ost.pages import care, care_acting, incidents, quality, values, worklist

_FILE = "dt/ho-so/<str:uid>/"

urlpatterns = [
    path("dt/bac-si/", worklist.work, name="ost-worklist"),
    path("dt/su-co/", incidents.index, name="ost-incidents"),
    path("dt/su-co/<int:pk>/", incidents.one, name="ost-incident"),
    path("dt/su-co/<int:pk>/ket-luan/", incidents.answer, name="ost-incident-answer"),
    path("dt/chat-luong/", quality.index, name="ost-quality"),
    path("dt/gia-tri/", values.index, name="ost-values"),
    path("dt/gia-tri/ky/", values.sign, name="ost-values-sign"),
    path(_FILE, care.treatment, name="ost-care"),
    path(_FILE + "y-lenh/", care_acting.order, name="ost-care-order"),
    path(_FILE + "y-lenh/<str:order>/dung/", care_acting.stop, name="ost-care-stop"),
    path(_FILE + "xet-nghiem/", care_acting.urine_test, name="ost-care-test"),
    path(_FILE + "xet-nghiem/<str:test>/ghi-nham/", care_acting.void_test, name="ost-care-void-test"),
    path(_FILE + "non/", care_acting.vomit, name="ost-care-vomit"),
    path(_FILE + "non/<str:vomit>/", care_acting.again, name="ost-care-again"),
    path(_FILE + "phieu/<str:note>/ghi-nham/", care_acting.void_note, name="ost-care-void-note"),
    path(_FILE + "don/", care_acting.application, name="ost-care-application"),
    path(_FILE + "don/quyet-dinh/", care_acting.decide, name="ost-care-decide"),
    path(_FILE + "don/tra-loi/", care_acting.letter, name="ost-care-letter"),
    path(_FILE + "ket-thuc/", care_acting.end, name="ost-care-end"),
    *(
        path(f"{_FILE}ghi/{number}/", care.entering(form), name=f"ost-care-{form.code}")
        for number, form in enumerate(care.ENTERED, 1)
    ),
]
