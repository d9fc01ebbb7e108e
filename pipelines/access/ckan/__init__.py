"""CKAN's read actions over the same store: `face` reads requests, `actions` answers from `packages` and `datastore`."""
