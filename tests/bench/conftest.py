"""The real pages that the latency is measured on; their plugin of pytest is asked for by the tests that need it."""

from real_pages import (  # noqa: F401
    base_url,
    browser_context_args,
    browser_type_launch_args,
    context,
    kept_context,
    lab,
    open_notebook,
    open_page,
    page,
    voila,
)
