"""The call of 2025 run again by robots, through the API alone: who does what, and what it must come to."""
