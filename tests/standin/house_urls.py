"""The product's addresses, and the stand-in room's among them."""

from phoihop.config.urls import handler400, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler404", "handler500", "urlpatterns"]
