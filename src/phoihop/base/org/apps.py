from django.apps import AppConfig


class OrgConfig(AppConfig):
    name = "phoihop.base.org"
    label = "org"
