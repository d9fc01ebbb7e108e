"""What people read and look at. The map:

pages table_view templates wording tongues markdown freshness snippets static_files    the pages, and what they say
pictures charts coarse_map row_changes assurances    what they look at
summary budget budget_words                  a budget in plain words
about criteria                               what the site says of itself
structured_data                              what search engines read of a page
"""
