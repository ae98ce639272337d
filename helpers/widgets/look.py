"""What the widgets have in common to look at."""

import ipywidgets as w

WIDE = w.Layout(width="100%", max_width="46em")
