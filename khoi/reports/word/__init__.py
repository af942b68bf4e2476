"""The report in Word: what a committee writes twice a year, every figure from the warehouse.

`sections.yaml` declares the sentences by measure, `templates/bao-cao.docx` how the page looks; a deployment's own
`config/reports/bao-cao.docx` takes its place. A sentence of which a figure is not known is left out and told; nothing
is estimated. Belongs here: what stands in the report and beside it. Does not belong here: what the figures are
(`khoi.figures`), whether they agree (`khoi audit`).
"""
