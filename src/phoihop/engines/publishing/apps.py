from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "phoihop.engines.publishing"
    label = "publishing"

    def ready(self) -> None:
        """Make the proposal of this room known."""
        from phoihop.engines.publishing import actions

        actions.register()
