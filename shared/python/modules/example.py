"""QuecPython's runner of files."""

import runpy as _runpy


def exec(path):
    _runpy.run_path(path, run_name="__main__")
