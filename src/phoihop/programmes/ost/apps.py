from django.apps import AppConfig


class OstConfig(AppConfig):
    name = "phoihop.programmes.ost"
    label = "ost"

    def ready(self) -> None:
        from phoihop.programmes.ost import jobs
        from phoihop.programmes.ost.dosing import incidents

        if jobs.tell_soon not in incidents.LISTENERS:
            incidents.LISTENERS.append(jobs.tell_soon)
