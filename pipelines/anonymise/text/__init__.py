"""Personal data in French text: found and placed, never quoted. The map:

recognisers text_recognisers     e-mail, phone, NIR, IBAN, plates; birth dates, addresses, handles
people cues kept_names    names of persons; words that announce one; those that may stay
lexicon ordinary_names    what French knows: its words, names, and words that are both
names_model sounds        what a model sees in a text; what its vectors say of a word
flattening shaping               the oddities of Unicode undone; capitals
free_text                        all of them over a column
"""
