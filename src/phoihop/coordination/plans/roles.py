"""What people may do with plans."""

from phoihop.base.org.rules.permissions import Grant, Reach
from phoihop.coordination.plans import grants

# A confirmed plan binds everybody who works here, so everybody may see how far it is.
FOR_EVERYBODY = (
    Grant("plans.see_plans", Reach.ALL),
    Grant("plans.see_plan", Reach.ALL),
    Grant("plans.see_agency", Reach.ALL),
    Grant("plans.see_task", Reach.ALL),
    Grant("plans.see_target", Reach.ALL),
    Grant("plans.see_own_work", Reach.SELF),
    *grants.EVERYBODY,
)

# Who looks after a plan changes what follows from its document, never what the document says.
_PLANNING = (
    Grant("plans.see_offered", Reach.AGENCY),
    Grant("plans.link_before", Reach.AGENCY),
    Grant("plans.set_due", Reach.AGENCY),
    Grant("plans.bind_target", Reach.AGENCY),
    Grant("plans.unbind_target", Reach.AGENCY),
    Grant("plans.name_holder", Reach.AGENCY),
    Grant("plans.drop_target", Reach.AGENCY),
    Grant("plans.assign", Reach.AGENCY),
    Grant("plans.hand_over", Reach.AGENCY),
    Grant("plans.owe_sub_plan", Reach.AGENCY),
    Grant("plans.fulfil_sub_plan", Reach.AGENCY),
    Grant("plans.excuse_sub_plan", Reach.AGENCY),
    Grant("plans.mark_trial", Reach.AGENCY),
)

_WATCHING = (Grant("plans.see_own_watch", Reach.SELF),)

ADDED = {
    **grants.BY_ROLE,
    "planning-officer": (*grants.BY_ROLE["planning-officer"], *_PLANNING, *_WATCHING),
    "leader": (*grants.BY_ROLE["leader"], *_WATCHING),
}
