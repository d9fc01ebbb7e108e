"""What machines find datasets and changes by: DCAT, Atom, OpenAPI, the sitemap, the list of changes."""
