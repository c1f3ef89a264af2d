"""Addresses of plans. Each thing stands in one by an id that says nothing, an agency by its number."""

from django.urls import include, path

from phoihop.coordination.plans.pages import agencies, evidence, planning, plans, reporting, targets, tasks

urlpatterns = [
    path("ke-hoach/", plans.index, name="plans"),
    path("ke-hoach/<str:uid>/", plans.plan, name="plan"),
    path("ke-hoach/<str:uid>/chi-tieu/", plans.targets, name="plan-targets"),
    path("ke-hoach/<str:uid>/theo-co-quan/", plans.by_agency, name="plan-agencies"),
    path("ke-hoach/<str:uid>/theo-quy/", plans.by_period, name="plan-periods"),
    path("ke-hoach/<str:uid>/dong-thoi-gian/", plans.timeline, name="plan-timeline"),
    path("ke-hoach/<str:uid>/chua-giao/", plans.loose, name="plan-loose"),
    path("ke-hoach/<str:uid>/ke-hoach-con/", plans.sub_plans, name="plan-sub-plans"),
    path("ke-hoach/<str:uid>/so-sanh/", plans.compare, name="plan-compare"),
    path("ke-hoach/<str:uid>/lich-su/", plans.history, name="plan-history"),
    path("ke-hoach/<str:uid>/ke-hoach-con/them/", planning.owe, name="sub-plan-owe"),
    path("ke-hoach/<str:uid>/ke-hoach-truoc/", planning.before, name="plan-before"),
    path("ke-hoach-con/<int:pk>/da-co/", planning.fulfil, name="sub-plan-fulfil"),
    path("ke-hoach-con/<int:pk>/mien/", planning.excuse, name="sub-plan-excuse"),
    path("co-quan/<int:pk>/viec/", agencies.work, name="agency-work"),
    path("nhiem-vu/<str:uid>/", tasks.task, name="task"),
    path("nhiem-vu/<str:uid>/bao-cao/", reporting.task, name="task-report"),
    path("nhiem-vu/<str:uid>/giao/", planning.hand_over, name="task-hand-over"),
    path("nhiem-vu/<str:uid>/han/", planning.task_due, name="task-due"),
    path("nhiem-vu/<str:uid>/dong/", planning.close, name="task-close"),
    path("nhiem-vu/<str:uid>/mo-lai/", planning.reopen, name="task-reopen"),
    path("ra-soat/<str:uid>/", reporting.check_in, name="check-in"),
    path("bao-cao-nhiem-vu/<str:uid>/rut/", reporting.withdraw_of_task, name="task-report-withdraw"),
    path("minh-chung/<str:pk>/", evidence.ask, name="evidence"),
    path("minh-chung/<str:pk>/<str:token>/", evidence.give, name="evidence-file"),
    path("chi-tieu/<str:uid>/", targets.target, name="target"),
    path("chi-tieu/<str:uid>/bao-cao/", reporting.target, name="target-report"),
    path("chi-tieu/<str:uid>/han/", planning.target_due, name="target-due"),
    path("chi-tieu/<str:uid>/chi-so/", planning.bind, name="target-bind"),
    path("chi-tieu/<str:uid>/bo-chi-so/", planning.unbind, name="target-unbind"),
    path("chi-tieu/<str:uid>/nguoi-chiu-trach-nhiem/", planning.holder, name="target-holder"),
    path("chi-tieu/<str:uid>/bo/", planning.drop, name="target-drop"),
    path("bao-cao-chi-tieu/<str:uid>/rut/", reporting.withdraw_of_target, name="target-report-withdraw"),
    path("", include("phoihop.coordination.plans.urls_following")),
]
