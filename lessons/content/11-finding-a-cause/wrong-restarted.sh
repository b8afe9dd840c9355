# "Just restart everything!"
# hint: only-started
# step: web
docker compose restart
