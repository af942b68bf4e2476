"""Backups of a deployment: what is owned and can be made from nothing else, with sums, and putting it back.

Belongs here: which files are owned, the format of a backup, making and restoring one. Does not belong here: what the
files hold, and making again what is derived from them (`khoi.stages`).
"""

from khoi.backup.make import BackupReport, make_backup
from khoi.backup.restore import RestoreReport, check_backup, restore_backup

__all__ = ["BackupReport", "RestoreReport", "check_backup", "make_backup", "restore_backup"]
