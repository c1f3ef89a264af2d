"""What following a plan adds to the roles: reporting, obstacles, committees."""

from phoihop.base.org.rules.permissions import Grant, Reach

EVERYBODY = (
    # Whoever works somewhere may say what stands in the way there, and see what became of it.
    Grant("plans.raise_obstacle", Reach.AGENCY),
    Grant("plans.close_obstacle", Reach.AGENCY),
    Grant("plans.see_obstacles", Reach.AGENCY),
    Grant("plans.see_obstacle", Reach.AGENCY),
    Grant("plans.see_own_reminders", Reach.SELF),
    Grant("plans.change_own_pace", Reach.SELF),
    # Who steers, and what was concluded, is no secret from those who carry it out.
    Grant("plans.see_committees", Reach.ALL),
    Grant("plans.see_meetings", Reach.ALL),
)

# What was sent with a report opens for who leads the task and who looks after the plan (queries/evidence.py).
_EVIDENCE = (Grant("plans.fetch_evidence", Reach.AGENCY),)
_ANSWERS = (
    Grant("plans.answer_obstacle", Reach.AGENCY),
    Grant("plans.escalate_obstacle", Reach.AGENCY),
)

BY_ROLE: dict[str, tuple[Grant, ...]] = {
    "agency-officer": (
        Grant("plans.report_target", Reach.AGENCY),
        Grant("plans.report_task", Reach.AGENCY),
        Grant("plans.answer_check_in", Reach.AGENCY),
        Grant("plans.withdraw_report", Reach.AGENCY),
        *_ANSWERS,
        *_EVIDENCE,
    ),
    "planning-officer": (
        Grant("plans.report_target", Reach.AGENCY),
        Grant("plans.withdraw_report", Reach.AGENCY),
        Grant("plans.close_task", Reach.AGENCY),
        Grant("plans.reopen_task", Reach.AGENCY),
        *_ANSWERS,
        *_EVIDENCE,
        Grant("plans.set_up_committee", Reach.AGENCY),
        Grant("plans.reconstitute", Reach.AGENCY),
        Grant("plans.end_committee", Reach.AGENCY),
        Grant("plans.hold_meeting", Reach.AGENCY),
        Grant("plans.conclude", Reach.AGENCY),
        Grant("plans.decide_obstacle", Reach.AGENCY),
    ),
    "leader": (
        *_ANSWERS,
        *_EVIDENCE,
        Grant("plans.see_obstacles", Reach.UNITS),
        Grant("plans.see_obstacle", Reach.UNITS),
        Grant("plans.decide_obstacle", Reach.AGENCY),
        Grant("plans.decide_obstacle", Reach.UNITS),
    ),
    "head": (*_ANSWERS, *_EVIDENCE),
}
