"""MicroPython's newer installer."""

from upip import install

__all__ = ["install"]
