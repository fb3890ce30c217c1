"""Scripts, styles and fonts of the pages, and how they are built into `web/static/dist`."""
