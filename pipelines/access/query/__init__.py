"""What a reader asks of the rows, and the answer. The map:

query grammar lists values places            the question, and the query string that says it
columns starts filters orders groups engine pool    how rows are found, sorted and grouped, in a few workers and in time
answers spools formats small_json            the answer as bytes, remembered or on its way out
"""
