"""The types of products."""

from pulumi_applinks.rest import admin_page, product_name


def test_a_type_that_is_not_known():
    """Has the name that the plugin gives it."""
    assert product_name("subversion") == "subversion"
    assert product_name(None) == "application"


def test_the_page_of_links():
    """Is the plugin's own, and shows no login."""
    assert admin_page("https://u:p@wiki/x/") == "https://wiki/x/plugins/servlet/applinks/listApplicationLinks"
