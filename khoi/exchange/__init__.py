"""What goes out to the organizations and what comes back: workbooks, checks before sending, marked copies, answers.

Belongs here: composing blank workbooks, the check before a workbook is sent in, writing returned copies, decisions on
answers, listing corrections. Does not belong here: how a workbook is laid out (`ingest.template`), marked
(`quality.returned`) or judged (`quality`).
"""
