from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    name = "phoihop.interfaces.dashboards"
    label = "dashboards"
