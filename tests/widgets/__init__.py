"""The widgets, without a browser: clicked as ipywidgets does it when a message comes."""
