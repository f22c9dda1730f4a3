"""QuecPython's folder of the user's own files, which scripts import as a package: here the one of the script."""

import sys as _sys

__path__ = [folder for folder in _sys.path[:1] if folder]
