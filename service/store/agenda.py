"""What lists and boards count and order, kept in one narrow row for each proposal (`agenda`) by triggers: the commit
that changes a stage, a clock, an assignment, a question or a decision changes it too. `alliance doctor` compares."""

# In the place of `proposal p`, for conditions on id, call, owner, status, phase, stage, round; the policy's among them.
AGENDA = "(SELECT *, proposal AS id FROM agenda) p"
