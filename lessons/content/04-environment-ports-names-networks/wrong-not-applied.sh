# The value is written down, and nobody asks for it.
# hint: not-applied
# step: env
echo WEB_PORT=8040 > .env
docker compose restart web
