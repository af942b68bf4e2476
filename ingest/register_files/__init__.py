"""Register files as people write them: read with every tolerance that guesses nothing, all mistakes told in one pass.

Belongs here: bytes to text (`text`), text to rows with their line (`rows`), what a cell may be written as (`values`),
what each register is (`declared`, `registers.yaml`), how a mistake is told (`mistakes`, `mistakes.yaml`). Does not
belong here: what must hold within and between registers (`quality.schemas.seeds`, `quality.registers`).
"""
