"""The lessons' widgets: each module one function that returns an ipywidgets widget."""
