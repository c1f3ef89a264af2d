from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Part of the program in demo mode alone."""

    name = "phoihop.demo"
    label = "demo"
