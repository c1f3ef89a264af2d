from typing import Any

from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "phoihop.coordination.plans"
    label = "plans"

    def ready(self) -> None:
        from django.db.models.signals import post_save

        from phoihop.base.org.models import AgencySuccession, Succession
        from phoihop.coordination.documents import confirming
        from phoihop.coordination.plans import publishing
        from phoihop.coordination.plans.actions import making

        for listeners, listener in (
            (confirming.LISTENERS, making.make),
            (confirming.WITHDRAWING, making.end),
        ):
            if listener not in listeners:
                listeners.append(listener)
        for model in (AgencySuccession, Succession):
            post_save.connect(_something_became, sender=model, dispatch_uid=f"plans.{model.__name__}")
        publishing.register()


def _something_became(**_: Any) -> None:
    """An agency or a unit became another one: its tasks are handed on as soon as that is kept."""
    from phoihop.coordination.plans import jobs

    jobs.hand_on_soon()
