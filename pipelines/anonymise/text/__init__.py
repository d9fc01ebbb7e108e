"""Personal data in French text: found and placed, never quoted. The map:

recognisers text_recognisers     e-mail, phone, NIR, IBAN, plates; birth dates, addresses, handles
people cues kept_names    names of persons; words that announce one; those that may stay
lexicon names_model       what French knows; what a model sees
flattening shaping               the oddities of Unicode undone; capitals
free_text                        all of them over a column
"""
