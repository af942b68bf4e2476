"""Reading a written report: its paragraphs with their pages, as a person reads them.

Belongs here: getting text out of .docx, .odt, .pdf and .txt (`read`), mending what getting it out broke (`mend`): lines
cut in the middle of a number, footnotes torn from their marks, letters of old code pages. Does not belong here: what
the sentences say (`quality.prose`).
"""

from ingest.documents.mend import Paragraph, mended
from ingest.documents.read import DocumentError, read_document

__all__ = ["DocumentError", "Paragraph", "mended", "read_document"]
