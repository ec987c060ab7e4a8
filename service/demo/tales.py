"""The twenty-four proposals of the demonstration: when each was submitted, and how far it has come."""

from enum import IntEnum

import msgspec


class Until(IntEnum):
    """How far a tale goes; each one passes through those before it that its kind of story has."""

    DRAFT = 0
    SUBMITTED = 1
    RETURNED = 2
    INELIGIBLE = 3
    WITHDRAWN = 4
    INVITED = 5
    ACCEPTED = 6
    REVIEWED_ONCE = 7
    REVIEWED = 8
    SYNTHESISED = 9
    DECIDED = 10
    PUBLISHED = 11


class Tale(msgspec.Struct, frozen=True):
    """`days`: since the submission. `quality`: 0 weak, 1 fair, 2 strong. `outcome` of the decision. `turn`: what one
    expert did first: declined, or declared a conflict."""

    number: int
    call: str
    days: int
    until: Until
    quality: int = 1
    outcome: str = ""
    turn: str = ""


AMI, INCUBATOR = "ami-2025", "incubateur"

# Oldest first: references follow the order of submission.
TALES = (
    Tale(1, AMI, 41, Until.PUBLISHED, 2, "pilot"),
    Tale(2, AMI, 40, Until.PUBLISHED, 1, "retained"),
    Tale(3, AMI, 39, Until.PUBLISHED, 2, "pilot", "declined"),
    Tale(4, AMI, 38, Until.PUBLISHED, 0, "declined"),
    Tale(5, AMI, 37, Until.PUBLISHED, 1, "reserve"),
    Tale(6, AMI, 36, Until.INELIGIBLE),
    Tale(7, AMI, 30, Until.WITHDRAWN),
    Tale(8, AMI, 24, Until.DECIDED, 2, "pilot"),
    Tale(9, AMI, 23, Until.DECIDED, 1, "retained"),
    Tale(10, AMI, 22, Until.SYNTHESISED, 0),
    Tale(11, AMI, 21, Until.SYNTHESISED, 2),
    Tale(12, AMI, 20, Until.SYNTHESISED, 1, turn="conflict"),
    Tale(13, AMI, 14, Until.REVIEWED, 1),
    Tale(14, AMI, 13, Until.REVIEWED, 2),
    Tale(15, AMI, 12, Until.SUBMITTED),
    Tale(16, AMI, 9, Until.REVIEWED_ONCE, 1),
    Tale(17, AMI, 8, Until.REVIEWED_ONCE, 0, turn="declined"),
    Tale(18, AMI, 8, Until.ACCEPTED),
    Tale(19, AMI, 8, Until.INVITED),
    Tale(20, AMI, 5, Until.RETURNED),
    Tale(21, AMI, 2, Until.SUBMITTED),
    Tale(22, INCUBATOR, 6, Until.ACCEPTED),
    Tale(23, INCUBATOR, 3, Until.SUBMITTED),
    Tale(24, INCUBATOR, 1, Until.DRAFT),
)
