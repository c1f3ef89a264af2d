"""Addresses of plans. Each thing stands in one by an id that says nothing, an agency by its number."""

from django.urls import path

from phoihop.coordination.plans.pages import agencies, plans, targets, tasks

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
    path("co-quan/<int:pk>/viec/", agencies.work, name="agency-work"),
    path("nhiem-vu/<str:uid>/", tasks.task, name="task"),
    path("chi-tieu/<str:uid>/", targets.target, name="target"),
]
