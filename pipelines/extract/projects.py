"""What the connectors of participatory-budget projects say in one voice."""

WHOLE_TOWN = "ville"  # the only vote of an edition
SUBMITTED = "soumis_au_vote"  # a project whose outcome the source does not tell
