from django.apps import AppConfig


class SecurityConfig(AppConfig):
    name = "phoihop.base.security"
    label = "security"
