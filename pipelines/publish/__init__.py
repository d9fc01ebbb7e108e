"""From a version in the store to the portals where people look for it: plan, then apply.

A portal is asked what it holds, told the difference in one call where it can take
one, and asked again before anything is repeated. This and `extract` are the only
rooms with a network.
"""
