"""The settings of a command that works on a running service."""

import json
import os
from pathlib import Path

from service.settings import Settings
from service.stack.folder import StackError

ROOT = Path(__file__).parents[2]


def current_settings() -> Settings:
    """Those of the environment; where it names no database, those of the `alliance up` that runs on the data folder.

    Raises SettingsError, and StackError where nothing runs.
    """
    if "ALLIANCE_DATABASE_URL" in os.environ or "ALLIANCE_DATABASE_URL_FILE" in os.environ:
        return Settings.read(os.environ)
    folder = Path(os.environ.get("ALLIANCE_DATA") or ROOT / "var")
    try:
        environ = json.loads((folder / "run" / "settings.json").read_bytes())
    except OSError as error:
        raise StackError(
            f"no `alliance up` runs on the data folder {folder}: start it,"
            " or name a database with ALLIANCE_DATABASE_URL"
        ) from error
    return Settings.read(environ)
