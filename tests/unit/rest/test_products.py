"""The types of products."""

from pulumi_applinks.rest import PRODUCTS, admin_page, product_of


def test_a_type_that_is_not_known():
    """Has the name that the plugin gives it, and the plugin's own page."""
    assert product_of("subversion").name == "subversion"
    assert product_of(None).name == "application"
    for type_id in (*PRODUCTS, "subversion", None):
        assert (
            admin_page(type_id, "https://u:p@wiki/x/")
            == "https://wiki/x/plugins/servlet/applinks/listApplicationLinks"
        )
