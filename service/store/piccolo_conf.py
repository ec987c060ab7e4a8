"""What Piccolo's migration runner reads."""

from piccolo.conf.apps import AppRegistry

from service.store.database import DB

__all__ = ["APP_REGISTRY", "DB"]

APP_REGISTRY = AppRegistry(apps=["service.store.piccolo_app"])
