"""Decide which cookies are kept: those that lead a load balancer to the same node of a cluster, but never an application's session.

A login session would outlive a rotated password, and mix users up. So a new cookie is kept only if it came with the answer to a request
without a login, so that it is not a login's session, and if its name is not like the session cookies of the products and of single sign-on.
A session with such a name would become the session of the login that is sent with it. Other answers can renew a kept cookie, as some load
balancers do with every answer, but can't add one. Cookies are kept for one operation, and sent only to the application that set them.
"""

from __future__ import annotations

import re
from http.cookiejar import Cookie, DefaultCookiePolicy
from typing import Any

MOST_COOKIES = 8
LONGEST_COOKIE = 1024

# JSESSIONID, BITBUCKETSESSIONID, crowd.token_key, seraph.rememberme.cookie, atlassian.xsrf.token, cloud.session.token, studio.crowd.…
_OF_A_LOGIN = re.compile(
    r"sess|token|remember|crowd|seraph|xsrf|csrf|auth|login|sso|saml|jwt|user|account", re.I
)


class BalancerCookies(DefaultCookiePolicy):
    """A policy that accepts only the cookies of load balancers."""

    def __init__(self) -> None:
        super().__init__()
        self._kept: set[str] = set()

    def set_ok(self, cookie: Cookie, request: Any) -> bool:
        """Whether a cookie is kept."""
        if not super().set_ok(cookie, request) or _OF_A_LOGIN.search(cookie.name):
            return False
        new = cookie.name not in self._kept
        if new and (request.has_header("Authorization") or len(self._kept) >= MOST_COOKIES):
            return False
        if len(cookie.name) + len(cookie.value or "") > LONGEST_COOKIE:
            return False
        self._kept.add(cookie.name)
        return True
