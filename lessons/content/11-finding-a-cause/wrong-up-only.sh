# Nothing is mended, only started.
# hint: only-started
# step: web
docker compose up -d web
