"""All of an organisation, to work without a network: `kits` serves it, `kit` makes it, `notebook` opens it."""
