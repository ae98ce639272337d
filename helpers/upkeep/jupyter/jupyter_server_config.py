"""What `helpers/upkeep/lab.py` asks of JupyterLab's server."""

from pathlib import Path

c = get_config()  # type: ignore[name-defined]  # noqa: F821 (Jupyter puts it here)
c.Application.log_level = "ERROR"
c.LabApp.log_level = "ERROR"
c.LabApp.default_url = "/lab/tree/00_start_here.ipynb"
c.LabApp.custom_css = True
c.ServerApp.allow_root = True
c.ServerApp.tornado_settings = {
    # The server has an option of this name that cannot be set.
    "static_custom_path": [str(Path(__file__).with_name("custom"))],
    "websocket_max_message_size": 200 * 2**20,
}
