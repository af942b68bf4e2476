"""The place to look: pages of the published warehouse, made on the server when they are asked for.

Each page is a title and blocks (`blocks`) that one template lays out; a block of rows can be searched, sorted, paged
and taken along, and each such view has an address that can be sent. Belongs here: what stands on which page, and what
a reviewer decides there. Does not belong here: figures (`khoi.figures`), pictures (`khoi.reports.charts`), who may
open the pages (`khoi.service`), the static site for the file share (`khoi.reports.quality`).
"""
