"""`requests` under MicroPython's name."""

from requests import Response, delete, get, head, patch, post, put, request

__all__ = ["Response", "delete", "get", "head", "patch", "post", "put", "request"]
