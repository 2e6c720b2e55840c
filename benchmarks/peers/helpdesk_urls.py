"""Everything that django-helpdesk answers, below /helpdesk/."""

from django.urls import include, path

urlpatterns = [path("helpdesk/", include("helpdesk.urls", namespace="helpdesk"))]
