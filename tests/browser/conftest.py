"""What the browser tests share stands in `real_pages`."""

from real_pages import (  # noqa: F401
    axe,
    base_url,
    browser_context_args,
    browser_type_launch_args,
    context,
    kept_context,
    lab,
    open_notebook,
    open_page,
    outside,
    page,
    run_notebook,
    voila,
)
