"""Addresses of this room. A person stands in one by a number that says nothing, a unit by its lasting key."""

from django.urls import path

from phoihop.base.org.pages import blocking, deciding, home, offices, people, places, watching

urlpatterns = [
    path("hom-nay/", home.today, name="today"),
    path("toi/", home.mine, name="mine"),
    path("toi/ai-da-xem/", home.readers, name="my-readers"),
    path("thong-bao/", home.notices, name="notices"),
    path("thong-bao/da-doc/", home.read, name="notices-read"),
    path("vai-tro/", home.roles, name="roles"),
    path("vi-sao/<str:token>/", watching.why, name="why"),
    path("dia-ban/", places.tree, name="units"),
    path("dia-ban/goi-y/", places.suggested, name="units-suggested"),
    path("dia-ban/<str:key>/", places.unit, name="unit"),
    path("co-quan/", places.index, name="agencies"),
    path("co-quan/phan-cong/", places.duties, name="duties"),
    path("co-quan/lap/", offices.new_agency, name="agency-new"),
    path("co-quan/<int:pk>/", places.agency, name="agency"),
    path("co-quan/<int:pk>/doi-ten/", offices.rename, name="agency-rename"),
    path("co-quan/<int:pk>/ket-thuc/", offices.end_agency, name="agency-end"),
    path("co-quan/<int:pk>/lap-co-so/", offices.new_facility, name="facility-new"),
    path("co-so/<int:pk>/", places.facility, name="facility"),
    path("co-so/<int:pk>/ket-thuc/", offices.end_facility, name="facility-end"),
    path("can-bo/", people.index, name="people"),
    path("can-bo/moi/", people.new, name="person-new"),
    path("can-bo/<int:pk>/", people.person, name="person"),
    path("can-bo/<int:pk>/giao-nhiem-vu/", people.give, name="position-give"),
    path("can-bo/<int:pk>/chan/", blocking.lay, name="person-block"),
    path("chan/<int:pk>/bo/", blocking.lift, name="block-lift"),
    path("nhiem-vu/<int:pk>/ket-thuc/", people.end, name="position-end"),
    path("de-nghi/", deciding.index, name="proposals"),
    path("de-nghi/<int:pk>/", deciding.one, name="proposal"),
    path("de-nghi/<int:pk>/quyet-dinh/", deciding.decide, name="proposal-decide"),
    path("de-nghi/<int:pk>/rut/", deciding.withdraw, name="proposal-withdraw"),
    path("hop-nhat/", deciding.effects, name="mergers"),
    path("hop-nhat/de-nghi/", deciding.propose, name="merger-propose"),
    path("nhat-ky/", watching.record, name="audit"),
    path("canh-bao/", watching.alarms, name="alarms"),
    path("ban-tin/", watching.digests, name="digests"),
    path("ban-tin/<int:pk>/", watching.digest, name="digest"),
]
