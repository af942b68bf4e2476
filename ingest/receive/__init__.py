"""Files in: settled, hashed, landed unchanged, opened in workers that may die, identified.

Belongs here: bytes and cells as the file holds them. Does not belong here: what a cell means (`ingest.normalise`).
"""

from ingest.reading.limits import Limits
from ingest.receive.arrivals import unreceived
from ingest.receive.files import NotAFile, ReadFiles, file_reader, hash_of_given, read_files
from ingest.receive.inbox import ArrivalTerms, ReceiveReport, receive_inbox
from ingest.receive.pool import WorkersDoNotStart

__all__ = [
    "ArrivalTerms",
    "Limits",
    "NotAFile",
    "ReadFiles",
    "ReceiveReport",
    "WorkersDoNotStart",
    "file_reader",
    "hash_of_given",
    "read_files",
    "receive_inbox",
    "unreceived",
]
