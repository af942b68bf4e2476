"""The form catalogue: one declaration per form and version, from which everything else is derived.

`load_catalogue()` reads `ingest/forms/*.yaml` (and a deployment's own folder) into a `Catalogue`;
`Catalogue.form_set(period_end)` picks the versions in force; `ingest.catalogue.tables` turns the
declarations into the tables that normalisation, rules and dbt join with.
"""

from ingest.catalogue.layout import Layout
from ingest.catalogue.load import Catalogue, CatalogueError, FormSet, load_catalogue
from ingest.catalogue.model import Aggregate, Column, Field, Form, FormVersion, Item, Label

__all__ = [
    "Aggregate",
    "Catalogue",
    "CatalogueError",
    "Column",
    "Field",
    "Form",
    "FormSet",
    "FormVersion",
    "Item",
    "Label",
    "Layout",
    "load_catalogue",
]
