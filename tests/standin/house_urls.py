"""The product's addresses, and the stand-in room's among them."""

from django.urls import path

from phoihop.config.urls import handler400, handler404, handler500
from phoihop.config.urls import urlpatterns as product
from tests.standin.forms_pages import URLS
from tests.standin.pages import PAGES

__all__ = ["handler400", "handler404", "handler500", "urlpatterns"]

urlpatterns = [*product, *URLS]
for programme, place in (("alpha", "a"), ("beta", "b")):
    found = PAGES[programme]
    urlpatterns += [
        path(f"standin/{place}/<int:pk>/", found["see"], name=f"standin-{programme}-see"),
        path(f"standin/{place}/search/", found["search"], name=f"standin-{programme}-search"),
        path(f"standin/{place}/<int:pk>/visit/", found["visit"], name=f"standin-{programme}-visit"),
        path(f"standin/{place}/enrol/<int:pk>/", found["enrol"], name=f"standin-{programme}-enrol"),
    ]
