"""HTTP as MicroPython's `requests` and, for its usual functions, PC's has it: over the console's sockets."""

import base64 as _base64
import http.client as _http
import json as _json
from urllib.parse import urlencode as _urlencode
from urllib.parse import urljoin as _urljoin
from urllib.parse import urlsplit as _urlsplit

_MOST_REDIRECTS = 10
_REDIRECTS = (301, 302, 303, 307, 308)


class RequestException(OSError):
    pass


class HTTPError(RequestException):
    pass


class exceptions:
    RequestException = RequestException
    HTTPError = HTTPError
    ConnectionError = ConnectionError
    Timeout = TimeoutError


class Response:
    encoding = "utf-8"

    def __init__(self, answer, url):
        self.status_code = answer.status
        self.reason = answer.reason
        self.headers = dict(answer.getheaders())
        self.content = answer.read()
        self.url = url

    @property
    def text(self):
        return str(self.content, self.encoding)

    @property
    def ok(self):
        return self.status_code < 400

    def json(self):
        return _json.loads(self.content)

    def raise_for_status(self):
        if not self.ok:
            raise HTTPError(f"{self.status_code} {self.reason} for url: {self.url}")

    def close(self):
        return None

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        return None

    def __repr__(self):
        return f"<Response [{self.status_code}]>"


def request(method, url, data=None, json=None, headers=None, auth=None, timeout=None, params=None, allow_redirects=True, **_more):
    sent = dict(headers or {})
    if json is not None:
        data = _json.dumps(json)
        sent.setdefault("Content-Type", "application/json")
    elif isinstance(data, dict):
        data = _urlencode(data)
        sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
    if auth is not None:
        sent["Authorization"] = "Basic " + _base64.b64encode(f"{auth[0]}:{auth[1]}".encode()).decode()
    if params:
        url += ("&" if "?" in url else "?") + (params if isinstance(params, str) else _urlencode(params))
    body = data.encode() if isinstance(data, str) else data
    for _ in range(_MOST_REDIRECTS):
        response = _asked(method, url, body, sent, timeout)
        place = response.headers.get("Location")
        if not (allow_redirects and place and response.status_code in _REDIRECTS):
            return response
        url = _urljoin(url, place)
        if response.status_code == 303:
            method, body = "GET", None
    raise RequestException("Too many redirects")


def _asked(method, url, body, headers, timeout):
    parts = _urlsplit(url)
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"Unsupported protocol: {parts.scheme}")
    kind = _http.HTTPSConnection if parts.scheme == "https" else _http.HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=timeout)
    try:
        connection.request(method, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), body, headers)
        return Response(connection.getresponse(), url)
    finally:
        connection.close()


class Session:
    """What its requests have in common. Each has a connection of its own all the same."""

    def __init__(self):
        self.headers = {}
        self.auth = None

    def request(self, method, url, headers=None, auth=None, **named):
        return request(method, url, headers={**self.headers, **(headers or {})}, auth=auth or self.auth, **named)

    def get(self, url, **named):
        return self.request("GET", url, **named)

    def post(self, url, data=None, json=None, **named):
        return self.request("POST", url, data=data, json=json, **named)

    def put(self, url, data=None, **named):
        return self.request("PUT", url, data=data, **named)

    def close(self):
        return None

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        return None


def head(url, **named):
    return request("HEAD", url, **named)


def get(url, params=None, **named):
    return request("GET", url, params=params, **named)


def post(url, data=None, json=None, **named):
    return request("POST", url, data, json, **named)


def put(url, data=None, **named):
    return request("PUT", url, data, **named)


def patch(url, data=None, **named):
    return request("PATCH", url, data, **named)


def delete(url, **named):
    return request("DELETE", url, **named)
