"""What becomes of a received workbook: its state, the answers to its findings, decisions, corrections.

Belongs here: states of submissions, reading answers, what reviewers decided, decided corrections. Does not belong
here: evaluating rules (`quality.engine`) and writing files for senders (`quality.returned`).
"""
