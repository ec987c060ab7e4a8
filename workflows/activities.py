"""What the workflows may ask of the outside: declared here, done in `service/activities.py`.

Each takes one message and may run more than once for one request: what it does, it does once. Acts on a proposal name
the state that they were decided on, and answer with the proposal as it stands after.
"""

from temporalio import activity

from workflows.messages import (
    Answer,
    Carried,
    Carry,
    Case,
    Close,
    Course,
    Draw,
    Drawn,
    Look,
    LookAtCall,
    OfSeat,
    Remind,
    TakeStep,
)


@activity.defn
async def look(m: Look) -> Answer:
    """Read the snapshot. A proposal that no longer exists answers as one whose process is over, at visit 0."""
    raise NotImplementedError


@activity.defn
async def close_stage(m: Close) -> Answer:
    """Leave the present stage by an outcome, and enter the one that it leads to. Refused on another state."""
    raise NotImplementedError


@activity.defn
async def mark_overdue(m: Case) -> Answer:
    """Record that the stage's deadline has passed, and tell the officers."""
    raise NotImplementedError


@activity.defn
async def lapse_completion(m: Case) -> Answer:
    """Record that the applicant did not complete in time, and give the proposal back to the officers."""
    raise NotImplementedError


@activity.defn
async def fill_seat(m: OfSeat) -> Answer:
    """Invite the next expert of the list to a seat. Done also where the seat is taken; refused while nobody is left."""
    raise NotImplementedError


@activity.defn
async def remind(m: Remind) -> Answer:
    """Remind the holder of a seat, once per round; not any more when the next round, or the release, is due."""
    raise NotImplementedError


@activity.defn
async def release_seat(m: OfSeat) -> Answer:
    """Take a seat back from an expert who stayed silent until its last instant."""
    raise NotImplementedError


@activity.defn
async def look_at_call(m: LookAtCall) -> Course:
    """Read what a call does next by itself."""
    raise NotImplementedError


@activity.defn
async def take_step(m: TakeStep) -> Course:
    """Take a step of a call, once, whoever repeats this; not where the rows have something else in mind by now."""
    raise NotImplementedError


@activity.defn
async def carry_batch(m: Carry) -> Carried:
    """Do the next items of a batch, each once, whoever repeats this."""
    raise NotImplementedError


@activity.defn
async def draw_document(m: Draw) -> Drawn:
    """Draw the document of a job and put it in the object store."""
    raise NotImplementedError


@activity.defn
async def give_up_document(m: Draw) -> Drawn:
    """Record that the document could not be drawn."""
    raise NotImplementedError
