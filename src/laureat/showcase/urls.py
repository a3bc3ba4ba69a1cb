"""Addresses of the room."""

from django.urls import path

from laureat.showcase import views

app_name = "showcase"
urlpatterns = [
    path("", views.home, name="home"),
    path("awards/", views.awards, name="awards"),
    path("awards/<slug:award>/", views.award, name="award"),
    path("results/<slug:award>/<str:edition>/", views.edition, name="edition"),
    path("results/<slug:award>/<str:edition>/season.pdf", views.season, name="season"),
    path("results/<slug:award>/<str:edition>/results.json", views.results, name="results"),
    path("register/", views.register, name="register"),
    path("register.csv", views.register_csv, name="register_csv"),
    path("register.json", views.register_json, name="register_json"),
    path("goods/", views.goods, name="goods"),
    path("goods/<slug:uid>/", views.good, name="good"),
    path("organisations/<slug:uid>/", views.organisation, name="organisation"),
    path("check/", views.check, name="check"),
    path("check/<str:code>/", views.check, name="check"),
    path("statistics/", views.statistics, name="statistics"),
    path("about/", views.about, name="about"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path(".well-known/security.txt", views.security, name="security"),
]
