"""What pages and API share at the door: who asks, under which key, what went wrong, files in and out.

Doors parse, call one operation or one view, and answer. They hold no SQL and no rule.
"""
