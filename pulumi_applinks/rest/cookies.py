"""Which cookies are kept: those by which a balancer finds the node of a cluster again, and no session of an application.

A login session would outlive a rotated password, and mix users up. So a cookie is kept when it came with an answer to a request without a
login, which cannot be the session of one, and is not called as the products and single sign-on call theirs: such a session would become one
of the login that is sent along with it. Other answers may renew a cookie that is kept (some balancers do so with each), and bring no other.
They are kept for one operation, and sent to the application that set them.
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
    """Takes the cookies of balancers alone."""

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
