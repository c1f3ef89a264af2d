"""The product's addresses where the operator has switched answers to outsiders on."""

from phoihop.base.release.urls import answering
from phoihop.config.urls import handler400, handler404, handler500
from phoihop.config.urls import urlpatterns as product

__all__ = ["handler400", "handler404", "handler500", "urlpatterns"]

urlpatterns = [*product, *answering]
