"""What browsers do by themselves must not break the content security policy."""


def test_a_textarea_pulled_longer_is_swapped_without_a_complaint(page, live_server):
    """The browser writes its height as a style; htmx would copy it as an attribute, and the policy
    forbids those. The window fails the test if the browser complains.
    """
    page.goto(f"{live_server.url}/design/")
    style = page.evaluate(
        """async () => {
            const box = () => document.getElementById("pulled");
            document.getElementById("main").innerHTML = '<textarea id="pulled"></textarea>';
            box().style.height = "300px";
            htmx.swap("#main", '<textarea id="pulled" rows="2"></textarea>', {swapStyle: "innerHTML"});
            await new Promise((done) => setTimeout(done, 200));
            return [box().getAttribute("style"), box().rows];
        }"""
    )
    assert style == [None, 2]
