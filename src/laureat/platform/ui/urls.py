from django.urls import path

from laureat.platform.ui import views

app_name = "ui"
urlpatterns = [path("", views.design, name="design")]
