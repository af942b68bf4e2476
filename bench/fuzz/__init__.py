"""Does an accepted figure always equal what its sheet shows? Filled workbooks are changed at random and read.

`book` changes one package of XML as other programs leave it, `edits` and `layout_edits` are the changes, `palette` what
is written into cells. `office` asks LibreOffice what every cell shows (`recorded` knows some of it without), `clerk`
reads that as people do, and `trial` compares. Nothing here knows how the product
reads. Not installed, imported by its test only.
"""
