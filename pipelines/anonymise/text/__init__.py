"""Personal data in French text: found and placed, never quoted. The map:

recognisers text_recognisers     e-mail, phone, NIR, IBAN, plates; birth dates, addresses, handles
people kept_names lexicon names_model    names of persons; those that may stay; words; what a model sees
flattening shaping               the oddities of Unicode undone; capitals
free_text                        all of them over a column
"""
