from django.apps import AppConfig


class ReleaseConfig(AppConfig):
    name = "phoihop.base.release"
    label = "release"

    def ready(self) -> None:
        """Make the proposals and notices of this room known."""
        from phoihop.base.release import leaving, proposing

        proposing.register()
        leaving.register()
