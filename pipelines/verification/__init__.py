"""A stranger's check, from the published files alone, by code that shares only readers with the gates.

reading       files of a web site or of a folder, with an end to every wait and size
sites         where versions lie: an access point, a dataset, one version, a folder on its own
claims        what holds, what does not, and what can only be believed
register      which versions there are, signed and dated: against copies that stayed behind
versions      one version: signature, place, digests, descriptor
groups        how many rows look alike, how mixed, and what two versions say together (SQL)
counts        figures that count people by themselves (votes)
tables        what a stranger computes of hidden figures (linear programmes of its own)
identifiers   e-mails, phones, NIR, IBAN in the rows
verify        the whole
"""
