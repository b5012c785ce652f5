"""The views of the Documents page."""

from app.ui.documents import views
from app.ui.documents.spec import DocumentsView
from core.registry import Registry

VIEWS: Registry[DocumentsView] = Registry.discover("view", views)


def views_in_order() -> list[DocumentsView]:
    """The views as the chooser shows them."""
    return sorted(VIEWS.values(), key=lambda view: view.order)
