from django.apps import AppConfig


class StandinConfig(AppConfig):
    name = "tests.standin"
    label = "standin"

    def ready(self) -> None:
        from phoihop.base.org import roles
        from tests.standin import actions, queries
        from tests.standin.roles import ROLES

        roles.add(ROLES)
        assert actions
        assert queries
