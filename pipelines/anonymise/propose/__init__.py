"""The best declared step of every ladder: `lattice` searches it over `rungs`, `proposal` says it as a policy."""
