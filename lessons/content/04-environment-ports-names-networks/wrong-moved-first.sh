# The project's name is forgotten, so the first one moves.
# hint: moved-first
# step: second
WEB_PORT=8050 docker compose up -d
