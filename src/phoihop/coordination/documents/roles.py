"""What every person who works here may do in this room."""

from phoihop.base.org.rules.permissions import Grant, Reach

FOR_EVERYBODY = (Grant("documents.read_file", Reach.ALL),)
