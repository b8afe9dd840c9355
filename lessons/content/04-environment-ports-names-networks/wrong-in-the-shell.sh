# The port is said to one command only.
# hint: only-now
# step: env
WEB_PORT=8040 docker compose up -d
