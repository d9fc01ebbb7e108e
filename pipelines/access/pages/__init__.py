"""What people read and look at. The map:

pages table_view filter_form templates freshness snippets questions static_files    the pages, and what they say
wording tongues markdown                     texts: as people write them, each in its language
pictures charts coarse_map row_changes assurances    what they look at
summary budget budget_words                  a budget in plain words
about criteria                               what the site says of itself
structured_data                              what search engines read of a page
"""
