"""A table that refuses what DynamoDB refuses: overlapping transactions, and too much of one partition.

Local engines carry out one request after the other, so no test on them sees a collision or a limit. This
double has a clock of its own. A transaction takes a while of that clock, in which others collide with it.
"""
