from django.apps import AppConfig


class OstConfig(AppConfig):
    name = "phoihop.programmes.ost"
    label = "ost"

    def ready(self) -> None:
        from phoihop.programmes.ost import jobs, publishing
        from phoihop.programmes.ost.actions import taking_over_sheets
        from phoihop.programmes.ost.dosing import incidents

        if jobs.tell_soon not in incidents.LISTENERS:
            incidents.LISTENERS.append(jobs.tell_soon)
        if jobs.go_on not in taking_over_sheets.LISTENERS:
            taking_over_sheets.LISTENERS.append(jobs.go_on)
        publishing.register()
