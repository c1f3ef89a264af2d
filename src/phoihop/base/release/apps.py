from dataclasses import replace

from django.apps import AppConfig


class ReleaseConfig(AppConfig):
    name = "phoihop.base.release"
    label = "release"

    def ready(self) -> None:
        """Make the proposals and notices of this room known, and what its doors add to roles below it."""
        from phoihop.base.org import roles
        from phoihop.base.release import leaving, proposing
        from phoihop.base.release.roles import ADDED

        for code, grants in ADDED.items():
            role = roles.ROLES[code]
            new = tuple(grant for grant in grants if grant not in role.grants)
            roles.ROLES[code] = replace(role, grants=role.grants + new)
        proposing.register()
        leaving.register()
