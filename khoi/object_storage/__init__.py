"""A deployment beside an object storage (S3): workbooks that are sent there, and copies of what was made of them.

Belongs here: which objects of a bucket become files of the inbox, which files are sent there, how a reader finds one
whole state, reading it. Does not belong here: speaking to a bucket (fsspec and s3fs do, the extra ``s3``), what the
files hold, and working in a bucket: the stages work in folders, and what lies in a bucket is a copy.
"""
