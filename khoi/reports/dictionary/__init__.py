"""The data dictionary: what every form, item, measure, code, fact and report is, from what declares it.

Nothing is described here; the declarations are (`ingest/forms`, `seeds`, the twins of the dbt models), in Vietnamese
and English, and `undocumented` names what lacks a text in one of the two.
"""

from khoi.reports.dictionary.contents import Dictionary, Undocumented, dictionary, require_documented, undocumented
from khoi.reports.dictionary.pages import write_dictionary

__all__ = ["Dictionary", "Undocumented", "dictionary", "require_documented", "undocumented", "write_dictionary"]
