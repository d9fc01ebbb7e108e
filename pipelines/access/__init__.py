"""The single access point: one door for reading, querying and downloading.

app         the routes and what wraps them          server     the process that listens
addresses   every URL, in one file                  site       what the installation says of itself
catalogue   what the store holds now                pages      what people read
files       the bytes of a version                  problems   one shape for every error
headers     what every answer carries               languages  which words a reader gets

It reads the store and nothing else: no clock, no outside request, never the work area.
"""
