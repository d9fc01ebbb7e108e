"""The best declared step of every ladder: `kinds` builds the `rungs`, some of them `populated`, `lattice` searches them.

`judging` does what the gate does, and `proposal` says the result as a policy.
"""
