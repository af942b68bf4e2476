"""Sharing figures outside: a second publication in which small counts are masked so that nothing gives them back.

    layer       what is shared: figures of committees and provinces, and the cells they are added up from
    knowledge   what an attacker knows: the figures, the rules of the forms, what was shared before
    masking     which figures are left out, by linear programmes
    record      what was ever shared, kept in `config/shares/`
    files       the folder that is handed out
    share       all of it, in one go: `khoi share`

No row of an organization is shared: of one organization nearly every count of a half-year is small.
"""
