"""Charts, declared once: the same picture stands on a page, in a report and in the static site.

Each chart is a Vega-Lite specification made by Altair from a few rows and drawn to SVG without a browser and without a
network. Belongs here: what a chart of this house looks like. Does not belong here: where its rows come from.
"""
