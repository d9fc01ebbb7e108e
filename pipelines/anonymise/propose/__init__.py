"""The best declared step of every ladder: `kinds` builds `rungs`, some `populated`; `lattice` searches them.

`judging` does what the gate does, and `proposal` says the result as a policy.
"""
