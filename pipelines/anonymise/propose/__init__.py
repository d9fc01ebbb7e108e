"""The best declared step of every ladder: `lattice` searches it over `rungs` of all `kinds`, `judging` as the gate does, `proposal` says it."""
